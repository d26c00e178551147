#include "collector/ctl/verbs.hpp"
#include "common/platform/file.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace mimamori::collector::ctl {
namespace {

constexpr std::size_t profile_bytes_max = 4U * 1024 * 1024;

std::string name;
std::string file;
bool dry_run{false};

struct ItemWish
{
    std::string model;
    std::string kind;
    std::string key;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ItemWish, (), (model, kind, key, reason))

ItemWish wish;

/// In groups of four, to be read to each other by telephone.
std::string in_groups(const std::string& hash)
{
    std::string text;
    for (std::size_t i = 0; i < hash.size(); i += 4)
        text += (i == 0 ? "" : " ") + hash.substr(i, 4);
    return text;
}

Result<std::string> export_profile(const app::Settings& settings)
{
    const auto answer =
        ask(settings, http::Method::get, "/models/profile?" + query_member("model", name));
    if (!answer)
        return answer.error();
    return boost::json::serialize(*answer) + "\n";
}

Result<std::string> import_profile(const app::Settings& settings)
{
    const auto text = platform::read_file(file, profile_bytes_max);
    if (!text)
        return text.error();
    boost::system::error_code failed;
    boost::json::object body;
    body["profile"] = boost::json::parse(*text, failed);
    if (failed)
        return Error{Errc::invalid_input, file + ": not a profile: " + failed.message()};
    body["dry_run"] = dry_run;
    const auto answer =
        ask(settings, http::Method::post, "/models/profile-imports", boost::json::serialize(body));
    if (!answer)
        return answer.error();
    const auto& done = answer->as_object();
    std::string told = fmt::format(
        "model: {}\nfrom: {}, {}, {} devices\nsha256: {}\nports: {} new, {} known\n"
        "services: {} new, {} known\npeers: {} new, {} known\nprograms: {} new, {} known\n",
        shown(done.at("model")), shown(done.at("hospital")), shown(done.at("made_at")),
        shown(done.at("devices")), in_groups(shown(done.at("sha256"))), shown(done.at("ports_new")),
        shown(done.at("ports_known")), shown(done.at("services_new")),
        shown(done.at("services_known")), shown(done.at("peers_new")),
        shown(done.at("peers_known")), shown(done.at("programs_new")),
        shown(done.at("programs_known")));
    for (const auto& path : done.at("refused").as_array())
        told += fmt::format("not taken, look at it here: {}\n", shown(path));
    return told + (dry_run ? "nothing was changed\n" : "done\n");
}

void add_item_verb(
    CLI::App& model,
    const std::string& verb_name,
    const std::string& what,
    const std::string& path,
    Chosen& chosen)
{
    auto* verb = model.add_subcommand(verb_name, what);
    verb->add_option("name", wish.model, "Of the list")->required();
    verb->add_option("kind", wish.kind, "port, service or peer")
        ->required()
        ->check(CLI::IsMember({"port", "service", "peer"}));
    verb->add_option("key", wish.key, "As the finding names it, such as tcp/8080")->required();
    verb->add_option("--reason", wish.reason, "Why, for the record")->required();
    verb->callback([&chosen, path] {
        chosen.verb = change_verb([path]() -> Change {
            return {http::Method::post, path, wire::to_json(wish)};
        });
    });
}

} // namespace

void add_profile_verbs(CLI::App& model, Chosen& chosen)
{
    auto* exporting = model.add_subcommand(
        "export", "Print what is usual on its devices, to carry to another hospital");
    exporting->add_option("name", name, "Of the list")->required();
    exporting->callback([&chosen] { chosen.verb = export_profile; });
    auto* importing = model.add_subcommand("import", "Take over what another hospital printed");
    importing->add_option("file", file, "What export printed")->required();
    importing->add_flag("--dry-run", dry_run, "Only say what it would change");
    importing->callback([&chosen] { chosen.verb = import_profile; });
    auto& items = add_list(model, "items", "Its usual ports, services and peers", chosen, [] {
        return Listing{.path = "/models/profile-items?" + query_member("model", name)};
    });
    items.add_option("name", name, "Of the list")->required();
    add_item_verb(
        model, "add-item", "A port, service or peer is usual", "/models/profile-items", chosen);
    add_item_verb(
        model, "remove-item", "It is not usual any more", "/models/profile-item-removals", chosen);
}

} // namespace mimamori::collector::ctl
