#include "collector/judge/site_judge.hpp"
#include "collector/storage/baseline_store.hpp"
#include "collector/storage/device_list.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

namespace mimamori::collector::judge {
namespace {

using namespace test;

/// A site whose collector judges itself.
struct WatchedSite : Site
{
    rules::SystemFacts system;
    const SiteId root{"root"};

    WatchedSite()
    {
        system.certificates = {{"root", "Site Root", begin + days{4'000}, rules::Urgency::none}};
        system.knowledge = {{"os_lifecycle", std::chrono::floor<days>(begin)}};
        system.disk_size_bytes = 1'000;
        system.disk_free_bytes = 500;
    }

    /// Whether something was stored.
    bool look()
    {
        const auto outcomes = judge_system(system, options.policy, clock.now());
        const bool changed = read([&](storage::Session& session) {
            return site_changes(session, root, outcomes, options.alerts, clock.now());
        });
        if (changed)
            write([&](storage::Session& session) {
                return store_site(session, root, outcomes, options.alerts, clock.now());
            });
        return changed;
    }

    Lines about_us() { return findings(DeviceId{"site-root"}); }
};

BOOST_AUTO_TEST_SUITE(site_judge)

BOOST_FIXTURE_TEST_CASE(a_full_disk_of_the_collector_is_a_finding_of_no_device, WatchedSite)
{
    const auto pc = add_device("pc");
    judge(pc);
    const auto before = findings(pc);
    look();
    BOOST_TEST(about_us() == Lines{});
    BOOST_TEST(!look()); // Nothing changes, nothing is written.
    system.disk_free_bytes = 10;
    BOOST_TEST(look());
    BOOST_TEST(about_us() == Lines{"disk_low action open"});
    BOOST_TEST(alerts("opened") == 1);
    BOOST_TEST(!look());
    BOOST_TEST(findings(pc) == before);

    // It is listed with all others, with the name of the site.
    const auto listed = read([&](storage::Session& session) {
        storage::FindingQuery query;
        query.rule = "disk_low";
        return storage::list_findings(session, query);
    });
    BOOST_TEST_REQUIRE(listed.size() == 1);
    BOOST_TEST(listed[0].device_name == "mimamori");
    BOOST_TEST(listed[0].site_id == "root");

    system.disk_free_bytes = 500;
    BOOST_TEST(look());
    BOOST_TEST(about_us() == Lines{});
    BOOST_TEST(alerts("resolved") == 1);
}

BOOST_FIXTURE_TEST_CASE(the_row_of_a_site_is_counted_nowhere_as_a_device, WatchedSite)
{
    const auto pc = add_device("pc");
    judge(pc);
    system.disk_free_bytes = 10;
    look();
    BOOST_TEST(database.number("SELECT count(*) FROM device") == 2);
    read([&](storage::Session& session) -> Result<bool> {
        BOOST_TEST(storage::count_states(session)->total == 1);
        BOOST_TEST(storage::count_devices(session, {}).value() == 1);
        BOOST_TEST(storage::list_devices(session, {})->size() == 1);
        BOOST_TEST(storage::all_devices(session).size() == 1);
        BOOST_TEST(storage::site_size(session).devices == 1);
        const auto bars = storage::count_pattern_ages(session, clock.now()).value();
        std::int64_t counted = 0;
        for (const std::int64_t bar : bars)
            counted += bar;
        BOOST_TEST(counted == 1);
        return true;
    });
}

BOOST_FIXTURE_TEST_CASE(failing_alerts_are_told_after_a_while_and_end_when_they_arrive, WatchedSite)
{
    look();
    system.delivery_configured = true;
    system.delivery_failing_since = clock.now();
    BOOST_TEST(!look());
    BOOST_TEST(about_us() == Lines{});
    clock.advance(15min);
    look();
    BOOST_TEST(about_us() == Lines{"mail_failing warning open"});
    clock.advance(4h);
    look();
    BOOST_TEST(about_us() == Lines{"mail_failing action open"});
    system.delivery_failing_since.reset();
    look();
    BOOST_TEST(about_us() == Lines{});
}

BOOST_FIXTURE_TEST_CASE(a_site_that_is_not_there_has_no_row, WatchedSite)
{
    const auto stored = database->write_and_wait([&](storage::Session& session) {
        return storage::site_row_no(session, SiteId{"nowhere"}, clock.now());
    });
    BOOST_TEST((stored.error().code == Errc::not_found));
    const auto twice = write([&](storage::Session& session) {
        return storage::site_row_no(session, root, clock.now());
    });
    BOOST_TEST(twice == write([&](storage::Session& session) {
                   return storage::site_row_no(session, root, clock.now());
               }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
