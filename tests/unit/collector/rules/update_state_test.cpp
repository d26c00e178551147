#include "collector/rules/update_state.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

namespace mimamori::collector::rules {
namespace {

using namespace test;

UpdateState state_of(const Case& made)
{
    const Knowledge knowledge{lifecycle(), windows_builds()};
    return update_state({made.device, made.policy, knowledge, made.site, made.at});
}

std::string patched_until(const Case& made)
{
    const auto state = state_of(made);
    return state.patched_until ? to_iso_date(*state.patched_until) : "unknown";
}

struct Linux : Case
{
    Linux()
    {
        auto& os = device.facts.os.emplace();
        os.family = "linux";
        os.distribution = "testix";
        os.version = "1";
        os.product = "Testix 1 (first)";
        auto& patches = device.facts.patches.emplace();
        patches.lists_updated_at = now - days{3};
        patches.last_update_at = now - days{40};
    }
};

struct Windows : Case
{
    Windows()
    {
        auto& os = device.facts.os.emplace();
        os.family = "windows";
        os.edition = "Professional";
        os.channel = "general";
        os.version = "24H2";
        os.build = 26100;
        os.revision = 600;
    }
};

BOOST_AUTO_TEST_SUITE(updates)

BOOST_AUTO_TEST_CASE(a_linux_without_waiting_updates_is_as_new_as_its_lists)
{
    Linux made;
    BOOST_TEST(patched_until(made) == "unknown"); // How many wait was not told.
    made.device.facts.patches->pending_security_count = 0;
    BOOST_TEST(patched_until(made) == "2026-03-07");
    made.device.facts.patches->pending_security_count = 1;
    BOOST_TEST(patched_until(made) == "2026-01-29");
    made.device.facts.patches->last_update_at.reset();
    BOOST_TEST(patched_until(made) == "unknown");
    made.device.facts.patches.reset();
    BOOST_TEST(patched_until(made) == "unknown");
}

BOOST_AUTO_TEST_CASE(a_windows_is_as_new_as_the_release_it_has)
{
    Windows made;
    BOOST_TEST(patched_until(made) == "2026-02-10");
    made.device.facts.os->revision = 100;
    BOOST_TEST(patched_until(made) == "2025-09-09");
    made.device.facts.os->build = 1;
    BOOST_TEST(patched_until(made) == "unknown");
    made.device.facts.os->build.reset();
    BOOST_TEST(patched_until(made) == "unknown");
}

BOOST_AUTO_TEST_CASE(of_another_system_nothing_is_told)
{
    Windows made;
    made.device.facts.os->family = "other";
    BOOST_TEST(patched_until(made) == "unknown");
    // Nor is a Windows judged by what waits on a Linux.
    made.device.facts.patches.emplace().pending_security_count = 0;
    made.device.facts.patches->lists_updated_at = now;
    BOOST_TEST(patched_until(made) == "unknown");
}

BOOST_AUTO_TEST_CASE(the_system_and_its_last_day_are_told)
{
    Linux made;
    const auto state = state_of(made);
    BOOST_TEST((state.support == knowledge::Support::supported));
    BOOST_TEST(state.os == "Testix 1");
    BOOST_TEST((state.until == parse_iso_date("2026-12-31")));
    made.device.facts.os->distribution = "otherix";
    BOOST_TEST(state_of(made).os == "Testix 1 (first)");
    made.device.facts.os.reset();
    BOOST_TEST((state_of(made) == UpdateState{}));
}

struct ProgrammeCase
{
    bool windows;
    const char* version; ///< Of Testix, or the build of Windows.
    const char* today;
    knowledge::Support support;
    const char* until;
};

BOOST_AUTO_TEST_CASE(a_programme_that_is_free_is_support_and_one_that_is_bought_is_not)
{
    using knowledge::Support;
    const ProgrammeCase cases[] = {
        {false, "2", "2026-01-31", Support::supported, "2026-01-31"},
        {false, "2", "2026-02-01", Support::supported, "2029-06-30"},
        {false, "2", "2029-06-30", Support::supported, "2029-06-30"},
        {false, "2", "2029-07-01", Support::unsupported, "2029-06-30"},
        {true, "19045", "2025-10-14", Support::supported, "2025-10-14"},
        {true, "19045", "2025-10-15", Support::extended_only, "2025-10-14"},
    };
    for (const ProgrammeCase& c : cases)
    {
        Case made = c.windows ? Case{Windows{}} : Case{Linux{}};
        auto& os = *made.device.facts.os;
        if (c.windows)
            os.build = static_cast<std::uint32_t>(std::stoi(c.version));
        else
            os.version = c.version;
        made.at = Timestamp{parse_iso_date(c.today).value()};
        const UpdateState state = state_of(made);
        BOOST_TEST_CONTEXT(c.version << " on " << c.today)
        {
            BOOST_TEST((state.support == c.support));
            BOOST_TEST_REQUIRE(state.until.has_value());
            BOOST_TEST(to_iso_date(*state.until) == c.until);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
