#include "collector/findings/conditions.hpp"

#include "collector/rules/network_facts.hpp"
#include "collector/rules/os_facts.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>

namespace mimamori::collector::findings {

namespace {

constexpr std::string_view all[] = {one_cable, no_new_neighbour, no_usb, same_network};

template <class List, class GetTime>
Timestamp newest(const List& list, GetTime time_of)
{
    Timestamp found{};
    for (const auto& item : list)
        found = std::max(found, time_of(item));
    return found;
}

/// Whether `newest` is known and not after the waiver.
bool nothing_since(const std::optional<Timestamp>& newest, const FindingRecord& record)
{
    return newest && record.waived_at && *newest <= *record.waived_at;
}

bool holds(std::string_view condition, const FindingRecord& record, const Measured& measured)
{
    if (condition == one_cable)
        return measured.networks_joined && *measured.networks_joined <= 1;
    if (condition == no_new_neighbour)
        return nothing_since(measured.newest_neighbour, record);
    if (condition == no_usb)
        return nothing_since(measured.newest_medium, record);
    if (condition == same_network)
        return nothing_since(measured.newest_network, record);
    return false; // Of a newer program: nobody measures it.
}

} // namespace

Measured measure(const wire::Facts& facts, const rules::SiteView& site)
{
    Measured measured;
    if (rules::why_section_unknown(facts.interfaces, "interfaces").empty())
    {
        measured.networks_joined = std::count_if(
            facts.interfaces->adapters.begin(), facts.interfaces->adapters.end(),
            rules::joins_network);
        measured.newest_network =
            newest(site.networks, [](const rules::Sighting& one) { return one.first_seen_at; });
    }
    if (rules::why_section_unknown(facts.usb, "usb").empty())
        measured.newest_medium =
            newest(site.media, [](const rules::SeenMedium& one) { return one.last_attached_at; });
    if (site.neighbours_unread.empty() && site.strangers_not_kept == 0)
        measured.newest_neighbour =
            newest(site.strangers, [](const rules::Stranger& one) { return one.first_seen_at; });
    return measured;
}

std::string broken_condition(const FindingRecord& record, const Measured& measured)
{
    for (const std::string& condition : record.conditions)
    {
        if (!holds(condition, record, measured))
            return condition;
    }
    return {};
}

Result<void> check_conditions(const std::vector<std::string>& conditions)
{
    std::set<std::string_view> seen;
    for (const std::string& condition : conditions)
    {
        const bool known = std::find(std::begin(all), std::end(all), condition) != std::end(all);
        if (!known || !seen.insert(condition).second)
            return Error{
                Errc::invalid_input,
                "conditions: each once of one_cable, no_new_neighbour, no_usb, same_network"};
    }
    return {};
}

std::string text_of_conditions(const std::vector<std::string>& conditions)
{
    std::string text;
    for (const std::string& condition : conditions)
        text += (text.empty() ? "" : " ") + condition;
    return text;
}

std::vector<std::string> conditions_of_text(std::string_view text)
{
    std::istringstream words{std::string{text}};
    return {std::istream_iterator<std::string>{words}, {}};
}

} // namespace mimamori::collector::findings
