#include "collector/ctl/init.hpp"
#include "collector/ctl/verbs.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <string>

namespace mimamori::collector::ctl {
namespace {

void add_init(CLI::App& program, Chosen& chosen)
{
    static std::string administrator = "admin";
    auto* init =
        program.add_subcommand("init", "Make the site: certificates, database, administrator");
    init->add_option("--admin", administrator, "Name of the first administrator")
        ->capture_default_str();
    init->callback([&chosen] {
        chosen.verb = [](const app::Settings& settings) -> Result<std::string> {
            auto site = init_site(settings, administrator);
            if (!site)
                return site.error();
            return fmt::format(
                "administrator: {}\nfirst-day password: {}\nca fingerprint: {}\n",
                site->administrator, site->first_day_password, site->ca_fingerprint);
        };
    });
}

void add_lists(CLI::App& program, Chosen& chosen)
{
    static std::string text;
    static std::string state;
    auto& devices = add_list(program, "devices", "List the devices", chosen, [] {
        Listing listing;
        listing.path = "/devices?" + query_member("q", text) + query_member("state", state);
        return listing;
    });
    devices.add_option("--find", text, "Only those with this in their name or address");
    devices.add_option("--state", state, "good, info, warning, action, silent, unknown")
        ->check(CLI::IsMember({"good", "info", "warning", "action", "silent", "unknown"}));
    static std::string kind;
    auto& events = add_list(program, "events", "List what happened, the newest first", chosen, [] {
        Listing listing;
        listing.path = "/events?" + query_member("kind", kind);
        listing.items_max = 1'000;
        return listing;
    });
    events.add_option("--kind", kind, "Only this kind, such as usb_attached");
}

struct SiteWish
{
    std::string name;
    std::string parent;
};
BOOST_DESCRIBE_STRUCT(SiteWish, (), (name, parent))

struct PlaceWish
{
    std::string site;
};
BOOST_DESCRIBE_STRUCT(PlaceWish, (), (site))

SiteWish wish;
PlaceWish place;
std::string id; ///< Of a site or a device.

std::string path_of_site()
{
    return "/sites/" + encoded(id);
}

void add_tree(CLI::App& program, Chosen& chosen)
{
    using http::Method;
    auto* sites = program.add_subcommand("site", "Hospitals and departments");
    sites->require_subcommand(1);
    add_list(*sites, "list", "List them", chosen, [] { return Listing{.path = "/sites"}; });
    auto* add = sites->add_subcommand("add", "Add one; prints its id");
    add->add_option("name", wish.name, "Its name")->required();
    add->add_option("--below", wish.parent, "Id of the site above; without it the whole");
    add->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::post, "/sites", wire::to_json(wish)};
        });
    });
    auto* change = sites->add_subcommand("change", "Rename one, or put it below another");
    change->add_option("id", id, "Its id")->required();
    change->add_option("--name", wish.name, "Its new name");
    change->add_option("--below", wish.parent, "Id of the site above");
    change->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::post, path_of_site(), wire::to_json(wish)};
        });
    });
    auto* remove = sites->add_subcommand("remove", "Remove one that nothing belongs to");
    remove->add_option("id", id, "Its id")->required();
    remove->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change { return {Method::delete_, path_of_site(), {}}; });
    });
    auto* move = sites->add_subcommand("move-device", "Put a device into a site");
    move->add_option("device", id, "Id of the device")->required();
    move->add_option("site", place.site, "Id of the site; root is the whole")->required();
    move->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::post, "/devices/" + encoded(id) + "/site", wire::to_json(place)};
        });
    });
}

} // namespace

void add_site_verbs(CLI::App& program, Chosen& chosen)
{
    add_init(program, chosen);
    auto* fingerprint =
        program.add_subcommand("ca-fingerprint", "Print the fingerprint for the agents' settings");
    fingerprint->callback([&chosen] {
        chosen.verb = [](const app::Settings& settings) -> Result<std::string> {
            auto text = ca_fingerprint(settings);
            if (!text)
                return text.error();
            return *text + "\n";
        };
    });
    add_lists(program, chosen);
    add_tree(program, chosen);
    program.add_subcommand("version", "Print the version")->callback([&chosen] {
        chosen.offline = []() -> Result<std::string> {
            return fmt::format("mimamorictl {}\n", MIMAMORI_VERSION);
        };
    });
}

} // namespace mimamori::collector::ctl
