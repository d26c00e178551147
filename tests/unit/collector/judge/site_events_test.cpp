#include "collector/notify/notifier.hpp"
#include "collector/rules/closed_days.hpp"
#include "collector/rules/usual_hours.hpp"
#include "common/async/sleep.hpp"
#include "common/async/task_group.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/unit/collector/judge/event_site.hpp"
#include "tests/unit/collector/notify/mail_server.hpp"

namespace mimamori::collector::judge {
namespace {

using namespace test;

/// About a site, where it is not the whole.
std::string many_silent(const std::string& site = "mimamori")
{
    return "[mimamori] 1 action needed: Many devices fell silent at once (" + site + ")";
}

std::string some_missing(const std::string& site = "mimamori")
{
    return "[mimamori] 1 action needed: Some devices did not come back (" + site + ")";
}

std::string all_back(const std::string& site = "mimamori")
{
    return "[mimamori] 1 resolved: All devices that fell silent are back (" + site + ")";
}

std::string silent(const std::string& device)
{
    return "[mimamori] 1 warning: Device is silent (" + device + ")";
}

std::vector<DeviceId> without(std::vector<DeviceId> devices, std::size_t last)
{
    devices.resize(devices.size() - last);
    return devices;
}

awaitable<void> run_until_sent(
    notify::Notifier& notifier, async::TaskGroup& tasks, std::uint64_t mails)
{
    for (int i = 0; i < 6'000 && notifier.health().sent < mails; ++i)
        co_await async::sleep_for(10ms);
    const bool stopped = co_await tasks.stop(10s);
    BOOST_TEST(stopped);
    const bool delivered = co_await notifier.stop(10s);
    BOOST_TEST(delivered);
}

/// What a mail server got of all that was composed so far: the subjects, sorted.
std::vector<std::string> subjects_delivered(EventSite& site)
{
    const notify::test::MailServer server;
    const tests::TempFolder secrets;
    notify::MailSettings settings = site.mail;
    settings.port = server.port();
    settings.time_limit = 5s;
    notify::Notifier notifier{
        site.io.get_executor(), *site.database, site.clock, settings,
        notify::Secrets{secrets.path()}};
    async::TaskGroup tasks{
        site.io.get_executor(), [](const std::string& task, const std::exception& failure) {
            BOOST_ERROR(task << ": " << failure.what());
        }};
    const auto composed = site.database.number("SELECT count(*) FROM delivery");
    tasks.spawn("notifier", notifier.run());
    mimamori::test::run_coro(
        site.io, run_until_sent(notifier, tasks, static_cast<std::uint64_t>(composed)));
    std::vector<std::string> subjects;
    for (const std::string& one : server.mails())
    {
        const std::string readable = tests::readable_mail(one);
        const auto at = readable.find("Subject: ") + 9;
        subjects.push_back(readable.substr(at, readable.find_first_of("\r\n", at) - at));
    }
    std::sort(subjects.begin(), subjects.end());
    return subjects;
}

BOOST_FIXTURE_TEST_SUITE(site_events, EventSite)

BOOST_AUTO_TEST_CASE(two_thousand_silent_devices_are_one_alert_and_one_list_of_returns)
{
    add_site("aoba");
    add_site("wakaba");
    add_site("midori");
    const auto aoba = add_devices("aoba", "aoba", 2'000);
    const auto wakaba = add_devices("wakaba", "wakaba", 12);
    auto midori = add_devices("midori", "midori", 40);
    judge_all();
    BOOST_TEST(told() == Lines{}, boost::test_tools::per_element());
    const DeviceId alone = midori.back();
    midori.pop_back();

    // Ten minutes of silence, and a while to see who else is silent.
    auto said = pass(15min, midori);
    std::sort(said.begin(), said.end());
    // Each site is told of once and by itself, and so is the lone device of a third.
    BOOST_TEST(
        said == (Lines{many_silent("aoba"), many_silent("wakaba"), silent("midori-39")}),
        boost::test_tools::per_element());
    const auto open = events();
    BOOST_TEST_REQUIRE(open.size() == 2);
    BOOST_TEST(open[0].devices + open[1].devices == 2'012);
    BOOST_TEST(
        database.number("SELECT count(*) FROM finding WHERE rule = 'device_silent'"
                        " AND state = 'open'")
        == 2'013);

    // The power is back: all of one site, all but two of the other.
    auto heard_ones = without(aoba, 2);
    heard_ones.insert(heard_ones.end(), midori.begin(), midori.end());
    heard_ones.insert(heard_ones.end(), wakaba.begin(), wakaba.end());
    said = pass(12min, heard_ones);
    BOOST_TEST(
        said == (Lines{all_back("wakaba"), some_missing("aoba")}),
        boost::test_tools::per_element());
    const std::string list = last_mail();
    BOOST_TEST(list.find("aoba: 1998 of 2000 are back, 2 are not") != std::string::npos, list);

    BOOST_TEST(
        subjects_delivered(*this)
            == (Lines{
                many_silent("aoba"), many_silent("wakaba"), some_missing("aoba"),
                all_back("wakaba"), silent("midori-39")}),
        boost::test_tools::per_element());

    // The two are missed for days before each is told by itself; then one comes back.
    BOOST_TEST(pass(3min, heard_ones) == Lines{}, boost::test_tools::per_element());
    write([&](storage::Session& session) {
        return storage::close_site_event(session, events().back().id, "sato", clock.now())
                       .has_value()
                   ? Result<bool>{true}
                   : Result<bool>{Error{Errc::internal, "not closed"}};
    });
    said = pass(1min, heard_ones);
    std::sort(said.begin(), said.end());
    BOOST_TEST_REQUIRE(said.size() == 2);
    BOOST_TEST(said[0].starts_with("[mimamori] 1 resolved: Some devices did not"));
    BOOST_TEST(said[1].starts_with("[mimamori] 2 warning: Device is silent"));
    BOOST_TEST(pass(2min, heard_ones) == Lines{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(from_five_devices_and_a_fifth_of_those_reporting_on_it_is_an_event)
{
    auto pcs = add_devices("pc", "root", 25);
    judge_all();
    // Four of twenty-five: each by itself, in one mail.
    auto said = pass(15min, without(pcs, 4));
    BOOST_TEST(
        said == Lines{"[mimamori] 4 warning: Device is silent"}, boost::test_tools::per_element());
    BOOST_TEST(events().empty());
    pass(1min, pcs);
    said = pass(15min, without(pcs, 5));
    BOOST_TEST(said == Lines{many_silent()}, boost::test_tools::per_element());
    BOOST_TEST_REQUIRE(events().size() == 1);
    BOOST_TEST(events().front().devices == 5);
    BOOST_TEST(pass(1min, pcs) == Lines{all_back()}, boost::test_tools::per_element());

    // Five of twenty-six are less than a fifth.
    const auto one = add_devices("one-more", "root", 1);
    pcs.insert(pcs.begin(), one.begin(), one.end());
    judge_all();
    said = pass(15min, without(pcs, 5));
    BOOST_TEST(
        said == Lines{"[mimamori] 5 warning: Device is silent"}, boost::test_tools::per_element());
    BOOST_TEST(events().size() == 1);
}

BOOST_AUTO_TEST_CASE(who_says_goodbye_is_not_silent)
{
    const auto pcs = add_devices("pc", "root", 10);
    judge_all();
    hear(pcs, true);
    BOOST_TEST(pass(30min) == Lines{}, boost::test_tools::per_element());
    BOOST_TEST(events().empty());
}

BOOST_AUTO_TEST_CASE(a_collector_that_was_away_itself_raises_no_alarm)
{
    const auto pcs = add_devices("pc", "root", 50);
    judge_all();
    clock.advance(3h);
    // The collector starts anew, and the devices take a few minutes to find it.
    storage::Liveness after{clock.now()};
    const EvaluatorOptions as_before = options;
    evaluator.emplace(
        as_before, after, rules::Knowledge{lifecycle(), windows_builds()}, remote_tools());
    const auto heard_after = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
        {
            storage::Sighting sighting;
            sighting.received_at = clock.now();
            after.note(AgentId{"agent-" + pcs[i].text()}, agents.at(pcs[i]), pcs[i], sighting);
        }
    };
    for (std::size_t minute = 1; minute <= 20; ++minute)
    {
        clock.advance(1min);
        heard_after(std::min<std::size_t>(pcs.size(), minute * 6));
        judge_all();
        const SiteLook look{after, options.policy, 60s, system, options.alerts, clock.now()};
        write([&](storage::Session& session) { return store_sites(session, look); });
        BOOST_TEST(told() == Lines{}, boost::test_tools::per_element());
    }
    BOOST_TEST(events().empty());
    BOOST_TEST(database.number("SELECT count(*) FROM finding WHERE rule = 'device_silent'") == 0);
}

BOOST_AUTO_TEST_CASE(a_device_that_falls_silent_later_belongs_to_the_open_event)
{
    const auto pcs = add_devices("pc", "root", 10);
    judge_all();
    BOOST_TEST(
        pass(15min, without(pcs, 8)) == Lines{many_silent()}, boost::test_tools::per_element());
    BOOST_TEST(events().front().devices == 8);
    // The batteries of two more are empty.
    BOOST_TEST(pass(15min) == Lines{}, boost::test_tools::per_element());
    BOOST_TEST(events().front().devices == 10);
    BOOST_TEST(pass(1min, pcs) == Lines{all_back()}, boost::test_tools::per_element());
    BOOST_TEST(events().front().closed_by == "facts");
}

BOOST_AUTO_TEST_CASE(silence_after_the_list_of_returns_is_told_by_itself)
{
    const auto pcs = add_devices("pc", "root", 20);
    judge_all();
    pass(15min);
    BOOST_TEST(
        pass(12min, without(pcs, 3)) == Lines{some_missing()}, boost::test_tools::per_element());
    const auto said = pass(15min, without(pcs, 4));
    BOOST_TEST(said == Lines{silent("pc-16")}, boost::test_tools::per_element());
    // The three come back: the event ends with that.
    BOOST_TEST(pass(1min, pcs).size() == 2); // pc-16 and the event, both resolved.
    BOOST_TEST(events().front().closed_by == "facts");
}

BOOST_AUTO_TEST_CASE(a_person_who_resolves_the_finding_ends_the_event)
{
    const auto pcs = add_devices("pc", "root", 6);
    judge_all();
    pass(15min);
    auto about = finding(DeviceId{"site-root"}, "site_silent");
    about.state = findings::FindingState::resolved;
    about.resolved_at = clock.now();
    about.resolved_by = "sato";
    write([&](storage::Session& session) -> Result<bool> {
        storage::put_finding(session, about);
        return true;
    });
    const auto said = pass(1min);
    BOOST_TEST(
        said == Lines{"[mimamori] 6 warning: Device is silent"}, boost::test_tools::per_element());
    BOOST_TEST(events().front().closed_by == "sato");
    BOOST_TEST(pass(5min) == Lines{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_nobody_ends_ends_after_days_and_the_missing_are_told)
{
    const auto pcs = add_devices("pc", "root", 6);
    judge_all();
    pass(15min);
    pass(12min, without(pcs, 1));
    BOOST_TEST_REQUIRE(events().front().listed_at.has_value());
    const Timestamp kept = *events().front().listed_at + days{4};
    clock.advance(kept - clock.now() - 90s);
    pass(1min, without(pcs, 1));
    BOOST_TEST(!events().front().closed_at);
    pass(1min, without(pcs, 1));
    BOOST_TEST(events().front().closed_at.has_value());
    BOOST_TEST(
        database.number("SELECT count(*) FROM telling t JOIN finding f ON f.no = t.finding_no"
                        " WHERE f.rule = 'device_silent' AND t.state = 'told'")
        == 1);
}

/// A department whose PCs are on from 8 to 18 o'clock from Monday to Friday, in Japan.
struct Department : EventSite
{
    std::vector<DeviceId> pcs;

    Department()
    {
        options.utc_offset = rules::japan_offset;
        restart();
        pcs = add_devices("pc", "root", 10);
        rules::UsualHours office;
        for (int week = 0; week < rules::UsualHours::weeks_least; ++week)
        {
            for (int hour = 0; hour < rules::UsualHours::hours_a_week; ++hour)
                office.observed(hour, hour / 24 < 5 && hour % 24 >= 8 && hour % 24 < 18);
        }
        write([&](storage::Session& session) -> Result<bool> {
            session.prepared("INSERT INTO device_hours SELECT no, ?1 FROM device")
                ->bind(1, office.to_text())
                .run();
            return true;
        });
    }

    static Timestamp in_japan(const std::string& day, std::chrono::minutes time)
    {
        return Timestamp{parse_iso_date(day).value()} + time - rules::japan_offset;
    }

    /// Everybody goes home; the PCs are switched off at the wall.
    void leave_on(const std::string& day)
    {
        clock.advance(in_japan(day, 17h + 59min) - clock.now());
        hear(pcs);
        judge_all();
    }

    /// What people are told until then, looked at every hour.
    std::vector<std::string> told_until(Timestamp end)
    {
        std::vector<std::string> all;
        while (clock.now() < end)
        {
            clock.advance(std::min<std::chrono::milliseconds>(1h, end - clock.now()) - 1min);
            for (auto& one : pass(1min))
                all.push_back(std::move(one));
        }
        return all;
    }
};

BOOST_FIXTURE_TEST_CASE(who_is_not_back_on_monday_is_missed, Department)
{
    leave_on("2026-11-13");
    BOOST_TEST(
        told_until(in_japan("2026-11-16", 8h + 59min)) == Lines{},
        boost::test_tools::per_element());
    BOOST_TEST(pass(20min) == Lines{many_silent()}, boost::test_tools::per_element());
    BOOST_TEST(events().front().devices == 10);
}

BOOST_FIXTURE_TEST_CASE(after_a_monday_that_is_a_holiday_who_is_not_back_on_tuesday, Department)
{
    leave_on("2026-11-20");
    BOOST_TEST(
        told_until(in_japan("2026-11-24", 8h + 59min)) == Lines{},
        boost::test_tools::per_element());
    BOOST_TEST(events().empty());
    BOOST_TEST(pass(20min) == Lines{many_silent()}, boost::test_tools::per_element());
    BOOST_TEST_REQUIRE(events().size() == 1);
    BOOST_TEST(events().front().devices == 10);
    BOOST_TEST((events().front().opened_at >= in_japan("2026-11-24", 9h)));
}

BOOST_FIXTURE_TEST_CASE(after_a_holiday_from_which_all_are_back_nobody_is_told, Department)
{
    leave_on("2026-11-20");
    told_until(in_japan("2026-11-24", 8h + 30min));
    BOOST_TEST(pass(60min, pcs) == Lines{}, boost::test_tools::per_element());
    BOOST_TEST(events().empty());
}

BOOST_AUTO_TEST_CASE(most_sites_silent_at_once_are_one_event_of_the_whole)
{
    std::vector<DeviceId> wards;
    for (const char* ward : {"east", "west", "north", "south"})
    {
        add_site(ward);
        const auto added = add_devices(ward, ward, 3); // Too few for an event of their own.
        wards.insert(wards.end(), added.begin(), added.end());
    }
    judge_all();
    BOOST_TEST(pass(15min) == Lines{many_silent()}, boost::test_tools::per_element());
    BOOST_TEST_REQUIRE(events().size() == 1);
    BOOST_TEST(events().front().site.text() == "root");
    BOOST_TEST(events().front().whole);
    BOOST_TEST(events().front().devices == 12);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
