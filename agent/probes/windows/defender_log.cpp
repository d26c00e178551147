#include "agent/probes/windows/defender_log.hpp"

#include "agent/probes/antivirus_detections.hpp"
#include "agent/probes/text.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::LoggedEvent;

constexpr std::string_view product = "defender";
constexpr std::size_t path_bytes_max = 512;
/// Each find is told two or three times.
constexpr std::size_t events_max = 3 * detections_max;

bool tells_a_find(const LoggedEvent& event)
{
    return event.id == 1116 || event.id == 1006;
}

/// "file:_C:\a.exe; file:_D:\b.exe" without what Windows puts before a path.
std::string path_in(std::string_view told)
{
    constexpr std::string_view prefix = "file:_";
    std::string path;
    for (auto at = told.find(prefix); at != told.npos; at = told.find(prefix))
    {
        path += told.substr(0, at);
        told.remove_prefix(at + prefix.size());
    }
    path += told;
    return fact_text(path, path_bytes_max);
}

std::string action_in(const LoggedEvent& event)
{
    if (tells_a_find(event))
        return {};
    const bool failed = event.id == 1118 || event.id == 1119;
    return fact_text(value_of(event, "Action Name")) + (failed ? " (failed)" : "");
}

/// One find, of all that is told about it.
class Find
{
public:
    void add(const LoggedEvent& event)
    {
        // Of the moments that of the find, which stays the same when more is told later.
        const bool first = known_.at == Timestamp{} || event.at < known_.at;
        if (first)
            known_.at = event.at;
        if (const auto threat = value_of(event, "Threat Name"); !threat.empty())
            known_.threat = fact_text(threat);
        if (const auto path = value_of(event, "Path"); !path.empty() && (first || !has_path_))
        {
            known_.path = path_in(path);
            has_path_ = true;
        }
        if (event.at >= acted_at_ && !tells_a_find(event))
        {
            acted_at_ = event.at;
            known_.action = action_in(event);
        }
    }

    wire::AntivirusDetection take(std::string_view id)
    {
        known_.product = product;
        known_.id = fact_text(id);
        return std::move(known_);
    }

private:
    wire::AntivirusDetection known_;
    Timestamp acted_at_{};
    bool has_path_{false};
};

} // namespace

void read_defender_detections(
    wire::AntivirusSection& section, const agent::windows::Machine& machine, Timestamp now)
{
    if (!has_product(section, product))
        return;
    agent::windows::EventQuestion question;
    question.channel = "Microsoft-Windows-Windows Defender/Operational";
    question.ids = {1006, 1007, 1116, 1117, 1118, 1119};
    question.since = now - detections_kept;
    question.events_max = events_max;
    const auto events = machine.events.query(question);
    if (!events)
    {
        note_unknown(section.from, "detections", events.error());
        return;
    }

    std::map<std::string, Find, std::less<>> finds;
    std::size_t not_understood = 0;
    for (const std::string& xml : *events)
    {
        const auto event = agent::windows::parse_event(xml);
        if (!event || value_of(*event, "Threat Name").empty())
        {
            ++not_understood;
            continue;
        }
        if (event->at > now)
            continue;
        const std::string_view id = value_of(*event, "Detection ID");
        finds[id.empty() ? "record " + std::to_string(event->record) : std::string{id}].add(*event);
    }
    if (not_understood > 0)
        note_unknown(
            section.from, "detections",
            std::to_string(not_understood) + " events of Defender's log are not understood");
    for (auto& [id, find] : finds)
        section.detections.push_back(find.take(id));
    section.detection_logs.emplace_back(product);
    settle_detections(section);
}

} // namespace mimamori::agent::probes::windows
