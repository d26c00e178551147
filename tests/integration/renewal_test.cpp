// Renewal, revocation and wrong clocks over real TLS.

#include "common/log/log.hpp"
#include "common/platform/file.hpp"
#include "tests/support/identity_site.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

namespace mimamori {
namespace {

using namespace std::chrono_literals;
using agent::report::Delivery;
using What = agent::uplink::EnrolmentStep::What;
using Outcome = Delivery::Outcome;

/// A site with one enrolled agent.
struct Fixture
{
    log::Capture lines;
    tests::IdentitySite site;
    tests::TestDevice device;

    Fixture()
    {
        site.start_server();
        device.enrolment_key = site.make_key(true);
        device.start(site.address());
        BOOST_TEST_REQUIRE((device.try_to_enrol().what == What::enrolled));
        device.be_enrolled();
        BOOST_TEST_REQUIRE((device.send_report().outcome == Outcome::answered));
    }

    tls::CertificateInfo certificate() const
    {
        return device.uplink->identity().certificate.info();
    }

    /// Time passes for both, and the collector renews its own certificate as it does daily.
    void pass(std::chrono::hours time)
    {
        site.clock.advance(time);
        device.steady += time;
        site.authority->maintain(site.clock.now());
        site.server->replace_context(site.agent_port());
    }

