#include "collector/rules/os_unsupported.hpp"
#include "tests/support/recorded_answers.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// Every system with every antivirus product, each with a fresh and an old pattern, from recorded
// facts through the probes of the agent and the rules of the collector.

namespace mimamori::collector::rules {
namespace {

using tests::antivirus_is_green;
using tests::find_product;
using tests::JudgedDevice;
using tests::JudgedSystem;
using tests::moment_text;
using tests::months_behind;
using tests::shipped_knowledge;
using tests::verdict;

const Timestamp today = tests::judgement_day;

std::string word(wire::Switch state)
{
    return boost::describe::enum_to_string(state, "?");
}

/// A system with a product in a state of its pattern; servers have no Security Center.
DeviceFacts look_at(
    const JudgedSystem& system, const char* product = nullptr, const char* state = nullptr)
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

BOOST_DATA_TEST_CASE(a_system_is_recognised_and_judged, tests::recorded_systems)
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

BOOST_DATA_TEST_CASE(every_product_is_read_on_every_system, tests::recorded_systems)
{
    for (const auto& product : tests::recorded_products)
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
                const auto& pattern = fresh ? product.fresh : product.stale;
                BOOST_TEST(found->has_pattern == product.has_pattern);
                BOOST_TEST(found->pattern_version == pattern.version);
                BOOST_TEST(moment_text(found->pattern_built_at) == pattern.built_at);
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

BOOST_DATA_TEST_CASE(
    a_product_that_nobody_knows_is_unknown_and_never_green, tests::recorded_systems)
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
