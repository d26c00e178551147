#include "collector/ctl/verbs.hpp"

#include <string>

namespace mimamori::collector::ctl {
namespace {

std::string id;

} // namespace

void add_event_verbs(CLI::App& program, Chosen& chosen)
{
    auto* events =
        program.add_subcommand("site-events", "Devices of a site that fell silent together");
    events->require_subcommand(1);
    add_list(*events, "list", "List them, the newest first", chosen, [] {
        Listing listing;
        listing.path = "/site-events?";
        return listing;
    });
    auto& show = add_list(
        *events, "show", "List the devices of one, those that are not back first", chosen, [] {
            Listing listing;
            listing.path = "/site-events/" + encoded(id);
            return listing;
        });
    show.add_option("id", id, "Its id")->required();
    auto* end = events->add_subcommand(
        "close", "End one; devices that are still missing are told by themselves from then on");
    end->add_option("id", id, "Its id")->required();
    end->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {http::Method::post, "/site-events/" + encoded(id) + "/close"};
        });
    });
}

} // namespace mimamori::collector::ctl
