#include "agent/probes/services.hpp"

#include "agent/probes/text.hpp"
#include "agent/probes/windows/autostart.hpp"
#include "agent/probes/windows/fact_reader.hpp"
#include "agent/probes/windows/sections.hpp"
#include "common/base/ascii.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::ServiceRow;
using agent::windows::StartType;

std::string start_word(StartType start)
{
    switch (start)
    {
    case StartType::boot:
    case StartType::system:
    case StartType::automatic:
        return "automatic";
    case StartType::manual:
        return "manual";
    case StartType::disabled:
        return "disabled";
    case StartType::unknown:
        break;
    }
    return {};
}

/// "CDPUserSvc" of "CDPUserSvc_1a2b3c", the copy of a service that lives for one session; empty for
/// a name of another form.
std::string_view template_of(std::string_view name)
{
    const auto bar = name.rfind('_');
    if (bar == std::string_view::npos || bar == 0 || bar + 1 == name.size())
        return {};
    const std::string_view number = name.substr(bar + 1);
    const bool hex = to_number<std::uint64_t>(number, 16).has_value();
    return hex ? name.substr(0, bar) : std::string_view{};
}

/// Whether the service is meant to run as long as the machine does. Delayed ones and those that
/// something triggers (a key since Windows 7) often end when there is nothing to do.
Result<bool> is_to_stay(const Machine& machine, const ServiceRow& row)
{
    if (row.start != StartType::automatic || row.delayed)
        return false;
    const std::string key =
        R"(HKLM\SYSTEM\CurrentControlSet\Services\)" + row.name + R"(\TriggerInfo)";
    const auto triggered = agent::windows::key_exists(machine.registry, View::native, key);
    if (!triggered)
        return triggered.error();
    return !*triggered;
}

wire::Service describe(const ServiceRow& row)
{
    wire::Service service;
    service.name = fact_text(row.name, 256);
    service.display_name = fact_text(row.display_name, 256);
    service.start_type = start_word(row.start);
    service.account = fact_text(row.account, 256);
    service.command = fact_text(row.command);
    return service;
}

void read_states(
    const Machine& machine,
    const std::vector<const ServiceRow*>& rows,
    wire::ServicesSection& section)
{
    std::optional<Error> failure;
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        const auto stays = is_to_stay(machine, *rows[i]);
        if (stays && *stays)
            section.services[i].state = rows[i]->running ? "running" : "stopped";
        else if (!stays && !failure)
            failure = stays.error();
    }
    if (failure)
        note_unknown(section.from, "state", *failure);
}

} // namespace

wire::ServicesSection read_services(const ProbeContext& context)
{
    const Machine& machine = *context.live.windows();
    wire::ServicesSection section;
    const auto rows = machine.services.list();
    if (rows)
    {
        note_source(section.from, "service control manager");
        std::set<std::string_view> names;
        for (const ServiceRow& row : *rows)
            names.insert(row.name);
        std::vector<const ServiceRow*> listed;
        for (const ServiceRow& row : *rows)
        {
            const std::string_view origin = template_of(row.name);
            const bool copy = !origin.empty() && names.contains(origin);
            if (row.driver || copy)
                continue;
            section.services.push_back(describe(row));
            listed.push_back(&row);
            if (!row.why_not.empty())
                note_unknown(section.from, "services", row.name + ": " + row.why_not);
        }
        read_states(machine, listed, section);
    }
    else
        note_unknown(section.from, "services", rows.error());
    read_autoruns(machine, section);
    read_tasks(machine, section);
    settle_services(section);
    return section;
}

} // namespace mimamori::agent::probes::windows
