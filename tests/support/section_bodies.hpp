#pragma once

#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/sections.hpp"

#include <boost/mp11/algorithm.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Sections as tests compare them.
namespace mimamori::tests {

/// The JSON of every section that is there.
inline std::map<std::string, std::string> bodies(const wire::Facts& facts)
{
    std::map<std::string, std::string> all;
    boost::mp11::mp_for_each<wire::FactsMembers>([&](auto member) {
        if (facts.*member.pointer)
            all[member.name] = wire::to_json(*(facts.*member.pointer));
    });
    return all;
}

/// What a section says that it does not know; for antivirus, also what its products say.
inline std::vector<wire::UnknownFact> unknown_in(const wire::Facts& facts, std::string_view section)
{
    std::vector<wire::UnknownFact> unknown;
    boost::mp11::mp_for_each<wire::FactsMembers>([&](auto member) {
        if (member.name == section && facts.*member.pointer)
            unknown = (facts.*member.pointer)->from.unknown;
    });
    if (section == "antivirus" && facts.antivirus)
    {
        for (const auto& product : facts.antivirus->products)
            unknown.insert(unknown.end(), product.unknown.begin(), product.unknown.end());
    }
    return unknown;
}

/// Whether the section says that `fact` is unknown, with `why` in the reason.
inline bool says_unknown(
    const wire::Facts& facts, std::string_view section, std::string_view fact, std::string_view why)
{
    for (const wire::UnknownFact& unknown : unknown_in(facts, section))
    {
        if (unknown.fact == fact && unknown.why.find(why) != std::string::npos)
            return true;
    }
    return false;
}

/// The members of one section's JSON that differ, without `from`.
inline std::set<std::string> changed_members(const std::string& before, const std::string& after)
{
    const auto a = wire::parse_json(before).value().as_object();
    const auto b = wire::parse_json(after).value().as_object();
    std::set<std::string> names;
    for (const auto* one : {&a, &b})
    {
        for (const auto& member : *one)
        {
            const auto* in_a = a.if_contains(member.key());
            const auto* in_b = b.if_contains(member.key());
            const bool same = in_a != nullptr && in_b != nullptr && *in_a == *in_b;
            if (member.key() != "from" && !same)
                names.insert(std::string{member.key()});
        }
    }
    return names;
}

} // namespace mimamori::tests
