#pragma once

#include "collector/knowledge/os_lifecycle.hpp"
#include "collector/knowledge/windows_builds.hpp"
#include "collector/rules/rule.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace mimamori::collector::rules::test {

using namespace std::chrono_literals;
using std::chrono::days;

/// Noon, so that a day more or less is told from twelve hours.
inline const Timestamp now = parse_rfc3339("2026-03-10T12:00:00Z").value();

/// A small table: Testix 1 ends on 2026-12-31, Testix 2 has a free programme, Testix 3 a date that
/// nobody verified; Windows 10 22H2 has a paid programme.
inline const knowledge::OsLifecycle& lifecycle()
{
    static const auto table = knowledge::OsLifecycle::parse(R"json({
        "name": "os_lifecycle", "version": 2026030101, "data_date": "2026-03-01",
        "expires": "2027-03-01", "sources": ["a list"],
        "editions": [{"id": "Professional", "edition": "Pro", "servicing": "general"}],
        "distributions": [{"id": "testix", "version_parts": 1}],
        "rows": [
            {"id": "t1", "family": "linux", "product": "Testix", "version": "1",
             "distribution": "testix", "version_id": "1", "ends_earliest": "2026-12-31",
             "ends_latest": "2026-12-31", "confidence": "read", "source": 0},
            {"id": "t2", "family": "linux", "product": "Testix", "version": "2",
             "distribution": "testix", "version_id": "2", "ends_earliest": "2026-01-31",
             "ends_latest": "2026-01-31", "confidence": "read",
             "extended_earliest": "2029-06-30", "extended_latest": "2029-06-30",
             "extended_confidence": "read", "programme": "LTS", "programme_is_free": true,
             "source": 0},
            {"id": "t3", "family": "linux", "product": "Testix", "version": "3",
             "distribution": "testix", "version_id": "3", "ends_earliest": "2030-01-31",
             "ends_latest": "2030-01-31", "confidence": "inferred", "source": 0},
            {"id": "w10", "family": "windows", "product": "Windows 10", "version": "22H2",
             "build": 19045, "servicing": "general", "editions": ["Pro"],
             "ends_earliest": "2025-10-14", "ends_latest": "2025-10-14", "confidence": "read",
             "extended_earliest": "2028-10-10", "extended_latest": "2028-10-10",
             "extended_confidence": "read", "programme": "ESU", "source": 0},
            {"id": "w11a", "family": "windows", "product": "Windows 11", "version": "24H2",
             "build": 26100, "servicing": "general", "editions": ["Pro"],
             "ends_earliest": "2026-10-13", "ends_latest": "2026-10-13", "confidence": "read",
             "source": 0},
            {"id": "w11b", "family": "windows", "product": "Windows 11", "version": "25H2",
             "build": 26200, "servicing": "general", "editions": ["Pro"],
             "ends_earliest": "2027-10-12", "ends_latest": "2027-10-12", "confidence": "read",
             "source": 0}
        ]})json")
                                  .value();
    return table;
}

/// Windows 11 24H2 with a release in each month from 2025-09 to 2026-03 (revisions 100 to 700), and
/// Windows 7 with two.
inline const knowledge::WindowsBuilds& windows_builds()
{
    static const auto table = knowledge::WindowsBuilds::parse(R"json({
        "name": "windows_builds", "version": 2026031001, "data_date": "2026-03-10",
        "expires": "2027-03-01", "data_remark": "", "sources": [],
        "lines": [{"platform": "client", "build": 26100, "name": "Windows 11 24H2",
            "serviced_until": "2027-10-12", "updates": [
            {"ubr": 100, "day": "2025-09-09", "type": "B", "kb": "KB1"},
            {"ubr": 200, "day": "2025-10-14", "type": "B", "kb": "KB2"},
            {"ubr": 300, "day": "2025-11-11", "type": "B", "kb": "KB3"},
            {"ubr": 400, "day": "2025-12-09", "type": "B", "kb": "KB4"},
            {"ubr": 500, "day": "2026-01-13", "type": "B", "kb": "KB5"},
            {"ubr": 600, "day": "2026-02-10", "type": "B", "kb": "KB6"},
            {"ubr": 700, "day": "2026-03-10", "type": "B", "kb": "KB7"}]}],
        "legacy": [{"product": "Windows 7", "service_pack": "SP1", "updates": [
            {"kb": "KB71", "day": "2019-11-12", "track": "monthly_rollup"},
            {"kb": "KB72", "day": "2020-01-14", "track": "monthly_rollup"}]}]})json")
                                  .value();
    return table;
}

/// "good", "good: note", "bad action", "bad 2 warning warning", "not applicable: why", "unknown:
/// why".
inline std::string describe(const Verdict& verdict)
{
    if (const auto* bad = std::get_if<Bad>(&verdict))
    {
        std::string text = "bad";
        if (bad->findings.size() != 1)
            text += ' ' + std::to_string(bad->findings.size());
        for (const Finding& finding : bad->findings)
            text += std::string{" "} + boost::describe::enum_to_string(finding.severity, "?");
        return text;
    }
    if (const auto* not_applicable = std::get_if<NotApplicable>(&verdict))
        return "not applicable: " + not_applicable->reason;
    if (const auto* unknown = std::get_if<Unknown>(&verdict))
        return "unknown: " + unknown->reason;
    const auto& note = std::get<Good>(verdict).note;
    return note.empty() ? "good" : "good: " + note;
}

/// A device that reported a moment ago, and of which nothing else is known.
struct Case
{
    DeviceFacts device;
    SiteView site;
    Policy policy;
    Timestamp at{now};

    Case()
    {
        device.name = "PC-1";
        device.sender.enrolled_at = now - days{100};
        device.sender.last_seen_at = now;
        device.sender.listening_since = now - days{100};
        site.devices = 408;
        site.first_device_at = now - days{100};
    }

    Judgement judge(Judgement (*rule)(const Inputs&)) const
    {
        const Knowledge knowledge{lifecycle(), windows_builds()};
        Judgement judgement = rule({device, policy, knowledge, site, at});
        if (judgement.look_again_at)
        {
            // The promise of every rule: until then, time alone changes nothing.
            const Timestamp before = *judgement.look_again_at - 1ms;
            BOOST_TEST((before >= at));
            const Judgement then = rule({device, policy, knowledge, site, before});
            BOOST_TEST(describe(then.verdict) == describe(judgement.verdict));
        }
        return judgement;
    }

    std::string verdict(Judgement (*rule)(const Inputs&)) const
    {
        return describe(judge(rule).verdict);
    }

    /// The only finding of a verdict that must be bad.
    Finding finding(Judgement (*rule)(const Inputs&)) const
    {
        const Judgement judgement = judge(rule);
        const auto* bad = std::get_if<Bad>(&judgement.verdict);
        BOOST_TEST_REQUIRE(bad != nullptr);
        BOOST_TEST_REQUIRE(bad->findings.size() == 1);
        return bad->findings.front();
    }
};

inline std::string value_of(const Finding& finding, std::string_view name)
{
    const std::string* value = finding.evidence.find(name);
    return value ? *value : "(none)";
}

} // namespace mimamori::collector::rules::test
