#pragma once

#include "agent/probes/windows/process_list.hpp"
#include "agent/probes/windows/sections.hpp"
#include "collector/knowledge/knowledge_file.hpp"
#include "collector/rules/av_missing.hpp"
#include "collector/rules/av_off.hpp"
#include "collector/rules/av_stale.hpp"
#include "collector/rules/av_unknown.hpp"
#include "tests/support/recorded_tree.hpp"
#include "tests/support/recorded_windows.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <memory>
#include <string>
#include <string_view>

/// A recorded Windows machine, read by the agent's probes and judged by the collector's rules with
/// the knowledge that is shipped.
namespace mimamori::tests {

using collector::rules::DeviceFacts;
using collector::rules::Judgement;

/// The day on which all of these devices are judged.
inline const Timestamp judgement_day = parse_rfc3339("2026-11-22T10:00:00Z").value();

inline const collector::rules::Knowledge& shipped_knowledge()
{
    using collector::knowledge::embedded_knowledge;
    static const auto lifecycle =
        collector::knowledge::OsLifecycle::parse(embedded_knowledge("os_lifecycle")).value();
    static const auto builds =
        collector::knowledge::WindowsBuilds::parse(embedded_knowledge("windows_builds")).value();
    static const collector::rules::Knowledge both{lifecycle, builds};
    return both;
}

/// One machine with the sections by which systems and antivirus products are judged.
struct JudgedDevice
{
    /// A system of tests/recorded/windows/os.
    explicit JudgedDevice(std::string_view system)
        : clock{judgement_day}
        , memory{
              {}, std::make_unique<agent::probes::windows::ProcessList>(machine.machine()), clock}
    {
        machine.add("os/" + std::string{system});
    }

    DeviceFacts facts()
    {
        namespace probes = agent::probes::windows;
        const agent::probes::ProbeContext context{{}, clock, machine, memory};
        DeviceFacts device;
        device.name = "PC-1";
        device.sender.enrolled_at = judgement_day - std::chrono::days{100};
        device.sender.last_seen_at = judgement_day;
        device.sender.listening_since = judgement_day - std::chrono::days{100};
        device.facts.os = probes::read_os(context);
        device.facts.patches = probes::read_patches(context);
        device.facts.antivirus = probes::read_antivirus(context);
        return device;
    }

    FakeClock clock;
    RecordedWindows machine;
    agent::probes::Memory memory;
};

inline Judgement judge(
    Judgement (*rule)(const collector::rules::Inputs&), const DeviceFacts& device)
{
    static const collector::rules::Policy policy;
    static const collector::rules::SiteView site;
    return rule({device, policy, shipped_knowledge(), site, judgement_day});
}

inline std::string verdict(
    Judgement (*rule)(const collector::rules::Inputs&), const DeviceFacts& device)
{
    return collector::rules::test::describe(judge(rule, device).verdict);
}

/// The product of that id; nullptr: none.
inline const wire::AntivirusProduct* find_product(const DeviceFacts& device, std::string_view id)
{
    for (const auto& product : device.facts.antivirus->products)
    {
        if (product.id == id)
            return &product;
    }
    return nullptr;
}

/// No rule about antivirus finds anything, and none does not know.
inline bool antivirus_is_green(const DeviceFacts& device)
{
    using namespace collector::rules;
    for (auto* rule : {judge_av_missing, judge_av_off, judge_av_stale, judge_av_unknown})
    {
        const std::string said = verdict(rule, device);
        if (said != "good" && !said.starts_with("not applicable"))
            return false;
    }
    return true;
}

} // namespace mimamori::tests
