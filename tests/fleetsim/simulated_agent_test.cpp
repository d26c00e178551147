#include "common/wire/digest.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/section_reader.hpp"
#include "tests/fleetsim/simulated_agent.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <string_view>

namespace mimamori::fleetsim {
namespace {

const MadeUpSite site{200, from_ms(1'790'000'000'000)};
const Timestamp now = from_ms(1'790'000'100'000);

SimulatedAgent an_agent(std::size_t index = 0)
{
    return SimulatedAgent{site, index, AgentId{std::string(26, 'A')}};
}

wire::Report parsed(const std::string& json)
{
    return wire::from_json<wire::Report>(json).value();
}

wire::Receipt receipt_for(const wire::Report& report, std::uint64_t ack)
{
    wire::Receipt receipt;
    receipt.stream = report.stream;
    receipt.seq = report.seq;
    receipt.ack = ack;
    return receipt;
}

BOOST_AUTO_TEST_SUITE(fleetsim_agent)

BOOST_AUTO_TEST_CASE(a_report_has_every_digest_and_no_body_until_one_is_wanted)
{
    SimulatedAgent agent = an_agent();
    const wire::Report first = parsed(agent.report(now, {}));
    BOOST_TEST(first.seq == 1U);
    BOOST_TEST(first.sections.size() == wire::section_count);
    for (const wire::SectionReport& section : first.sections)
        BOOST_TEST(section.body.text.empty());

    wire::Receipt receipt = receipt_for(first, 0);
    receipt.want = {"os", "usb"};
    BOOST_TEST(agent.settle(receipt).has_value());
    BOOST_TEST(agent.owes_bodies());
    const wire::Report second = parsed(agent.report(now, {}));
    std::set<std::string> sent;
    for (const wire::SectionReport& section : second.sections)
    {
        if (section.body.text.empty())
            continue;
        sent.insert(section.name);
        BOOST_TEST(wire::digest_of(section.body.text) == section.digest);
    }
    BOOST_TEST((sent == std::set<std::string>{"os", "usb"}));
    BOOST_TEST(agent.settle(receipt_for(second, 0)).has_value());
    BOOST_TEST(!agent.owes_bodies());
}

BOOST_AUTO_TEST_CASE(what_is_not_acknowledged_is_sent_again_unchanged)
{
    SimulatedAgent agent = an_agent();
    const std::string first = agent.report(now, {true, true});
    BOOST_TEST(agent.is_waiting());
    BOOST_TEST(agent.report(now + std::chrono::seconds{9}, {true, true}) == first);
    BOOST_TEST(agent.settle(receipt_for(parsed(first), 1)).has_value());
    BOOST_TEST(!agent.is_waiting());
    BOOST_TEST(parsed(agent.report(now, {})).seq == 2U);
    BOOST_TEST(agent.acked().back().reports == 1U);
    BOOST_TEST(agent.acked().back().events == 1U);
}

BOOST_AUTO_TEST_CASE(a_receipt_that_is_not_for_the_report_is_not_believed)
{
    SimulatedAgent agent = an_agent();
    const wire::Report report = parsed(agent.report(now, {true, false}));
    wire::Receipt other_stream = receipt_for(report, 1);
    other_stream.stream = StreamId{std::string(26, 'B')};
    BOOST_TEST(!agent.settle(other_stream).has_value());
    wire::Receipt higher = receipt_for(report, 1);
    higher.seq = 2;
    BOOST_TEST(!agent.settle(higher).has_value());
    BOOST_TEST(!agent.settle(receipt_for(report, 0)).has_value());
    BOOST_TEST(!agent.settle(receipt_for(report, 2)).has_value());
    BOOST_TEST(agent.is_waiting());
    BOOST_TEST(agent.settle(receipt_for(report, 1)).has_value());
}

BOOST_AUTO_TEST_CASE(an_ordered_new_stream_begins_with_one_and_the_old_promise_stays)
{
    SimulatedAgent agent = an_agent();
    const wire::Report first = parsed(agent.report(now, {true, false}));
    BOOST_TEST(agent.settle(receipt_for(first, 1)).has_value());
    const wire::Report second = parsed(agent.report(now, {true, false}));
    wire::Receipt order = receipt_for(second, 2);
    order.new_stream = true;
    BOOST_TEST((agent.settle(order).error().code == Errc::conflict));
    const wire::Report anew = parsed(agent.report(now, {true, false}));
    BOOST_TEST(anew.seq == 1U);
    BOOST_TEST((anew.stream != first.stream));
    BOOST_TEST(anew.events.front().number == 1U);
    BOOST_TEST(agent.acked().size() == 2U);
    BOOST_TEST(agent.acked().front().reports == 1U);
    BOOST_TEST(agent.acked().front().events == 1U);
}

BOOST_AUTO_TEST_CASE(a_change_brings_the_body_of_one_section_with_a_new_digest)
{
    SimulatedAgent agent = an_agent();
    const auto before = agent.digests();
    const wire::Report report = parsed(agent.report(now, {false, true}));
    std::size_t bodies = 0;
    for (const wire::SectionReport& section : report.sections)
        bodies += section.body.text.empty() ? 0 : 1;
    BOOST_TEST(bodies == 1U);
    BOOST_TEST((agent.digests() != before));
}

BOOST_AUTO_TEST_CASE(every_section_of_every_device_can_be_read_and_is_the_same_each_time)
{
    std::set<std::string> names;
    for (std::size_t index = 0; index < site.devices; ++index)
    {
        const MadeUpDevice device{site, index};
        names.insert(device.hostname());
        wire::Facts facts;
        for (std::size_t section = 0; section < wire::section_count; ++section)
        {
            const std::string body = device.section_body(section, 1);
            BOOST_TEST(body == MadeUpDevice(site, index).section_body(section, 1));
            BOOST_TEST(wire::read_section(section, body, facts).has_value());
        }
        BOOST_TEST_REQUIRE(facts.os.has_value());
        BOOST_TEST(facts.os->hostname == device.hostname());
        BOOST_TEST(facts.hardware->serial == device.machine().serial);
    }
    BOOST_TEST(names.size() == site.devices);
}

BOOST_AUTO_TEST_CASE(a_fleet_has_good_and_bad_devices)
{
    const MadeUpSite large{2'000, site.now};
    std::size_t stale = 0;
    std::size_t without = 0;
    std::set<std::string_view> products;
    std::set<Role> roles;
    for (std::size_t index = 0; index < large.devices; ++index)
    {
        const MadeUpDevice device{large, index};
        products.insert(device.system().product);
        roles.insert(device.role());
        wire::Facts facts;
        const auto antivirus = wire::section_index("antivirus").value();
        wire::read_section(antivirus, device.section_body(antivirus, 0), facts).value();
        if (facts.antivirus->products.empty())
            ++without;
        else if (const auto built = facts.antivirus->products.front().pattern_built_at)
            stale += large.now - *built > std::chrono::days{7} ? 1 : 0;
    }
    BOOST_TEST(stale > 20U);
    BOOST_TEST(stale < 200U);
    BOOST_TEST(without > 20U);
    BOOST_TEST(without < 200U);
    BOOST_TEST(products.size() >= 10U);
    BOOST_TEST(roles.size() == 6U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::fleetsim
