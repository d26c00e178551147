#include "collector/ctl/init.hpp"
#include "collector/ctl/verbs.hpp"

#include <fmt/format.h>

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
        listing.next_member = "before";
        listing.items_max = 1'000;
        return listing;
    });
    events.add_option("--kind", kind, "Only this kind, such as usb_attached");
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
    program.add_subcommand("version", "Print the version")->callback([&chosen] {
        chosen.offline = []() -> Result<std::string> {
            return fmt::format("mimamorictl {}\n", MIMAMORI_VERSION);
        };
    });
}

} // namespace mimamori::collector::ctl