    void approve_first()
    {
        const auto queue = site.run(site.enrolment->queue()).value();
        BOOST_TEST_REQUIRE(queue.size() == 1u);
        collector::enroll::Approval approval;
        approval.request_no = queue[0].request.no;
        approval.who = "sato";
        BOOST_TEST(site.run(site.enrolment->approve(approval)).has_value());
    }
};

BOOST_FIXTURE_TEST_SUITE(renewal, Fixture)

BOOST_AUTO_TEST_CASE(a_certificate_is_renewed_at_two_thirds_with_the_same_key)
{
    const auto first = certificate();
    const auto due = agent::uplink::renewal_due(first, device.uplink->identity().agent);
    BOOST_TEST((due >= first.not_before + 60 * 24h));
    BOOST_TEST((due <= first.not_before + 63 * 24h));

    pass(std::chrono::floor<std::chrono::hours>(due - first.not_before) - 1h);
    BOOST_TEST((device.send_report(2).outcome == Outcome::answered));
    BOOST_TEST(certificate().serial == first.serial);
    pass(3h);
    BOOST_TEST((device.send_report(3).outcome == Outcome::answered));
    const auto second = certificate();
    BOOST_TEST(second.serial != first.serial);
    BOOST_TEST((second.key_fingerprint == first.key_fingerprint));
    BOOST_TEST((second.not_after == second.not_before + 90 * 24h));
    BOOST_TEST(second.common_name == first.common_name);

    // The files hold the new one.
    device.start(site.address());
    device.be_enrolled();
    BOOST_TEST(certificate().serial == second.serial);
    BOOST_TEST((device.send_report(4).outcome == Outcome::answered));
}

BOOST_AUTO_TEST_CASE(the_collector_can_order_a_renewal)
{
    const auto first = certificate();
    site.sink.orders_renewal = true;
    BOOST_TEST(device.send_report(2).receipt.renew);
    BOOST_TEST((device.send_report(3).outcome == Outcome::answered));
    BOOST_TEST(certificate().serial != first.serial);
}

BOOST_AUTO_TEST_CASE(the_old_certificate_stays_good_after_a_renewal)
{
    const std::string before = platform::read_file(device.file("identity.json")).value();
    device.uplink->renew_soon();
    BOOST_TEST((device.send_report(2).outcome == Outcome::answered));
    BOOST_TEST(platform::replace_file(device.file("identity.json"), before).has_value());
    device.start(site.address());
    device.be_enrolled();
    BOOST_TEST((device.send_report(3).outcome == Outcome::answered));
}

BOOST_AUTO_TEST_CASE(an_expired_certificate_is_renewed_by_a_person)
{
    pass(200 * 24h);
    device.start(site.address());
    device.be_enrolled();
    const auto refused = device.send_report(2);
    BOOST_TEST((refused.outcome == Outcome::failed));
    const auto waiting = device.send_report(2);
    BOOST_TEST((waiting.outcome == Outcome::failed));
    BOOST_TEST(waiting.error.message.find("approval of the renewal") != std::string::npos);
    BOOST_TEST(waiting.error.message.find(device.store.load_state()->code) != std::string::npos);
    BOOST_TEST((waiting.retry_after == 30s));
    BOOST_TEST(site.sink.taken == 1);

    approve_first();
    BOOST_TEST((device.send_report(2).outcome == Outcome::answered));
    BOOST_TEST((certificate().not_before == site.clock.now()));
    BOOST_TEST(site.run(site.enrolment->queue()).value().empty());
}

BOOST_AUTO_TEST_CASE(a_certificate_that_expired_400_days_ago_is_refused)
{
    pass((90 + 401) * 24h);
    device.start(site.address());
    device.be_enrolled();
    const auto refused = device.send_report(2);
    BOOST_TEST((refused.error.code == Errc::forbidden), refused.error.message);
    site.stop_server();
    BOOST_TEST(lines.contains("expired too long ago"));
}

BOOST_AUTO_TEST_CASE(a_contested_certificate_is_renewed_by_a_person_only)
{
    const auto known = site.directory.find(device.uplink->identity().agent);
    auto contest = [&](collector::storage::Session& session) -> Result<void> {
        const auto no = collector::storage::device_no_of(session, known->device);
        collector::storage::set_cloned(session, no.value(), {site.clock.now(), "two streams"});
        return {};
    };
    BOOST_TEST(site.database->write_and_wait(contest).has_value());
    const auto first = certificate();
    device.uplink->renew_soon();
    BOOST_TEST((device.send_report(2).outcome == Outcome::answered));
    BOOST_TEST(certificate().serial == first.serial);
    const auto queue = site.run(site.enrolment->queue()).value();
    BOOST_TEST_REQUIRE(queue.size() == 1u);
    BOOST_TEST(queue[0].request.why.find("two streams") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_revoked_agent_is_cut_off_while_connected)
{
    const AgentId agent = device.uplink->identity().agent;
    BOOST_TEST(site.server->counters().connections == 1u);
    BOOST_TEST(site.run(site.enrolment->revoke_agent(agent, "sato", "stolen")).has_value());
    const auto refused = device.send_report(2);
    BOOST_TEST((refused.outcome == Outcome::failed));
    BOOST_TEST((refused.error.code == Errc::forbidden), refused.error.message);
    BOOST_TEST(site.sink.taken == 1);

    // Also after a restart, and no enrolment key brings the key pair back.
    site.reopen();
    BOOST_TEST(lines.contains("the agent was revoked"));
    site.start_server();
    device.start(site.address());
    device.be_enrolled();
    BOOST_TEST((device.send_report(2).error.code == Errc::forbidden));
    BOOST_TEST(
        device.try_to_enrol().message == "this device's certificate was revoked; enrol it anew");
    // But a ticket does, with a new key.
    BOOST_TEST(device.store.keep_ticket(site.make_ticket("PC-07")).has_value());
    BOOST_TEST((device.try_to_enrol().what == What::failed));
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    device.be_enrolled();
    BOOST_TEST((device.send_report(2).outcome == Outcome::answered));
}

BOOST_AUTO_TEST_CASE(a_ticket_given_after_a_refusal_orders_a_new_key_at_the_next_start)
{
    BOOST_TEST(device.store.make_way_for_ticket().has_value());
    const auto pin = site.address().root_fingerprint;
    BOOST_TEST(device.store.keep_ticket(site.make_ticket("PC-07")).has_value());
    BOOST_TEST(device.store.make_way_for_ticket().has_value());
    BOOST_TEST(device.store.load(pin).value().has_value()); // Nobody has refused it yet.

    const AgentId agent = device.uplink->identity().agent;
    BOOST_TEST(site.run(site.enrolment->revoke_agent(agent, "sato", "stolen")).has_value());
    BOOST_TEST((device.send_report(2).error.code == Errc::forbidden));
    BOOST_TEST(device.store.load_state()->state == "refused");
    BOOST_TEST(device.store.make_way_for_ticket().has_value());
    BOOST_TEST(!device.store.load(pin).value().has_value());
    device.start(site.address());
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    device.be_enrolled();
    BOOST_TEST(device.uplink->identity().agent.text() != agent.text());
}

BOOST_AUTO_TEST_CASE(an_agent_that_the_database_lost_is_taken_back_by_a_person)
{
    const AgentId agent = device.uplink->identity().agent;
    auto lose = [&](collector::storage::Session& session) -> Result<void> {
        for (const char* table :
             {"agent_identity", "machine_fact", "agent", "device_summary", "ledger", "device"})
        {
            const std::string sql = std::string{"DELETE FROM "} + table;
            collector::storage::Statement{session.native(), sql.c_str()}.run();
        }
        return {};
    };
    BOOST_TEST(site.database->write_and_wait(lose).has_value());
    site.reopen();
    site.start_server();
    device.start(site.address());
    device.be_enrolled();
    BOOST_TEST((device.send_report(2).error.code == Errc::unauthenticated));
    BOOST_TEST((device.send_report(2).outcome == Outcome::failed));
    approve_first();
    BOOST_TEST((device.send_report(2).outcome == Outcome::answered));
    BOOST_TEST(site.directory.find(agent).has_value());
}

BOOST_AUTO_TEST_CASE(a_device_clock_that_is_years_off_changes_nothing)
{
    for (const auto off : {-20 * 365 * 24h, 20 * 365 * 24h})
    {
        tests::TestDevice wrong{"WRONG-CLOCK"};
        wrong.device_clock.advance(off);
        wrong.enrolment_key = device.enrolment_key;
        wrong.start(site.address());
        BOOST_TEST((wrong.try_to_enrol().what == What::enrolled));
        wrong.be_enrolled();
        BOOST_TEST((wrong.send_report().outcome == Outcome::answered));
        BOOST_TEST((wrong.clock->now() == site.clock.now()));
    }
}

BOOST_AUTO_TEST_CASE(the_collectors_time_is_kept_and_never_goes_back)
{
    const Timestamp heard = device.clock->now();
    BOOST_TEST((heard == site.clock.now()));
    site.clock.advance(-10h);
    BOOST_TEST((device.send_report(2).outcome == Outcome::answered));
    BOOST_TEST((device.clock->now() == heard));
    device.start(site.address());
    BOOST_TEST((device.clock->now() == heard));
}

BOOST_AUTO_TEST_CASE(a_server_that_shows_an_older_certificate_is_refused)
{
    const auto old_port = site.agent_port();
    pass(64 * 24h);
    BOOST_TEST((device.send_report(2).outcome == Outcome::answered));
    site.server->replace_context(old_port);
    test::run_coro(device.io, device.uplink->close());
    const auto refused = device.send_report(3);
    BOOST_TEST((refused.outcome == Outcome::failed));
    BOOST_TEST((refused.error.code == Errc::unavailable));
    BOOST_TEST(refused.error.message.find("older one") != std::string::npos, refused.error.message);
    // Also after a restart of the agent.
    device.start(site.address());
    device.be_enrolled();
    BOOST_TEST((device.send_report(3).outcome == Outcome::failed));
    site.server->replace_context(site.agent_port());
    BOOST_TEST((device.send_report(3).outcome == Outcome::answered));
}

BOOST_AUTO_TEST_CASE(an_expired_server_is_refused_by_the_time_that_was_heard)
{
    const auto old_port = site.agent_port();
    // The server's own clock stays behind with its certificate.
    device.steady += 91 * 24h;
    site.server->replace_context(old_port);
    test::run_coro(device.io, device.uplink->close());
    const auto refused = device.send_report(2);
    BOOST_TEST((refused.outcome == Outcome::failed));
    BOOST_TEST(
        refused.error.message.find("it has expired") != std::string::npos, refused.error.message);
}

BOOST_AUTO_TEST_CASE(a_new_root_is_learnt_with_a_renewal)
{
    BOOST_TEST(device.uplink->identity().roots.size() == 1u);
    BOOST_TEST(collector::pki::renew_root(site.pki(), "Aoba", site.clock.now()).has_value());
    site.reopen();
    site.start_server();
    device.start(site.address());
    device.be_enrolled();
    device.uplink->renew_soon();
    BOOST_TEST((device.send_report(2).outcome == Outcome::answered));
    BOOST_TEST(device.uplink->identity().roots.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
