#include "agent/probes/logons.hpp"

#include "agent/probes/text.hpp"
#include "agent/probes/windows/sections.hpp"
#include "agent/windows/machine.hpp"
#include "common/base/ascii.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::LoggedEvent;

/// The kind of a logon type of event 4624; empty: not a person's.
std::string_view kind_of(std::string_view type)
{
    if (type == "2" || type == "7" || type == "11") // at the screen, unlocked, with a kept password
        return "interactive";
    if (type == "10")
        return "remote";
    return type == "3" ? "network" : "";
}

/// Accounts of Windows itself: window managers, fonts, services.
bool is_system_account(const LoggedEvent& event)
{
    const std::string_view sid = value_of(event, "TargetUserSid");
    const std::string_view name = value_of(event, "TargetUserName");
    const bool person = sid.starts_with("S-1-5-21-") || sid.starts_with("S-1-12-1-");
    return !person || name.ends_with('$') || name.empty();
}

std::optional<wire::Logon> describe(const LoggedEvent& event)
{
    const std::string_view kind = kind_of(value_of(event, "LogonType"));
    if (kind.empty() || is_system_account(event))
        return std::nullopt;
    wire::Logon logon;
    const std::string_view domain = value_of(event, "TargetDomainName");
    logon.user = fact_text(
        (domain.empty() ? "" : std::string{domain} + '\\')
            + std::string{value_of(event, "TargetUserName")},
        256);
    logon.kind = kind;
    const std::string_view address = value_of(event, "IpAddress");
    const std::string_view station = value_of(event, "WorkstationName");
    const bool local =
        address.empty() || address == "-" || address == "127.0.0.1" || address == "::1";
    if (!local)
        logon.source = fact_text(address, 128);
    else if (kind != "interactive" && station != "-")
        logon.source = fact_text(station, 128);
    logon.last_at = event.at;
    return logon;
}

} // namespace

wire::LogonsSection read_logons(const ProbeContext& context)
{
    const agent::windows::Machine& machine = *context.live.windows();
    wire::LogonsSection section;
    agent::windows::EventQuestion question;
    question.channel = "Security";
    question.ids = {4624};
    question.since = context.clock.now() - std::chrono::hours{24 * 30};
    question.also = "EventData[Data[@Name='LogonType']=2 or Data[@Name='LogonType']=3 or "
                    "Data[@Name='LogonType']=7 or Data[@Name='LogonType']=10 or "
                    "Data[@Name='LogonType']=11]";
    question.events_max = 3'000;
    const auto events = machine.events.query(question);
    if (!events)
    {
        note_unknown(section.from, "logons", events.error());
        return section;
    }
    note_source(section.from, "Security log");

    std::map<std::tuple<std::string, std::string, std::string>, wire::Logon> newest;
    std::size_t not_understood = 0;
    for (const std::string& xml : *events)
    {
        const auto event = agent::windows::parse_event(xml);
        if (!event)
        {
            ++not_understood;
            continue;
        }
        auto logon = describe(*event);
        if (!logon)
            continue;
        auto& known = newest[{logon->user, logon->kind, logon->source}];
        if (!known.last_at || *known.last_at < *logon->last_at)
            known = std::move(*logon);
    }
    if (not_understood > 0)
        note_unknown(
            section.from, "logons",
            std::to_string(not_understood) + " events of the Security log are not understood");
    for (auto& [place, logon] : newest)
        section.logons.push_back(std::move(logon));
    std::stable_sort(
        section.logons.begin(), section.logons.end(),
        [](const wire::Logon& a, const wire::Logon& b) { return *a.last_at > *b.last_at; });
    cut_list(section.logons, logons_max, section.from, "logons");
    return section;
}

} // namespace mimamori::agent::probes::windows
