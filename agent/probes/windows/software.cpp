#include "agent/probes/software.hpp"

#include "agent/probes/text.hpp"
#include "agent/probes/windows/fact_reader.hpp"
#include "agent/probes/windows/sections.hpp"
#include "agent/windows/moments.hpp"

namespace mimamori::agent::probes::windows {
namespace {

constexpr std::size_t programs_max = 5'000;
constexpr std::string_view uninstall = R"(\Microsoft\Windows\CurrentVersion\Uninstall)";

void read_list(
    FactReader& registry,
    View view,
    const std::string& list,
    const std::string& architecture,
    wire::SoftwareSection& section)
{
    std::size_t odd_dates = 0;
    for (const std::string& name : registry.keys("software", view, list, programs_max))
    {
        const std::string key = list + '\\' + name;
        const auto title = registry.text_in(view, key, "DisplayName");
        // Parts of other programs, and updates of programs, are not installed by anybody.
        const bool part = registry.number_in(view, key, "SystemComponent").value_or(0) == 1
                          || registry.text_in(view, key, "ParentKeyName").has_value();
        if (!title || trimmed(*title).empty() || part)
            continue;
        wire::InstalledSoftware program;
        program.name = fact_text(*title, 256);
        program.vendor = fact_text(registry.text_in(view, key, "Publisher").value_or(""), 256);
        program.version =
            fact_text(registry.text_in(view, key, "DisplayVersion").value_or(""), 128);
        program.architecture = architecture;
        const auto written = registry.text_in(view, key, "InstallDate");
        if (written && !trimmed(*written).empty())
        {
            const auto day = agent::windows::parse_local_date(trimmed(*written));
            if (day)
                program.installed_on = *day;
            else
                ++odd_dates;
        }
        section.software.push_back(std::move(program));
    }
    if (odd_dates > 0)
        note_unknown(
            section.from, "installed_on",
            list + ": " + std::to_string(odd_dates) + " dates of installation are not understood");
}

} // namespace

wire::SoftwareSection read_software(const ProbeContext& context)
{
    const Machine& machine = *context.live.windows();
    wire::SoftwareSection section;
    FactReader registry{machine.registry, section.from};
    const auto architecture = machine.system.architecture();
    const std::string native = architecture ? *architecture : std::string{};
    const std::string everybody = R"(HKLM\SOFTWARE)" + std::string{uninstall};
    const auto there = agent::windows::key_exists(machine.registry, View::native, everybody);
    if (there && !*there) // Every Windows has it.
        note_unknown(section.from, "software", "read " + everybody + ": not there");
    read_list(registry, View::native, everybody, native, section);
    if (native != "x86")
        read_list(registry, View::wow, everybody, "x86", section);
    for (const std::string& user : loaded_users(registry, "software"))
        read_list(
            registry, View::native, R"(HKU\)" + user + R"(\Software)" + std::string{uninstall},
            native, section);
    registry.note_broken("software");
    settle_software(section);
    return section;
}

} // namespace mimamori::agent::probes::windows
