#include "collector/rules/os_unsupported.hpp"
#include "collector/rules/patch_behind.hpp"
#include "tests/unit/agent/windows/judged_device.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

// Every system with every antivirus product, each with a fresh and an old pattern, from recorded
// facts through the probes of the agent and the rules of the collector. All answers were written
// by hand, from the sources that conf/knowledge names, for 2026-11-22.

namespace mimamori::collector::rules {
namespace {

using tests::antivirus_is_green;
using tests::find_product;
using tests::judge;
using tests::JudgedDevice;
using tests::shipped_knowledge;
using tests::verdict;

const Timestamp today = tests::judgement_day;

struct System
{
    const char* recording;
    bool server;
    const char* product;
    const char* channel;
    const char* support;  ///< Verdict of os_unsupported.
    const char* last_day; ///< Last day of updates.
    const char* behind;   ///< Months, or why they are not known.
};

std::ostream& operator<<(std::ostream& out, const System& system)
{
    return out << system.recording;
}

const System systems[] = {
    // KB4534310 of January 2020 was the last one without ESU; ours knows updates to January 2024.
    {"windows-7-sp1", false, "Windows 7 Professional", "general", "bad action", "2020-01-14", "48"},
    // KB5022338 of January 2023 was the last one of ESU's third year.
    {"windows-7-sp1-esu", false, "Windows 7 Professional", "general", "bad action", "2023-01-10",
     "12"},
    {"windows-embedded-standard-7", false, "Windows Embedded Standard", "embedded", "bad action",
     "2020-10-13", "the table of 2026-08-22 knows no updates of this product"},
    // KB5022352 of January 2023; Server 2012 R2 went on to September 2025 with the same updates.
    {"windows-8.1", false, "Windows 8.1 Pro", "general", "bad action", "2023-01-10", "32"},
    // 19045.6456 is of 2025-10-14. Ten releases to 2026-08, then three Tuesdays to 2026-11-10.
    {"windows-10-22h2", false, "Windows 10 Pro", "general", "bad action", "2025-10-14", "13"},
    // With the licence of ESU's second year; 19045.7663 is of 2026-08-11.
    {"windows-10-22h2-esu", false, "Windows 10 Enterprise", "general", "good", "2027-10-12", "3"},
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

/// What an answer depends on besides the product.
struct Pattern
{
    const char* version;
    const char* built_at; ///< Empty: not known.
};

struct Product
{
    const char* recording;
    const char* id;
    bool has_pattern;
    Pattern fresh;
    Pattern stale;
    const char* on_client; ///< Real-time protection: "on", "off", "unknown".
    const char* on_server; ///< Where there is no Security Center.
};

const Product products[] = {
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

std::string months_behind(const DeviceFacts& device)
{
    const auto judgement = judge(judge_patch_behind, device);
    if (const auto* bad = std::get_if<Bad>(&judgement.verdict))
        return test::value_of(bad->findings.front(), "months_behind");
    if (const auto* unknown = std::get_if<Unknown>(&judgement.verdict))
        return unknown->reason;
    return test::describe(judgement.verdict);
}

std::string text(const std::optional<Timestamp>& at)
{
    return at ? to_rfc3339(*at).substr(0, 19) : "";
}

std::string word(wire::Switch state)
{
    return boost::describe::enum_to_string(state, "?");
}

/// A system with a product in a state of its pattern; servers have no Security Center.
DeviceFacts look_at(
    const System& system, const char* product = nullptr, const char* state = nullptr)
{
    JudgedDevice device{system.recording};
    if (product != nullptr)
        device.machine.add(std::string{"antivirus/"} + product);
    if (state != nullptr)
        device.machine.add(std::string{"antivirus/"} + product + '-' + state);
    if (system.server)
        device.machine.remove_wmi_namespace(R"(root\SecurityCenter2)");
    return device.facts();
}

BOOST_AUTO_TEST_SUITE(windows_matrix)

BOOST_DATA_TEST_CASE(a_system_is_recognised_and_judged, systems)
{
    const auto facts = look_at(sample);
    BOOST_TEST(facts.facts.os->product == sample.product);
    BOOST_TEST(facts.facts.os->channel == sample.channel);
    BOOST_TEST(verdict(judge_os_unsupported, facts) == sample.support);
    const auto support = shipped_knowledge().lifecycle.verdict(
        *facts.facts.os, std::chrono::floor<std::chrono::days>(today));
    BOOST_TEST_REQUIRE(support.last_day.has_value());
    BOOST_TEST(to_iso_date(*support.last_day) == sample.last_day);
    BOOST_TEST(months_behind(facts) == sample.behind);
    // No product was recorded: that is an answer on a client and on a server.
    BOOST_TEST(verdict(judge_av_missing, facts) == "bad action");
}

BOOST_DATA_TEST_CASE(every_product_is_read_on_every_system, systems)
{
    for (const Product& product : products)
    {
        for (const bool fresh : {true, false})
        {
            const bool same = std::string_view{product.recording} == "crowdstrike"
                              || std::string_view{product.recording} == "cybereason";
            const char* const state = same ? nullptr : fresh ? "fresh" : "stale";
            const auto facts = look_at(sample, product.recording, state);
            BOOST_TEST_CONTEXT(product.recording << (fresh ? " fresh" : " stale"))
            {
                const auto* found = find_product(facts, product.id);
                BOOST_TEST_REQUIRE(found != nullptr);
                BOOST_TEST(facts.facts.antivirus->products.size() == 1U);
                const Pattern& pattern = fresh ? product.fresh : product.stale;
                BOOST_TEST(found->has_pattern == product.has_pattern);
                BOOST_TEST(found->pattern_version == pattern.version);
                BOOST_TEST(text(found->pattern_built_at) == pattern.built_at);
                const std::string realtime = sample.server ? product.on_server : product.on_client;
                BOOST_TEST(word(found->realtime) == realtime);

                const std::string age = verdict(judge_av_stale, facts);
                const bool dated = *pattern.built_at != '\0';
                if (!product.has_pattern)
                    BOOST_TEST(age == "not applicable: no product with patterns");
                else if (!dated)
                    BOOST_TEST(age.starts_with("unknown: "));
                else
                    BOOST_TEST(age == (fresh ? "good" : "bad action"));

                const bool sure = realtime == "on" && (dated || !product.has_pattern);
                BOOST_TEST(verdict(judge_av_unknown, facts) == (sure ? "good" : "bad warning"));
                BOOST_TEST(antivirus_is_green(facts) == (sure && (fresh || !product.has_pattern)));
                // The product changes nothing about the system.
                BOOST_TEST(verdict(judge_os_unsupported, facts) == sample.support);
                BOOST_TEST(months_behind(facts) == sample.behind);
            }
        }
    }
}

BOOST_DATA_TEST_CASE(a_product_that_nobody_knows_is_unknown_and_never_green, systems)
{
    const auto facts = look_at(sample, "unknown");
    BOOST_TEST(!antivirus_is_green(facts));
    BOOST_TEST(verdict(judge_av_stale, facts).starts_with("unknown: "));
    BOOST_TEST(verdict(judge_av_unknown, facts) == "bad warning");
    const auto* center = find_product(facts, "wsc");
    if (sample.server)
    {
        BOOST_TEST(center == nullptr);
        BOOST_TEST(verdict(judge_av_off, facts) == "bad action"); // Defender is off.
        return;
    }
    BOOST_TEST_REQUIRE(center != nullptr);
    BOOST_TEST(word(center->realtime) == "on");
    BOOST_TEST(!center->pattern_built_at.has_value());
    BOOST_TEST(verdict(judge_av_off, facts) == "good");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
