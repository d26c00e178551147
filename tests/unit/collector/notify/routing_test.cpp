#include "collector/notify/mail_channel.hpp"
#include "collector/notify/routing.hpp"
#include "collector/storage/month_store.hpp"
#include "collector/storage/score_store.hpp"
#include "tests/unit/collector/notify/alert_database.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::notify {
namespace {

using namespace std::chrono_literals;
using findings::FindingState;
using rules::Severity;
using test::AlertDatabase;
using test::FindingIs;
using Lines = std::vector<std::string>;

const std::string stale = "[mimamori] 1 action needed: Antivirus pattern is old (pc)";
const std::string stale_warning = "[mimamori] 1 warning: Antivirus pattern is old (pc)";
const std::string stale_again = "[mimamori] 1 action needed, once more: "
                                "Antivirus pattern is old (pc)";
const std::string stale_unattended = "[mimamori] 1 action needed, not taken up by anybody: "
                                     "Antivirus pattern is old (pc)";
const std::string stale_resolved = "[mimamori] 1 resolved: Antivirus pattern is old (pc)";

/// With one channel "night" and no route.
struct RoutingSite : AlertDatabase
{
    Route route_is;

    RoutingSite()
    {
        remove_all_routes();
        route_is.channels = {mail_to("night")};
    }

