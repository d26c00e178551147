// An accepted risk ends by itself when the device reports that a condition of it no longer holds.

#include "tests/unit/collector/api/rule_stories.hpp"

namespace mimamori::collector::api {
namespace {

using namespace test;

/// An isolated device without antivirus whose risk somebody accepted.
struct WaivedSite : RuleSite
{
    Browser tanaka{signed_in(people::Role::operator_)};
    std::string id;

    WaivedSite()
    {
        agent().facts.antivirus.emplace();
        agent().facts.usb.emplace();
        agent().facts.neighbours.emplace();
        set_adapters(*this, {card()});
        id = finding(pc, "av_missing").id;
    }

    static wire::Adapter card() { return adapter("eth0", "ethernet", "10.0.0.2/24"); }

    void waive(const std::string& conditions)
    {
        clock.advance(1min);
        const Reply reply = tanaka.post(
            "/api/v1/findings/" + id + "/actions",
            R"({"action":"waive","reason":"isolated","until":")"
                + to_rfc3339(clock.now() + days{90}) + R"(","conditions":[)" + conditions + "]}");
        BOOST_TEST(reply.status == 200, reply.body);
        wait(1h);
        BOOST_TEST(shown("state") == "waived");
    }

    std::string shown(const std::string& member)
    {
        return sato.get("/api/v1/findings/" + id).at("/finding/" + member);
    }

    /// The newest line of its history: "what note".
    std::string last_line()
    {
        const Reply detail = sato.get("/api/v1/findings/" + id);
        const std::string at = "/history/" + std::to_string(detail.count("/history") - 1);
        return detail.at(at + "/what") + ' ' + detail.at(at + "/note");
    }
};

struct ConditionCase
{
    const char* condition;
    void (*break_it)(WaivedSite&);
    void (*allow)(WaivedSite&); ///< What looks like it and is none of it.
};

void second_cable(WaivedSite& site)
{
    set_adapters(site, {WaivedSite::card(), adapter("eth1", "ethernet", "192.168.9.2/24")});
}

/// The second card has no cable.
void second_card(WaivedSite& site)
{
    wire::Adapter unused = adapter("eth1", "ethernet", "192.168.9.2/24");
    unused.link_up = false;
    set_adapters(site, {WaivedSite::card(), unused});
}

void known_neighbour(WaivedSite& site)
{
    wire::Adapter card = adapter("eth0", "ethernet", "10.0.0.9/24");
    card.mac = "02:00:00:00:00:09";
    const DeviceId other = site.add_device("other");
    site.agents.at(other).facts.interfaces.emplace().adapters = {card};
    site.heard(other);
    site.judge(other);
    see_stranger(site);
}

void mouse(WaivedSite& site)
{
    wire::Event event;
    event.kind = wire::EventKind::usb_attached;
    auto& usb = event.usb.emplace();
    usb.vendor_id = "046d";
    usb.product_id = "c077";
    usb.device_class = "input";
    site.happens(event);
}

void other_network(WaivedSite& site)
{
    set_adapters(site, {adapter("eth0", "ethernet", "10.9.0.2/24")});
}

void other_address(WaivedSite& site)
{
    set_adapters(site, {adapter("eth0", "ethernet", "10.0.0.77/24")});
}

const ConditionCase cases[] = {
    {"one_cable", second_cable, second_card},
    {"no_new_neighbour", [](WaivedSite& site) { see_stranger(site); }, known_neighbour},
    {"no_usb", [](WaivedSite& site) { plug(site); }, mouse},
    {"same_network", other_network, other_address},
};

BOOST_AUTO_TEST_SUITE(waiver_conditions)

BOOST_AUTO_TEST_CASE(one_that_a_report_breaks_ends_the_waiver_and_is_named)
{
    for (const ConditionCase& one : cases)
    {
        BOOST_TEST_CONTEXT(one.condition)
        {
            WaivedSite site;
            site.waive('"' + std::string{one.condition} + '"');
            one.break_it(site);
            BOOST_TEST(site.shown("state") == "open");
            BOOST_TEST(site.shown("broken") == one.condition);
            BOOST_TEST(site.last_line() == "woken " + std::string{one.condition});
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_none_of_it_leaves_the_waiver)
{
    for (const ConditionCase& one : cases)
    {
        BOOST_TEST_CONTEXT(one.condition)
        {
            WaivedSite site;
            site.waive('"' + std::string{one.condition} + '"');
            one.allow(site);
            BOOST_TEST(site.shown("state") == "waived");
            BOOST_TEST(site.shown("broken") == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(of_several_the_broken_one_is_named_and_others_do_not_matter)
{
    WaivedSite site;
    site.waive(R"("one_cable","no_usb")");
    see_stranger(site);
    other_network(site);
    BOOST_TEST(site.shown("state") == "waived");
    plug(site);
    BOOST_TEST(site.shown("state") == "open");
    BOOST_TEST(site.shown("broken") == "no_usb");
}

BOOST_FIXTURE_TEST_CASE(a_condition_that_its_agent_can_no_longer_measure_is_broken, WaivedSite)
{
    waive(R"("no_usb")");
    change([](wire::Facts& facts) { facts.usb->from.unknown = {{"", "no access"}}; });
    BOOST_TEST(shown("state") == "open");
    BOOST_TEST(shown("broken") == "no_usb");
}

BOOST_FIXTURE_TEST_CASE(a_clock_that_is_set_ends_no_waiver_and_no_sign_in, WaivedSite)
{
    waive(R"("one_cable","no_usb")");
    for (const std::chrono::hours by : {1h, -24h, 11h})
    {
        clock.advance(by);
        liveness.clock_went(by, clock.now());
        heard(pc);
        judge_anew(pc);
        BOOST_TEST(shown("state") == "waived", by.count());
    }
    second_cable(*this); // And its conditions are still looked at.
    BOOST_TEST(shown("broken") == "one_cable");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
