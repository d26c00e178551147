#include "agent/probes/windows/write_filter.hpp"

#include "agent/probes/text.hpp"
#include "common/base/ascii.hpp"

#include <algorithm>
#include <string>

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::Machine;
using agent::windows::WmiQuestion;
using agent::windows::WmiRow;

constexpr std::string_view embedded = R"(root\standardcimv2\embedded)";

bool is_true(const WmiRow& row, std::string_view name)
{
    const auto value = row.find(name);
    return value != row.end() && equal_ignoring_case(value->second, "true");
}

bool runs(const std::vector<agent::windows::ServiceRow>& services, std::string_view name)
{
    return std::any_of(services.begin(), services.end(), [&](const auto& row) {
        return row.running && equal_ignoring_case(row.name, name);
    });
}

/// UWF is on: is the volume of our data one that it protects?
void read_protected_volumes(
    const Machine& machine, std::string_view data_folder, wire::SecuritySection& section)
{
    const WmiQuestion question{
        std::string{embedded}, "UWF_Volume", {"DriveLetter", "Protected", "CurrentSession"}, {}};
    const auto volumes = machine.wmi.ask(question);
    if (!volumes)
        return note_unknown(section.from, "write_filter_over_agent_data", volumes.error());
    const std::string_view drive = data_folder.substr(0, 2);
    section.write_filter_over_agent_data =
        std::any_of(volumes->begin(), volumes->end(), [&](const WmiRow& row) {
            const auto letter = row.find("DriveLetter");
            return letter != row.end() && equal_ignoring_case(letter->second, drive)
                   && is_true(row, "Protected") && is_true(row, "CurrentSession");
        });
}

} // namespace

void read_write_filter(
    const Machine& machine, std::string_view data_folder, wire::SecuritySection& section)
{
    const WmiQuestion question{std::string{embedded}, "UWF_Filter", {"CurrentEnabled"}, {}};
    const auto filter = machine.wmi.ask(question);
    if (filter && !filter->empty())
    {
        note_source(section.from, "WMI UWF_Filter");
        if (!filter->front().contains("CurrentEnabled"))
        {
            constexpr std::string_view why = "WMI UWF_Filter: it does not tell CurrentEnabled";
            note_unknown(section.from, "write_filter", why);
            return note_unknown(section.from, "write_filter_over_agent_data", why);
        }
        const bool on = is_true(filter->front(), "CurrentEnabled");
        section.write_filter = on ? "uwf" : "none";
        section.write_filter_over_agent_data = false;
        if (on)
            read_protected_volumes(machine, data_folder, section);
        return;
    }
    const auto services = machine.services.list();
    for (const std::string_view driver : {"fbwf", "ewf"})
    {
        if (!services || !runs(*services, driver))
            continue;
        section.write_filter = driver;
        return note_unknown(
            section.from, "write_filter_over_agent_data",
            "the driver " + std::string{driver}
                + " runs, but no source tells which volumes it protects");
    }
    const bool asked = filter || filter.error().code == Errc::not_found;
    if (asked && services)
    {
        section.write_filter = "none";
        section.write_filter_over_agent_data = false;
        return;
    }
    const Error& failure = asked ? services.error() : filter.error();
    note_unknown(section.from, "write_filter", failure);
    note_unknown(section.from, "write_filter_over_agent_data", failure);
}

} // namespace mimamori::agent::probes::windows
