// mimamorictl: the administrator's shell. `init` works on the data folder; everything else asks
// the running collector over its Unix socket.

#include "collector/app/settings.hpp"
#include "collector/ctl/init.hpp"
#include "collector/ctl/local_client.hpp"
#include "collector/ctl/signing.hpp"
#include "common/crypto/password.hpp"
#include "common/platform/file.hpp"
#include "common/settings/toml.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/signed_document.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>

namespace {

using namespace mimamori;
using namespace mimamori::collector;
using mimamori::http::Method;

struct KeyWish
{
    std::string site;
    std::string note;
    std::int64_t uses{50};
    std::int64_t days{30};
    std::string range;
    bool auto_approve{false};
};
BOOST_DESCRIBE_STRUCT(KeyWish, (), (site, note, uses, days, range, auto_approve))

struct TicketWish
{
    std::string site;
    std::string device;
    std::string hostname;
    std::string serial;
    std::int64_t days{7};
};
BOOST_DESCRIBE_STRUCT(TicketWish, (), (site, device, hostname, serial, days))

struct PersonWish
{
    std::string name;
    std::string password;
    std::string role{"viewer"};
};
BOOST_DESCRIBE_STRUCT(PersonWish, (), (name, password, role))

struct ApproveWish
{
    std::string same_as;
    bool replace_live{false};
};
BOOST_DESCRIBE_STRUCT(ApproveWish, (), (same_as, replace_live))

struct RevokeWish
{
    std::string why;
};
BOOST_DESCRIBE_STRUCT(RevokeWish, (), (why))

/// What the chosen verb does; the text to print, or why not.
using Verb = std::function<Result<std::string>(const app::Settings&)>;

Result<boost::json::value> ask(
    const app::Settings& settings, Method method, const std::string& path, std::string body = {})
{
    return ctl::LocalClient{app::Folder{settings}.socket()}.call(method, path, body);
}

Result<std::string> done_or_error(const Result<boost::json::value>& answer)
{
    if (!answer)
        return answer.error();
    return std::string{"done\n"};
}

/// A list of the API as lines of "name: value" blocks, for eyes and for grep.
std::string as_text(const boost::json::value& answer)
{
    const auto* object = answer.if_object();
    const auto* items = object ? object->if_contains("items") : nullptr;
    if (!items || !items->is_array())
        return boost::json::serialize(answer) + "\n";
    std::string text;
    for (const auto& item : items->get_array())
    {
        for (const auto& member : item.get_object())
        {
            const auto& value = member.value();
            const std::string shown =
                value.is_string() ? std::string{value.get_string()} : boost::json::serialize(value);
            if (!shown.empty() && shown != "null" && shown != "false")
                text += fmt::format("{}: {}  ", std::string_view{member.key()}, shown);
        }
        text += '\n';
    }
    return text.empty() ? "none\n" : text;
}

Verb list_verb(const std::string& path)
{
    return [path](const app::Settings& settings) -> Result<std::string> {
        auto answer = ask(settings, Method::get, path);
        if (!answer)
            return answer.error();
        return as_text(*answer);
    };
}

Verb change_verb(
    Method method, std::function<std::string()> path, std::function<std::string()> body)
{
    return [=](const app::Settings& settings) {
        return done_or_error(ask(settings, method, path(), body()));
    };
}

/// Prints the one member of the answer that is shown only now.
Verb secret_verb(const std::string& path, std::function<std::string()> body)
{
    return [=](const app::Settings& settings) -> Result<std::string> {
        auto answer = ask(settings, Method::post, path, body());
        if (!answer)
            return answer.error();
        const auto* key = answer->is_object() ? answer->get_object().if_contains("key") : nullptr;
        if (!key || !key->is_string())
            return Error{Errc::internal, "the collector's answer has no key"};
        return std::string{key->get_string()} + "\n";
    };
}

void add_site_verbs(CLI::App& program, Verb& chosen)
{
    static std::string administrator = "admin";
    auto* init =
        program.add_subcommand("init", "Make the site: certificates, database, administrator");
    init->add_option("--admin", administrator, "Name of the first administrator")
        ->capture_default_str();
    init->callback([&chosen] {
        chosen = [](const app::Settings& settings) -> Result<std::string> {
            auto site = ctl::init_site(settings, administrator);
            if (!site)
                return site.error();
            return fmt::format(
                "administrator: {}\nfirst-day password: {}\nca fingerprint: {}\n",
                site->administrator, site->first_day_password, site->ca_fingerprint);
        };
    });
    auto* fingerprint =
        program.add_subcommand("ca-fingerprint", "Print the fingerprint for the agents' settings");
    fingerprint->callback([&chosen] {
        chosen = [](const app::Settings& settings) -> Result<std::string> {
            auto text = ctl::ca_fingerprint(settings);
            if (!text)
                return text.error();
            return *text + "\n";
        };
    });
}

void add_key_verbs(CLI::App& program, Verb& chosen)
{
    static KeyWish key;
    static TicketWish ticket;
    static std::int64_t key_no = 0;
    auto* keys = program.add_subcommand("enrolment-key", "Keys with which agents enrol");
    keys->require_subcommand(1);
    auto* create = keys->add_subcommand("create", "Make a key and print it once");
    create->add_option("--site", key.site, "Site id; empty: the root");
    create->add_option("--note", key.note, "What it is for");
    create->add_option("--uses", key.uses, "How many devices")->capture_default_str();
    create->add_option("--days", key.days, "For how many days")->capture_default_str();
    create->add_option("--range", key.range, "Address ranges, such as 10.20.0.0/16");
    create->add_flag("--auto-approve", key.auto_approve, "Whoever knows the key gets in");
    create->callback(
        [&chosen] { chosen = secret_verb("/enrolment-keys", [] { return wire::to_json(key); }); });
    keys->add_subcommand("list", "List them")->callback([&chosen] {
        chosen = list_verb("/enrolment-keys");
    });
    auto* revoke = keys->add_subcommand("revoke", "Revoke one");
    revoke->add_option("id", key_no)->required();
    revoke->callback([&chosen] {
        chosen = change_verb(
            Method::delete_, [] { return fmt::format("/enrolment-keys/{}", key_no); },
            [] { return std::string{}; });
    });

    auto* tickets = program.add_subcommand("ticket", "Tickets for one machine each");
    tickets->require_subcommand(1);
    auto* make = tickets->add_subcommand("create", "Make a ticket and print it once");
    make->add_option("--hostname", ticket.hostname, "The machine's name");
    make->add_option("--serial", ticket.serial, "Or its serial number");
    make->add_option("--site", ticket.site, "Site id; empty: the root");
    make->add_option("--device", ticket.device, "Re-installation of this device");
    make->add_option("--days", ticket.days, "For how many days")->capture_default_str();
    make->callback(
        [&chosen] { chosen = secret_verb("/tickets", [] { return wire::to_json(ticket); }); });
}

void add_queue_verbs(CLI::App& program, Verb& chosen)
{
    static std::int64_t entry = 0;
    static ApproveWish approve;
    auto* queue = program.add_subcommand("queue", "Machines that wait for approval");
    queue->require_subcommand(1);
    queue->add_subcommand("list", "List them")->callback([&chosen] {
        chosen = list_verb("/enrolment-queue");
    });
    auto* yes = queue->add_subcommand("approve", "Let one in; compare the code first");
    yes->add_option("id", entry)->required();
    yes->add_option("--same-as", approve.same_as, "It is this device, installed anew");
    yes->add_flag("--replace-live", approve.replace_live, "Even though that device reports now");
    yes->callback([&chosen] {
        chosen = change_verb(
            Method::post, [] { return fmt::format("/enrolment-queue/{}/approve", entry); },
            [] { return wire::to_json(approve); });
    });
    auto* no = queue->add_subcommand("reject", "Keep one out");
    no->add_option("id", entry)->required();
    no->callback([&chosen] {
        chosen = change_verb(
            Method::post, [] { return fmt::format("/enrolment-queue/{}/reject", entry); },
            [] { return std::string{"{}"}; });
    });

    static std::string agent;
    static RevokeWish revoke_wish;
    auto* agents = program.add_subcommand("agent", "Enrolled agents");
    agents->require_subcommand(1);
    agents->add_subcommand("list", "List them")->callback([&chosen] {
        chosen = list_verb("/agents");
    });
    auto* revoke = agents->add_subcommand("revoke", "Kill all certificates of one");
    revoke->add_option("id", agent)->required();
    revoke->add_option("--why", revoke_wish.why, "The reason, for the record");
    revoke->callback([&chosen] {
        chosen = change_verb(
            Method::post, [] { return fmt::format("/agents/{}/revoke", agent); },
            [] { return wire::to_json(revoke_wish); });
    });
}

void add_knowledge_verbs(
    CLI::App& program, Verb& chosen, std::function<Result<std::string>()>& offline)
{
    static std::string file;
    static std::string key;
    static std::string out;
    auto* knowledge =
        program.add_subcommand("knowledge", "Support dates, builds, antivirus sources");
    knowledge->require_subcommand(1);
    knowledge->add_subcommand("list", "List what is in use")->callback([&chosen] {
        chosen = list_verb("/knowledge");
    });
    auto* import = knowledge->add_subcommand("import", "Take a signed file that was carried in");
    import->add_option("file", file)->required();
    import->callback([&chosen] {
        chosen = [](const app::Settings& settings) -> Result<std::string> {
            auto document = platform::read_file(file, 2 * wire::signed_payload_bytes_max);
    if (!document)
        return document.error();
    return done_or_error(ask(settings, Method::post, "/knowledge", std::move(*document)));
};
} // namespace
);
auto* make = knowledge->add_subcommand("new-key", "Make the site's key, on another machine");
make->add_option("--out", out, "File for the private half; keep it off the network")->required();
make->callback([&offline] {
    offline = []() -> Result<std::string> {
        auto made = ctl::make_site_key(out);
        if (!made)
            return made.error();
        return "site key: " + *made + "\n";
    };
});
auto* sign = knowledge->add_subcommand("sign", "Sign a knowledge file, on another machine");
sign->add_option("--key", key, "The private half")->required();
sign->add_option("--out", out, "The signed file")->required();
sign->add_option("file", file, "The knowledge file")->required();
sign->callback([&offline] { offline = [] { return ctl::sign_knowledge(key, file, out); }; });
}

void add_people_verbs(CLI::App& program, Verb& chosen)
{
    static PersonWish person;
    const auto with_password = [](const char* form) {
        return [form](const app::Settings& settings) -> Result<std::string> {
            // Made here and printed once: a password on the command line would be in the history.
            person.password = crypto::first_day_password();
            auto answer =
                ask(settings, Method::post, fmt::format(fmt::runtime(form), person.name),
                    wire::to_json(person));
            if (!answer)
                return answer.error();
            return fmt::format("first-day password: {}\n", person.password);
        };
    };
    auto* people = program.add_subcommand("user", "People who may sign in");
    people->require_subcommand(1);
    auto* add = people->add_subcommand("add", "Add one; prints a first-day password");
    add->add_option("name", person.name)->required();
    add->add_option("--role", person.role, "viewer, department, operator, administrator, auditor")
        ->capture_default_str();
    add->callback([&chosen, with_password] { chosen = with_password("/people"); });
    auto* reset = people->add_subcommand("reset-password", "Print a new first-day password");
    reset->add_option("name", person.name)->required();
    reset->callback([&chosen, with_password] { chosen = with_password("/people/{}/password"); });
}

int show(const Result<std::string>& text)
{
    if (!text)
    {
        fmt::print(stderr, "mimamorictl: {}\n", text.error().message);
        return 1;
    }
    fmt::print("{}", *text);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App program{"Administers a mimamori collector on this machine."};
    program.fallthrough(); // --config may stand behind the verb; verbs added from here on see it.
    program.require_subcommand(1);
    std::string config = "/etc/mimamori/collector.toml";
    program.add_option("--config", config, "The collector's configuration file")
        ->capture_default_str();
    Verb chosen;
    std::function<Result<std::string>()> offline; // Needs no collector and no settings.
    add_site_verbs(program, chosen);
    add_key_verbs(program, chosen);
    add_queue_verbs(program, chosen);
    add_people_verbs(program, chosen);
    add_knowledge_verbs(program, chosen, offline);
    for (const char* name : {"devices", "findings", "events"})
        program.add_subcommand(name, fmt::format("List {}", name))->callback([&chosen, name] {
            chosen = list_verb(fmt::format("/{}", name));
        });
    program.add_subcommand("version", "Print the version")->callback([&chosen] {
        chosen = [](const app::Settings&) -> Result<std::string> {
            return fmt::format("mimamorictl {}\n", MIMAMORI_VERSION);
        };
    });
    CLI11_PARSE(program, argc, argv);

    ::umask(0077);
    if (offline)
        return show(offline());
    const auto settings = settings::load_file(app::settings_table(), config);
    if (!settings)
    {
        fmt::print(stderr, "mimamorictl: {}\n", settings.error().message);
        return 3;
    }
    return show(chosen(settings->values));
}
