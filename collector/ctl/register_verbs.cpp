#include "collector/ctl/verbs.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

namespace mimamori::collector::ctl {
namespace {

using http::Method;

struct MediumWish
{
    std::string vendor_id;
    std::string product_id;
    std::string serial;
    std::string label;
    std::string until;
};
BOOST_DESCRIBE_STRUCT(MediumWish, (), (vendor_id, product_id, serial, label, until))

struct NeighbourWish
{
    std::string mac;
    std::string device;
    std::string name;
    std::string until;
};
BOOST_DESCRIBE_STRUCT(NeighbourWish, (), (mac, device, name, until))

Term term;
std::int64_t number = 0;

template <class Wish>
Result<Change> change_of(const app::Settings& settings, const char* path, Wish& wish)
{
    wish.until = end_of(term, settings.utc_offset, SystemClock{}.now());
    return Change{Method::post, path, wire::to_json(wish)};
}

void add_removal(
    CLI::App& parent, const char* name, const char* what, const char* path, Chosen& chosen)
{
    auto* verb = parent.add_subcommand(name, what);
    verb->add_option("id", number, "Of the list")->required();
    verb->callback([&chosen, path] {
        chosen.verb = change_verb([path]() -> Change {
            return {Method::delete_, fmt::format("{}/{}", path, number), {}};
        });
    });
}

void add_media(CLI::App& program, Chosen& chosen)
{
    static std::string state{"unregistered"};
    static MediumWish medium;
    auto* media = program.add_subcommand("medium", "USB media and their register");
    media->require_subcommand(1);
    auto& list = add_list(*media, "list", "List USB media", chosen, [] {
        return Listing{.path = "/usb-media?state=" + state};
    });
    list.add_option("--state", state, "unregistered: seen and not on the register; registered")
        ->check(CLI::IsMember({"unregistered", "registered"}))
        ->capture_default_str();
    auto* add = media->add_subcommand("register", "Put one on the register");
    add->add_option("vendor_id", medium.vendor_id, "Of the list, four digits")->required();
    add->add_option("product_id", medium.product_id, "Of the list, four digits")->required();
    add->add_option("serial", medium.serial, "Of the list")->required();
    add->add_option("--label", medium.label, "What people call it")->required();
    add_term(*add, term, TermIs::optional);
    add->callback([&chosen] {
        chosen.verb = change_verb([](const app::Settings& settings) {
            return change_of(settings, "/usb-media", medium);
        });
    });
    add_removal(*media, "unregister", "Take one off the register", "/usb-media", chosen);
}

void add_neighbours(CLI::App& program, Chosen& chosen)
{
    static std::string state{"unknown"};
    static NeighbourWish neighbour;
    auto* neighbours =
        program.add_subcommand("neighbour", "Machines seen in the network that have no agent");
    neighbours->require_subcommand(1);
    auto& list = add_list(*neighbours, "list", "List neighbours", chosen, [] {
        return Listing{.path = "/neighbours?state=" + state};
    });
    list.add_option("--state", state, "unknown; known: those that were approved")
        ->check(CLI::IsMember({"unknown", "known"}))
        ->capture_default_str();
    auto* approve = neighbours->add_subcommand("approve", "It belongs here");
    approve->add_option("--name", neighbour.name, "What people call it")->required();
    auto* which = approve->add_option_group("Which", "One address or many");
    which->add_option("--mac", neighbour.mac, "The one with this address");
    which->add_option("--seen-by", neighbour.device, "All that the device with this id saw first");
    which->require_option(1);
    add_term(*approve, term, TermIs::optional);
    approve->callback([&chosen] {
        chosen.verb = change_verb([](const app::Settings& settings) {
            return change_of(settings, "/neighbours", neighbour);
        });
    });
    add_removal(*neighbours, "revoke", "It does not belong here any more", "/neighbours", chosen);
}

} // namespace

void add_register_verbs(CLI::App& program, Chosen& chosen)
{
    add_media(program, chosen);
    add_neighbours(program, chosen);
}

} // namespace mimamori::collector::ctl
