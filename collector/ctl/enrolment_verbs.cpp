#include "collector/ctl/verbs.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

namespace mimamori::collector::ctl {
namespace {

using http::Method;

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

/// The number that a verb is about; one command line has one.
std::int64_t number = 0;

void add_keys(CLI::App& program, Chosen& chosen)
{
    static KeyWish key;
    auto* keys = program.add_subcommand("enrolment-key", "Keys with which agents enrol");
    keys->require_subcommand(1);
    auto* create = keys->add_subcommand("create", "Make a key and print it once");
    create->add_option("--site", key.site, "Site id; empty: the root");
    create->add_option("--note", key.note, "What it is for");
    create->add_option("--uses", key.uses, "How many devices")->capture_default_str();
    create->add_option("--days", key.days, "For how many days")->capture_default_str();
    create->add_option("--range", key.range, "Address ranges, such as 10.20.0.0/16");
    create->add_flag("--auto-approve", key.auto_approve, "Whoever knows the key gets in");
    create->callback([&chosen] {
        chosen.verb = secret_verb("/enrolment-keys", [] { return wire::to_json(key); });
    });
    add_list(*keys, "list", "List them", chosen, [] { return Listing{.path = "/enrolment-keys"}; });
    auto* revoke = keys->add_subcommand("revoke", "Revoke one");
    revoke->add_option("id", number, "Of the list")->required();
    revoke->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::delete_, fmt::format("/enrolment-keys/{}", number), {}};
        });
    });
}

void add_tickets(CLI::App& program, Chosen& chosen)
{
    static TicketWish ticket;
    auto* tickets = program.add_subcommand("ticket", "Tickets for one machine each");
    tickets->require_subcommand(1);
    auto* make = tickets->add_subcommand("create", "Make a ticket and print it once");
    make->add_option("--hostname", ticket.hostname, "The machine's name");
    make->add_option("--serial", ticket.serial, "Or its serial number");
    make->add_option("--site", ticket.site, "Site id; empty: the root");
    make->add_option("--device", ticket.device, "Re-installation of this device");
    make->add_option("--days", ticket.days, "For how many days")->capture_default_str();
    make->callback(
        [&chosen] { chosen.verb = secret_verb("/tickets", [] { return wire::to_json(ticket); }); });
}

void add_queue(CLI::App& program, Chosen& chosen)
{
    static ApproveWish approve;
    auto* queue = program.add_subcommand("queue", "Machines that wait for approval");
    queue->require_subcommand(1);
    add_list(
        *queue, "list", "List them", chosen, [] { return Listing{.path = "/enrolment-queue"}; });
    auto* yes = queue->add_subcommand("approve", "Let one in; compare the code first");
    yes->add_option("id", number, "Of the list")->required();
    yes->add_option("--same-as", approve.same_as, "It is this device, installed anew");
    yes->add_flag("--replace-live", approve.replace_live, "Even though that device reports now");
    yes->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {
                Method::post, fmt::format("/enrolment-queue/{}/approve", number),
                wire::to_json(approve)};
        });
    });
    auto* no = queue->add_subcommand("reject", "Keep one out");
    no->add_option("id", number, "Of the list")->required();
    no->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::post, fmt::format("/enrolment-queue/{}/reject", number)};
        });
    });
}

void add_agents(CLI::App& program, Chosen& chosen)
{
    static std::string agent;
    static RevokeWish wish;
    auto* agents = program.add_subcommand("agent", "Enrolled agents");
    agents->require_subcommand(1);
    add_list(*agents, "list", "List them", chosen, [] { return Listing{.path = "/agents"}; });
    auto* revoke = agents->add_subcommand("revoke", "Kill all certificates of one");
    revoke->add_option("id", agent, "Of the list")->required();
    revoke->add_option("--why", wish.why, "The reason, for the record");
    revoke->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {
                Method::post, fmt::format("/agents/{}/revoke", encoded(agent)),
                wire::to_json(wish)};
        });
    });
}

} // namespace

void add_enrolment_verbs(CLI::App& program, Chosen& chosen)
{
    add_keys(program, chosen);
    add_tickets(program, chosen);
    add_queue(program, chosen);
    add_agents(program, chosen);
}

} // namespace mimamori::collector::ctl