    void add_route() { add("route", "r", route_is); }
};

BOOST_FIXTURE_TEST_SUITE(routing, RoutingSite)

BOOST_FIXTURE_TEST_CASE(a_new_site_tells_what_needs_action_and_old_patterns_by_mail, AlertDatabase)
{
    FindingIs other;
    other.rule = "smb1_on";
    other.severity = Severity::warning;
    open(other);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    FindingIs pattern;
    pattern.severity = Severity::warning;
    open(pattern);
    BOOST_TEST(route().size() == 1);
    other.severity = Severity::action;
    open(other);
    BOOST_TEST(route().size() == 1);
}

BOOST_AUTO_TEST_CASE(an_opening_and_an_end_are_told_once)
{
    add_route();
    open();
    BOOST_TEST(route() == Lines{"night " + stale}, boost::test_tools::per_element());
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    end();
    BOOST_TEST(route() == Lines{"night " + stale_resolved}, boost::test_tools::per_element());
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    BOOST_TEST(database.number("SELECT count(*) FROM telling") == 0);
}

BOOST_AUTO_TEST_CASE(routes_choose_by_severity_rule_and_site)
{
    add_site("ward", "root");
    add_site("ward-a", "ward");
    add_site("lab", "root");
    add_device("a1", "ward-a");
    const auto tree = write([](storage::Session& session) -> Result<storage::SiteTree> {
        return storage::read_site_tree(session);
    });
    storage::AlertSubject subject;
    subject.rule = "av_stale";
    subject.severity = Severity::warning;
    subject.site = SiteId{"ward-a"};
    const auto with = [](auto change) {
        Route route;
        change(route);
        return route;
    };
    BOOST_TEST(wants(with([](Route&) {}), subject, tree));
    BOOST_TEST(wants(with([](Route& r) { r.least = Severity::warning; }), subject, tree));
    BOOST_TEST(!wants(with([](Route& r) { r.least = Severity::action; }), subject, tree));
    BOOST_TEST(wants(with([](Route& r) { r.rules = {"x", "av_stale"}; }), subject, tree));
    BOOST_TEST(!wants(with([](Route& r) { r.rules = {"x"}; }), subject, tree));
    BOOST_TEST(wants(with([](Route& r) { r.site = "ward-a"; }), subject, tree));
    BOOST_TEST(wants(with([](Route& r) { r.site = "ward"; }), subject, tree));
    BOOST_TEST(wants(with([](Route& r) { r.site = "root"; }), subject, tree));
    BOOST_TEST(!wants(with([](Route& r) { r.site = "lab"; }), subject, tree));
    BOOST_TEST(!wants(with([](Route& r) { r.paused = true; }), subject, tree));
    // What is about the collector itself belongs to the root.
    subject.site = SiteId{};
    BOOST_TEST(wants(with([](Route& r) { r.site = "root"; }), subject, tree));
    BOOST_TEST(!wants(with([](Route& r) { r.site = "ward"; }), subject, tree));
}

BOOST_AUTO_TEST_CASE(two_routes_to_one_channel_tell_a_finding_once)
{
    add_route();
    add("route", "second", route_is);
    open();
    BOOST_TEST(route() == Lines{"night " + stale}, boost::test_tools::per_element());
    end();
    BOOST_TEST(route() == Lines{"night " + stale_resolved}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_became_worse_or_woke_is_told_again)
{
    add_route();
    FindingIs is;
    is.severity = Severity::warning;
    open(is);
    BOOST_TEST(route() == Lines{"night " + stale_warning}, boost::test_tools::per_element());
    open();
    BOOST_TEST(route() == Lines{"night " + stale}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(thousands_of_findings_are_one_message)
{
    add_route();
    for (int i = 0; i < 60; ++i)
        add_device("d" + std::to_string(i), "root");
    for (int round = 0; round < 100; ++round)
    {
        for (int i = 0; i < 60; ++i)
            write([&](storage::Session& session) -> Result<bool> {
                findings::FindingRecord record;
                const DeviceId device{"d" + std::to_string(i)};
                record.device_no = storage::device_no_of(session, device).value();
                record.rule = "usb_unregistered";
                record.subject = std::to_string(round);
                record.severity = Severity::warning;
                record.opened_at = clock.now();
                storage::put_finding(session, record);
                storage::put_alert(session, findings::AlertKind::opened, record, clock.now());
                return true;
            });
    }
    const auto queued = route();
    // 5,000 in one transaction, the rest in the next.
    BOOST_TEST_REQUIRE(queued.size() == 2);
    BOOST_TEST(queued[0].starts_with("night [mimamori] 5000 warning: "));
    BOOST_TEST(queued[1].starts_with("night [mimamori] 1000 warning: "));
    BOOST_TEST(database.number("SELECT count(*) FROM telling") == 6'000);
    BOOST_TEST(database.number("SELECT max(length(content)) FROM delivery") < 20'000);
}

BOOST_AUTO_TEST_CASE(nobody_is_reminded_of_what_somebody_took_up)
{
    route_is.repeat_every_min = 60;
    add_route();
    open();
    BOOST_TEST(route().size() == 1);
    clock.advance(60min - 1ms);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    clock.advance(1ms);
    BOOST_TEST(route() == Lines{"night " + stale_again}, boost::test_tools::per_element());
    clock.advance(60min);
    BOOST_TEST(route().size() == 1);
    set_state(FindingState::acknowledged);
    clock.advance(60min);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    clock.advance(48h);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    end();
    BOOST_TEST(route() == Lines{"night " + stale_resolved}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_nobody_takes_up_is_escalated_once)
{
    route_is.escalate_after_min = 30;
    route_is.escalate_to = {mail_to("headquarters")};
    add_route();
    open();
    BOOST_TEST(route() == Lines{"night " + stale}, boost::test_tools::per_element());
    clock.advance(30min - 1ms);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    clock.advance(1ms);
    BOOST_TEST(
        route() == Lines{"headquarters " + stale_unattended}, boost::test_tools::per_element());
    clock.advance(24h);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    end();
    BOOST_TEST(route().size() == 2); // Both were told of it.
}

BOOST_AUTO_TEST_CASE(what_was_taken_up_in_time_is_not_escalated)
{
    route_is.escalate_after_min = 30;
    route_is.escalate_to = {mail_to("headquarters")};
    add_route();
    open();
    BOOST_TEST(route().size() == 1);
    set_state(FindingState::acknowledged);
    clock.advance(31min);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(outside_of_its_hours_a_route_is_silent_or_waits)
{
    route_is.hours = {{{"mon"}, "08:30", "17:15"}};
    add_route();
    Route waiting = route_is;
    waiting.channels = {mail_to("morning")};
    waiting.wait_for_hours = true;
    add("route", "waiting", waiting);
    open();
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    clock.advance(18h + 20min - 1ms); // Monday, just before 08:30.
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    clock.advance(1ms);
    BOOST_TEST(route() == Lines{"morning " + stale}, boost::test_tools::per_element());
    // What nobody was told of, nobody is told the end of.
    end();
    BOOST_TEST(route() == Lines{"morning " + stale_resolved}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(in_a_maintenance_nothing_is_told_and_what_is_left_afterwards_is)
{
    add_route();
    add_site("ward", "root");
    add_device("w1", "ward");
    Maintenance maintenance;
    maintenance.site = "ward";
    maintenance.from = clock.now();
    maintenance.until = clock.now() + 2h;
    add("maintenance", "power", maintenance);
    FindingIs silent;
    silent.device = "w1";
    silent.rule = "device_silent";
    FindingIs passing = silent;
    passing.rule = "reboot_pending";
    open(silent);
    open(passing);
    open(); // Of another site.
    BOOST_TEST(route() == Lines{"night " + stale}, boost::test_tools::per_element());
    clock.advance(1h);
    end(passing);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    clock.advance(1h - 1ms);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    clock.advance(1ms);
    const auto told = route();
    BOOST_TEST_REQUIRE(told.size() == 1);
    BOOST_TEST(told[0].ends_with("(w1)"));
}

BOOST_AUTO_TEST_CASE(what_was_told_before_a_maintenance_has_its_end_told_within)
{
    add_route();
    open();
    BOOST_TEST(route().size() == 1);
    Maintenance maintenance;
    maintenance.device = "pc";
    maintenance.from = clock.now();
    maintenance.hours = {{{"sun"}, "00:00", "00:00"}};
    add("maintenance", "sundays", maintenance);
    open(); // It woke, or became worse: held.
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    end();
    BOOST_TEST(route() == Lines{"night " + stale_resolved}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_recurring_maintenance_covers_its_hours_only)
{
    Maintenance maintenance;
    maintenance.from = clock.now();
    maintenance.until = clock.now() + 24h * 8;
    maintenance.hours = {{{"mon"}, "02:00", "05:00"}};
    add("maintenance", "mondays", maintenance);
    const auto until = [&](const char* now) {
        clock.advance(parse_rfc3339(now).value() - clock.now());
        const auto settings = write([](storage::Session& session) {
            return read_settings(storage::alert_settings(session));
        });
        const storage::SiteTree sites;
        const auto found = maintenance_until({}, {settings, mail, sites, clock.now()});
        return found ? to_rfc3339(*found) : std::string{};
    };
    BOOST_TEST(until("2026-11-23T01:59:59.999+09:00") == "");
    BOOST_TEST(until("2026-11-23T02:00:00+09:00") == "2026-11-22T20:00:00.000Z");
    BOOST_TEST(until("2026-11-23T05:00:00+09:00") == "");
    BOOST_TEST(until("2026-11-30T03:00:00+09:00") == "2026-11-29T20:00:00.000Z");
    BOOST_TEST(until("2026-12-07T03:00:00+09:00") == ""); // It was planned for eight days.
}

BOOST_AUTO_TEST_CASE(what_nobody_could_be_told_of_has_no_end_to_tell)
{
    add_route();
    mail.host.clear();
    open();
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    mail.host = "127.0.0.1";
    end();
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    open();
    BOOST_TEST(route() == Lines{"night " + stale}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_waived_finding_is_not_told)
{
    add_route();
    FindingIs is;
    is.state = FindingState::waived;
    open(is);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_ahead_for_a_while_silences_no_reminder)
{
    route_is.repeat_every_min = 60;
    add_route();
    clock.advance(24h * 365);
    open();
    BOOST_TEST(route().size() == 1);
    clock.advance(-24h * 365);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element()); // Looked at, set right.
    clock.advance(24h);
    const auto due = database.number("SELECT due_ms FROM telling");
    BOOST_TEST(due <= to_ms(clock.now() + 24h));
}

BOOST_AUTO_TEST_CASE(a_removed_route_reminds_nobody)
{
    route_is.repeat_every_min = 60;
    add_route();
    open();
    BOOST_TEST(route().size() == 1);
    remove_all_routes();
    clock.advance(60min);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    BOOST_TEST(database.number("SELECT count(*) FROM telling") == 0);
}

BOOST_AUTO_TEST_CASE(a_digest_comes_once_at_its_time)
{
    Digest digest;
    digest.channels = {"night"};
    digest.at = {{"mon"}, "08:00", "00:00"};
    add("digest", "weekly", digest);
    open();
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element()); // Not because it is new.
    clock.advance(17h + 50min - 1ms);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    clock.advance(1ms);
    BOOST_TEST(
        route() == Lines{"night [mimamori] summary: 1 need action, 1 open"},
        boost::test_tools::per_element());
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    clock.advance(24h * 7);
    BOOST_TEST(route().size() == 1);
    // One that was missed comes late, and once.
    clock.advance(24h * 20);
    BOOST_TEST(route().size() == 1);
}

BOOST_AUTO_TEST_CASE(the_monthly_report_comes_once_a_month_and_not_about_months_without_devices)
{
    Digest digest;
    digest.channels = {"night"};
    digest.at = {{}, "08:00", "00:00"};
    digest.monthly = true;
    add("digest", "director", digest);
    write([&](storage::Session& session) -> Result<bool> {
        storage::keep_scores(session, std::chrono::floor<std::chrono::days>(clock.now()));
        return true;
    });
    const std::string month = storage::to_text(storage::month_of(clock.now(), 9h));
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element()); // Not because it is new.
    clock.advance(24h * 31);
    BOOST_TEST_REQUIRE(storage::to_text(storage::month_of(clock.now(), 9h)) > month);
    const Lines told = route();
    BOOST_TEST_REQUIRE(told.size() == 1);
    BOOST_TEST(told.front().starts_with("night [mimamori] report of " + month), told.front());
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    clock.advance(24h * 2);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element());
    clock.advance(24h * 31);
    BOOST_TEST(route() == Lines{}, boost::test_tools::per_element()); // December has no scores.
}

BOOST_AUTO_TEST_CASE(who_is_told_follows_deputies_and_the_calendar)
{
    AlertSettings settings;
    const auto contact = [&](const char* name, std::optional<Timestamp> until, const char* deputy) {
        Contact is;
        is.address = std::string{name} + "@x";
        is.valid_until = until;
        is.deputy = deputy;
        settings.contacts.push_back({0, name, is});
    };
    const Timestamp now = clock.now();
    contact("left", now, "deputy");
    contact("deputy", now + 1ms, "");
    contact("alone", now, "");
    contact("telephone", {}, "deputy");
    settings.contacts.back().is.address.clear();
    settings.duties.push_back({0, "d", {"night", "deputy", now, now + 1h}});
    settings.duties.push_back({0, "e", {"gone", "deputy", now - 1h, now}});
    const auto told = [&](std::vector<std::string> to) {
        Channel channel;
        channel.to = std::move(to);
        std::string all;
        for (const auto& address : recipients_of(channel, settings, mail, now).addresses)
            all += address + ' ';
        return all;
    };
    BOOST_TEST(told({"contact:deputy"}) == "deputy@x ");
    BOOST_TEST(told({"contact:left"}) == "deputy@x ");
    BOOST_TEST(told({"contact:telephone"}) == "deputy@x ");
    BOOST_TEST(told({"duty:night", "contact:left", "a@b"}) == "deputy@x a@b ");
    // Better the wrong people than none.
    BOOST_TEST(told({"contact:alone"}) == "clerk@hospital.example ");
    BOOST_TEST(told({"duty:gone"}) == "clerk@hospital.example ");
    BOOST_TEST(told({}) == "clerk@hospital.example ");
    Channel alone;
    alone.to = {"contact:alone"};
    BOOST_TEST(
        recipients_of(alone, settings, mail, now).problem
        == "contact:alone has ended or has no address, and nobody stands in");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::notify
