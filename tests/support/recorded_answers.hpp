#pragma once

#include "collector/rules/patch_behind.hpp"
#include "tests/unit/agent/windows/judged_device.hpp"

#include <optional>
#include <ostream>
#include <string>

/// What the agent and the rules must say about the recorded machines of tests/recorded/windows. All
/// answers were written by hand, from the sources that conf/knowledge names, for `judgement_day`.
namespace mimamori::tests {

/// A system of os/.
struct JudgedSystem
{
    const char* recording;
    bool server;
    const char* product;
    const char* channel;
    const char* support;       ///< Verdict of os_unsupported.
    const char* last_day;      ///< Last day of updates.
    const char* behind;        ///< Months, or why they are not known.
    bool needs_licence{false}; ///< Of the extra programme, which only WMI tells.
};

inline std::ostream& operator<<(std::ostream& out, const JudgedSystem& system)
{
    return out << system.recording;
}

inline const JudgedSystem recorded_systems[] = {
    // KB4534310 of January 2020 was the last one without ESU; ours knows updates to January 2024.
    {"windows-7-sp1", false, "Windows 7 Professional", "general", "bad action", "2020-01-14", "48"},
    // KB5022338 of January 2023 was the last one of ESU's third year.
    {"windows-7-sp1-esu", false, "Windows 7 Professional", "general", "bad action", "2023-01-10",
     "12", true},
    {"windows-embedded-standard-7", false, "Windows Embedded Standard", "embedded", "bad action",
     "2020-10-13", "the table of 2026-08-22 knows no updates of this product"},
    // KB5022352 of January 2023; Server 2012 R2 went on to September 2025 with the same updates.
    {"windows-8.1", false, "Windows 8.1 Pro", "general", "bad action", "2023-01-10", "32"},
    // 19045.6456 is of 2025-10-14. Ten releases to 2026-08, then three Tuesdays to 2026-11-10.
    {"windows-10-22h2", false, "Windows 10 Pro", "general", "bad action", "2025-10-14", "13"},
    // With the licence of ESU's second year; 19045.7663 is of 2026-08-11.
    {"windows-10-22h2-esu", false, "Windows 10 Enterprise", "general", "good", "2027-10-12", "3",
     true},
    {"windows-10-ltsc-2019", false, "Windows 10 Enterprise LTSC 2019", "ltsc", "good", "2029-01-09",
     "3"},
    // IoT Enterprise LTSC 2019 calls itself EnterpriseS; 17763.8755 is of 2026-05-12.
    {"windows-10-iot-ltsc-2019", false, "Windows 10 Enterprise LTSC 2019", "ltsc", "good",
     "2029-01-09", "6"},
    // 19044.7417 is of 2026-06-09. Five years for Enterprise, ten for IoT Enterprise.
    {"windows-10-ltsc-2021", false, "Windows 10 Enterprise LTSC 2021", "ltsc", "good", "2027-01-12",
     "5"},
    {"windows-10-iot-ltsc-2021", false, "Windows 10 IoT Enterprise LTSC 2021", "iot_ltsc", "good",
     "2032-01-13", "3"},
    // The registry calls it Windows 10. 26100.9445 is of 2026-09-08.
    {"windows-11-24h2", false, "Windows 11 Enterprise", "general", "good", "2027-10-12", "2"},
    // Pro ended a year earlier. 26100.8875 is of 2026-07-14.
    {"windows-11-24h2-pro", false, "Windows 11 Pro", "general", "bad action", "2026-10-13", "4"},
    {"windows-server-2008-r2", true, "Windows Server 2008 R2 Standard", "server", "bad action",
     "2020-01-14", "48"},
    {"windows-server-2016", true, "Windows Server 2016 Standard", "server", "good", "2027-01-12",
     "3"},
    // 20348.5386 is of 2026-07-14.
    {"windows-server-2022", true, "Windows Server 2022 Standard", "server", "good", "2031-10-14",
     "4"},
};

/// A recorded state of a product's pattern.
struct JudgedPattern
{
    const char* version;
    const char* built_at; ///< Empty: not known.
};

/// A product of antivirus/.
struct JudgedProduct
{
    const char* recording;
    const char* id;
    bool has_pattern;
    JudgedPattern fresh;
    JudgedPattern stale;
    const char* on_client; ///< Real-time protection: "on", "off", "unknown".
    const char* on_server; ///< Where there is no Security Center.
};

inline std::ostream& operator<<(std::ostream& out, const JudgedProduct& product)
{
    return out << product.recording;
}

inline const JudgedProduct recorded_products[] = {
    {"defender",
     "defender",
     true,
     {"1.441.310.0", "2026-11-21T04:10:54"},
     {"1.439.120.0", "2026-10-23T04:10:54"},
     "on",
     "on"},
    {"mse",
     "mse",
     true,
     {"1.441.310.0", "2026-11-21T04:10:54"},
     {"1.439.120.0", "2026-10-23T04:10:54"},
     "unknown",
     "unknown"},
    {"trend-corp",
     "trend-corp",
     true,
     {"19.345.00", "2026-11-21T00:00:00"},
     {"19.301.00", "2026-10-23T00:00:00"},
     "on",
     "on"},
    {"trend-smart",
     "trend-corp",
     true,
     {"19.345.00", "2026-11-21T00:00:00"},
     {"19.301.00", "2026-10-23T00:00:00"},
     "on",
     "on"},
    {"sep",
     "sep",
     true,
     {"20261121.003", "2026-11-21T00:00:00"},
     {"20261023.003", "2026-10-23T00:00:00"},
     "on",
     "on"},
    {"trellix-ens",
     "trellix-ens",
     true,
     {"5890", "2026-11-21T00:00:00"},
     {"5861", "2026-10-23T00:00:00"},
     "on",
     "on"},
    {"mcafee-vse",
     "mcafee-vse",
     true,
     {"11420.0", "2026-11-21T00:00:00"},
     {"11391.0", "2026-10-23T00:00:00"},
     "unknown",
     "unknown"},
    {"eset",
     "eset",
     true,
     {"30155", "2026-11-21T00:00:00"},
     {"30010", "2026-10-23T00:00:00"},
     "on",
     "unknown"},
    {"kaspersky",
     "kaspersky",
     true,
     {"", "2026-11-21T05:30:00"},
     {"", "2026-10-23T05:30:00"},
     "unknown",
     "unknown"},
    {"sophos-new",
     "sophos-new",
     true,
     {"2026112105", "2026-11-21T05:00:00"},
     {"2026102305", "2026-10-23T05:00:00"},
     "unknown",
     "unknown"},
    {"withsecure",
     "withsecure",
     true,
     {"2026-11-21_02", "2026-11-21T09:15:00"},
     {"2026-10-23_02", "2026-10-23T09:15:00"},
     "unknown",
     "unknown"},
    // It tells when its pattern was taken, not when it was made.
    {"bitdefender", "bitdefender", true, {"", ""}, {"", ""}, "unknown", "unknown"},
    {"avast",
     "avast",
     true,
     {"26112104", "2026-11-21T04:00:00"},
     {"26102304", "2026-10-23T04:00:00"},
     "unknown",
     "unknown"},
    // Sensors have no pattern: their age is not judged.
    {"crowdstrike", "crowdstrike", false, {"", ""}, {"", ""}, "on", "on"},
    {"cybereason", "cybereason", false, {"", ""}, {"", ""}, "unknown", "unknown"},
};

/// As JudgedSystem has it.
inline std::string months_behind(const DeviceFacts& device)
{
    const auto judgement = judge(collector::rules::judge_patch_behind, device);
    if (const auto* bad = std::get_if<collector::rules::Bad>(&judgement.verdict))
        return collector::rules::test::value_of(bad->findings.front(), "months_behind");
    if (const auto* unknown = std::get_if<collector::rules::Unknown>(&judgement.verdict))
        return unknown->reason;
    return collector::rules::test::describe(judgement.verdict);
}

/// As JudgedPattern has it.
inline std::string moment_text(const std::optional<Timestamp>& at)
{
    return at ? to_rfc3339(*at).substr(0, 19) : "";
}

} // namespace mimamori::tests
