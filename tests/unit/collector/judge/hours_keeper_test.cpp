// Weeks of a simulated clock: what is learned of devices, and what that does to their silence.

#include "collector/judge/hours_keeper.hpp"
#include "collector/storage/presence_store.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

namespace mimamori::collector::judge {
namespace {

using namespace test;
using std::chrono::hours;
using Lines = std::vector<std::string>;

/// From Monday 2026-06-01 0:00 in Japan on, an hour a step: no public holiday for six weeks.
struct Weeks : Site
{
    static constexpr std::chrono::minutes japan{9 * 60};

    Weeks()
    {
        set_clock(parse_rfc3339("2026-05-31T15:00:00Z").value());
        options.utc_offset = japan;
        restart();
        begin_again();
    }

    void set_clock(Timestamp at) { clock.advance(at - clock.now()); }

    /// As if the collector began to listen now.
    void begin_again()
    {
        keeper.emplace(HoursKeeper::Parts{*database, liveness, clock, japan});
        look();
    }

    void look() { tests_run(keeper->look_once()); }

    void tests_run(awaitable<void> work) { mimamori::test::run_coro(io, std::move(work)); }

    int hour_of_day() const
    {
        return static_cast<int>(
            std::chrono::floor<hours>((clock.now() + japan).time_since_epoch()).count() % 24);
    }

    int day_of_week() const
    {
        const auto day = std::chrono::floor<days>(clock.now() + japan);
        return static_cast<int>(std::chrono::weekday{day}.iso_encoding());
    }

    /// An hour in which the devices report in its middle.
    void hour_with(const std::vector<DeviceId>& reporting)
    {
        clock.advance(30min);
        for (const DeviceId& device : reporting)
            heard(device);
        clock.advance(30min);
        look();
    }

    rules::UsualHours hours_of(const DeviceId& device)
    {
        const auto no = no_of(device);
        return read([no](storage::Session& session) -> Result<rules::UsualHours> {
            return storage::usual_hours_of(session, no);
        });
    }

    std::optional<HoursKeeper> keeper;
};

BOOST_FIXTURE_TEST_SUITE(hours_keeper, Weeks)

BOOST_AUTO_TEST_CASE(after_two_weeks_a_pc_that_is_off_at_night_is_not_silent_then_but_a_server_is)
{
    const DeviceId pc = add_device("pc");
    const DeviceId server = add_device("server");
    const auto work = [&](int hours_long) {
        for (int i = 0; i < hours_long; ++i)
        {
            std::vector<DeviceId> reporting{server};
            if (day_of_week() <= 5 && hour_of_day() >= 8 && hour_of_day() < 18)
                reporting.push_back(pc);
            hour_with(reporting);
        }
    };
    work(24 + 21); // Until Tuesday 21:00 of the first week: nothing is learned yet.
    judge(pc);
    BOOST_TEST(findings(pc, "device_silent") == Lines{"device_silent warning open"});

    work(14 * 24);
    judge(pc);
    judge(server);
    BOOST_TEST(hours_of(pc).weeks_known(21) == 3);
    BOOST_TEST(hours_of(pc).weeks_heard(21) == 0);
    BOOST_TEST(hours_of(pc).weeks_heard(24 + 12) == 3);
    BOOST_TEST(findings(pc, "device_silent") == Lines{});

    // Now both fall silent: the server is told of at once, the PC when it misses its morning.
    clock.advance(1h);
    judge(pc);
    judge(server);
    BOOST_TEST(findings(server, "device_silent") == Lines{"device_silent warning open"});
    BOOST_TEST(findings(pc, "device_silent") == Lines{});
    clock.advance(11h - 1ms);
    judge(pc);
    BOOST_TEST(findings(pc, "device_silent") == Lines{});
    clock.advance(1ms); // Wednesday 9:00.
    judge(pc);
    BOOST_TEST(findings(pc, "device_silent") == Lines{"device_silent warning open"});
}

BOOST_AUTO_TEST_CASE(an_hour_that_was_not_watched_from_end_to_end_teaches_nothing)
{
    const DeviceId pc = add_device("pc");
    hour_with({});
    BOOST_TEST(hours_of(pc).weeks_known(0) == 1);
    BOOST_TEST(hours_of(pc).weeks_heard(0) == 1); // It was enrolled when the hour began.
    hour_with({});
    BOOST_TEST(hours_of(pc).weeks_known(1) == 1);
    BOOST_TEST(hours_of(pc).weeks_heard(1) == 0);

    // Looked at late, at once again, and after a gap.
    clock.advance(1h + 1min);
    look();
    BOOST_TEST(hours_of(pc).weeks_known(2) == 0);
    clock.advance(59min - 1ms);
    look();
    BOOST_TEST(hours_of(pc).weeks_known(2) == 0);
    clock.advance(1ms + 3h);
    look();
    for (int hour = 3; hour < 7; ++hour)
        BOOST_TEST(hours_of(pc).weeks_known(hour) == 0);
    // A clock that is set back repeats no hour.
    clock.advance(-1h);
    look();
    BOOST_TEST(hours_of(pc).weeks_known(5) == 0);
}

BOOST_AUTO_TEST_CASE(a_public_holiday_teaches_nothing)
{
    set_clock(parse_rfc3339("2026-07-19T15:00:00Z").value()); // Monday 0:00, the Marine Day.
    const DeviceId pc = add_device("pc");
    begin_again();
    hour_with({pc});
    BOOST_TEST(hours_of(pc).weeks_known(0) == 0);
    BOOST_TEST(hours_of(pc).weeks_known(6 * 24) == 0);
    clock.advance(23h);
    look();
    hour_with({pc});
    BOOST_TEST(hours_of(pc).weeks_known(24) == 1);
}

BOOST_AUTO_TEST_CASE(a_collector_that_began_within_the_hour_cannot_tell_who_was_absent)
{
    const DeviceId pc = add_device("pc");
    storage::Liveness young{clock.now() + 1ms};
    HoursKeeper late{{*database, young, clock, japan}};
    tests_run(late.look_once());
    clock.advance(1h);
    tests_run(late.look_once());
    BOOST_TEST(hours_of(pc).weeks_known(0) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
