#include "collector/ctl/verbs.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace mimamori::collector::ctl {
namespace {

using http::Method;

struct SettingWish
{
    std::string key;
    std::string value;
};
BOOST_DESCRIBE_STRUCT(SettingWish, (), (key, value))

struct PolicyWish
{
    std::string scope;
    std::string scope_value;
    std::vector<std::string> networks;
    std::string level;
    std::vector<SettingWish> settings;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(PolicyWish, (), (scope, scope_value, networks, level, settings, reason))

PolicyWish wish;
std::string site;
std::string zone;
std::string model;
std::string device;

void add_scope(CLI::App& verb)
{
    auto* where = verb.add_option_group("Where", "For which devices");
    where->add_option("--site", site, "All of the site with this id and below, such as root");
    where->add_option("--zone", zone, "All in the zone of this name");
    where->add_option("--model", model, "All of this model");
    where->add_option("--device", device, "The one with this id");
    where->require_option(1);
}

void take_scope()
{
    for (const auto& [scope, value] :
         {std::pair{"site", &site}, {"zone", &zone}, {"model", &model}, {"device", &device}})
    {
        if (value->empty())
            continue;
        wish.scope = scope;
        wish.scope_value = *value;
    }
}

Result<Change> policy_of_options(const std::vector<std::string>& values)
{
    take_scope();
    for (const std::string& value : values)
    {
        const std::size_t cut = value.find('=');
        if (cut == std::string::npos || cut == 0)
            return Error{Errc::invalid_input, "not KEY=VALUE: " + value};
        wish.settings.push_back({value.substr(0, cut), value.substr(cut + 1)});
    }
    return Change{Method::post, "/policies", wire::to_json(wish)};
}

} // namespace

void add_policy_verbs(CLI::App& program, Chosen& chosen)
{
    static std::vector<std::string> values;
    static std::string shown_device;
    auto* policies = program.add_subcommand("policy", "From when on things are found, and where");
    policies->require_subcommand(1);
    add_list(*policies, "list", "What is set where", chosen, [] {
        return Listing{.path = "/policies"};
    });
    add_list(*policies, "changes", "Who changed what", chosen, [] {
        return Listing{.path = "/policies/changes"};
    });
    auto& show = add_list(*policies, "show", "What holds for a device", chosen, [] {
        return Listing{.path = "/devices/" + encoded(shown_device) + "/policy"};
    });
    show.add_option("device", shown_device, "Its id")->required();
    auto* set = policies->add_subcommand("set", "Set or replace what holds there");
    add_scope(*set);
    set->add_option("--level", wish.level, "Of a site: begin from the ready policy")
        ->check(CLI::IsMember({"ume", "take", "matsu"}));
    set->add_option("--network", wish.networks, "Of a zone: 192.168.50.0/24; may be repeated");
    set->add_option("--reason", wish.reason, "Why, for the record")->required();
    set->add_option("values", values, "KEY=VALUE, such as av_stale_warning_days=5");
    set->callback([&chosen] {
        chosen.verb = change_verb(
            [](const app::Settings&) -> Result<Change> { return policy_of_options(values); });
    });
    auto* unset = policies->add_subcommand("unset", "Nothing is set there any more");
    add_scope(*unset);
    unset->add_option("--reason", wish.reason, "Why, for the record")->required();
    unset->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            take_scope();
            return {Method::post, "/policies/removals", wire::to_json(wish)};
        });
    });
}

} // namespace mimamori::collector::ctl
