// What people can order, against the real database and authority, without a network.

#include "collector/enroll/enrolment.hpp"
#include "common/log/log.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <type_traits>
#include <utility>

namespace mimamori::collector::enroll {
namespace {

using namespace std::chrono_literals;

/// A key as it is made by default, but for one member.
template <class T>
NewKey key_with(T NewKey::*member, std::type_identity_t<T> value)
{
    NewKey key;
    key.*member = std::move(value);
    return key;
}

struct Fixture
{
    log::Capture lines;
    tests::ManualClock clock;
    tests::TempFolder folder;
    asio::io_context io; ///< Before the database: its threads resume what waits here.
    tests::CollectorDatabase database;
    std::unique_ptr<pki::Authority> authority;
    pki::AgentDirectory directory;
    std::vector<std::string> closed;
    std::vector<std::string> judged;
    std::unique_ptr<Enrolment> enrolment;

    Fixture()
    {
        pki::create_site_authority(folder.path() / "pki", "Aoba", clock.now()).value();
        pki::AuthorityOptions options;
        options.folder = folder.path() / "pki";
        options.agent_port_names = {{"collector.test"}, {}};
        authority = pki::Authority::open(options, clock.now()).value();
        Enrolment::Parts parts{
            *database, *authority, directory, clock,
            [this](const AgentId& agent) { closed.push_back(agent.text()); }};
        parts.judge_soon = [this](const DeviceId& device) { judged.push_back(device.text()); };
        enrolment = std::make_unique<Enrolment>(std::move(parts));
    }

    template <class T>
    T run(awaitable<T> task)
    {
        return test::run_coro(io, std::move(task));
    }

    /// Nothing when the key was made.
    std::optional<Errc> code_of_key(NewKey wanted)
    {
        const auto made = run(enrolment->create_key(std::move(wanted), "sato"));
        return made ? std::nullopt : std::optional{made.error().code};
    }

    /// Asks as a machine whose key has the fingerprint "0000…<number>".
    Admission ask(const std::string& secret, char number, std::string hostname = "PC-07")
    {
        const auto read = identity::Secret::parse(secret).value();
        Asked asked;
        asked.kind = read.kind();
        asked.secret_hash = read.hash();
        asked.key_fingerprint = std::string(63, '0') + number;
        asked.code = "ABCDEF";
        asked.address = asio::ip::make_address("10.20.1.1");
        asked.machine.hostname = std::move(hostname);
        asked.now = clock.now();
        return run(enrolment->admit(std::move(asked))).value();
    }
};

BOOST_FIXTURE_TEST_SUITE(enrolment_orders, Fixture)

BOOST_AUTO_TEST_CASE(a_key_is_shown_once_and_stored_hashed)
{
    NewKey wanted;
    wanted.note = "2F wards";
    wanted.ranges = "10.20.0.0/16";
    wanted.uses_max = 7;
    const auto made = run(enrolment->create_key(wanted, "sato")).value();
    const auto keys = run(enrolment->list_keys()).value();
    BOOST_TEST_REQUIRE(keys.size() == 1u);
    BOOST_TEST(keys[0].no == made.no);
    BOOST_TEST(keys[0].secret_hash == identity::Secret::parse(made.text).value().hash());
    BOOST_TEST(keys[0].hint == made.text.substr(made.text.size() - 5));
    BOOST_TEST(keys[0].site.text() == "root");
    BOOST_TEST(keys[0].ranges == "10.20.0.0/16");
    BOOST_TEST(!keys[0].auto_approve);
    BOOST_TEST((keys[0].expires_at == clock.now() + 30 * 24h));
    BOOST_TEST(!keys[0].last_used_at.has_value());
    BOOST_TEST(database.number("SELECT count(*) FROM change_log") == 1);
    const std::string detail = database.text("SELECT detail FROM change_log");
    BOOST_TEST(detail.find(made.text.substr(3, 11)) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_key_outside_of_the_limits_is_refused)
{
    BOOST_TEST((code_of_key(key_with(&NewKey::uses_max, 0)) == Errc::invalid_input));
    BOOST_TEST((code_of_key(key_with(&NewKey::uses_max, 1)) == std::nullopt));
    BOOST_TEST((code_of_key(key_with(&NewKey::uses_max, 100'000)) == std::nullopt));
    BOOST_TEST((code_of_key(key_with(&NewKey::uses_max, 100'001)) == Errc::invalid_input));
    BOOST_TEST((code_of_key(key_with(&NewKey::lifetime, 0h)) == Errc::invalid_input));
    BOOST_TEST((code_of_key(key_with(&NewKey::lifetime, 366 * 24h)) == std::nullopt));
    BOOST_TEST((code_of_key(key_with(&NewKey::lifetime, 366 * 24h + 1h)) == Errc::invalid_input));
    BOOST_TEST((code_of_key(key_with(&NewKey::ranges, "nowhere")) == Errc::invalid_input));
    BOOST_TEST((code_of_key(key_with(&NewKey::hourly_max, 0)) == Errc::invalid_input));
    BOOST_TEST((code_of_key(key_with(&NewKey::site, SiteId{"no such site"})) == Errc::conflict));
}

BOOST_AUTO_TEST_CASE(a_ticket_must_be_bound_to_something_of_its_own)
{
    NewTicket unbound;
    BOOST_TEST(
        (run(enrolment->create_ticket(unbound, "sato")).error().code == Errc::invalid_input));
    NewTicket junk;
    junk.serial = "Default string";
    BOOST_TEST((run(enrolment->create_ticket(junk, "sato")).error().code == Errc::invalid_input));
    NewTicket bound;
    bound.hostname = "PC-07";
    const auto made = run(enrolment->create_ticket(bound, "sato")).value();
    BOOST_TEST(made.text.starts_with("MT-"));
    const auto tickets = run(enrolment->list_tickets()).value();
    BOOST_TEST_REQUIRE(tickets.size() == 1u);
    BOOST_TEST((tickets[0].expires_at == clock.now() + 7 * 24h));
}

BOOST_AUTO_TEST_CASE(a_revoked_ticket_opens_nothing)
{
    NewTicket bound;
    bound.hostname = "PC-07";
    const auto made = run(enrolment->create_ticket(bound, "sato")).value();
    BOOST_TEST(run(enrolment->revoke_ticket(made.no, "sato")).has_value());
    const auto admission = ask(made.text, '1');
    BOOST_TEST((admission.outcome == Admission::Outcome::refuse));
    BOOST_TEST((admission.refusal == Refusal::ticket_revoked));
    BOOST_TEST((run(enrolment->revoke_ticket(made.no, "sato")).error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(use_is_counted_when_a_device_is_enrolled_not_when_it_asks)
{
    const auto made = run(enrolment->create_key(key_with(&NewKey::uses_max, 1), "sato")).value();
    BOOST_TEST((ask(made.text, '1').outcome == Admission::Outcome::wait));
    BOOST_TEST((ask(made.text, '2').outcome == Admission::Outcome::wait));
    auto keys = run(enrolment->list_keys()).value();
    BOOST_TEST(keys[0].uses == 0);
    BOOST_TEST((keys[0].last_used_at == clock.now()));
    BOOST_TEST(keys[0].last_used_from == "10.20.1.1");

    const auto queue = run(enrolment->queue()).value();
    Approval approval;
    approval.request_no = queue.at(0).request.no;
    approval.who = "sato";
    BOOST_TEST(run(enrolment->approve(approval)).has_value());
    keys = run(enrolment->list_keys()).value();
    BOOST_TEST(keys[0].uses == 1);
    BOOST_TEST((ask(made.text, '3').refusal == Refusal::key_used_up));
    // What waited before may still be approved: a person decides.
    approval.request_no = queue.at(1).request.no;
    BOOST_TEST(run(enrolment->approve(approval)).has_value());
}

BOOST_AUTO_TEST_CASE(revoking_a_key_rejects_what_waits_with_it)
{
    const auto made = run(enrolment->create_key({}, "sato")).value();
    BOOST_TEST((ask(made.text, '1').outcome == Admission::Outcome::wait));
    BOOST_TEST(run(enrolment->revoke_key(made.no, "suzuki")).has_value());
    BOOST_TEST(run(enrolment->queue()).value().empty());
    BOOST_TEST((ask(made.text, '1').refusal == Refusal::rejected));
    BOOST_TEST((ask(made.text, '2').refusal == Refusal::key_revoked));
    BOOST_TEST((run(enrolment->revoke_key(made.no, "suzuki")).error().code == Errc::not_found));
    BOOST_TEST((run(enrolment->revoke_key(99, "suzuki")).error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_decision_is_made_once)
{
    const auto made = run(enrolment->create_key({}, "sato")).value();
    ask(made.text, '1');
    Approval approval;
    approval.request_no = run(enrolment->queue()).value().at(0).request.no;
    approval.who = "sato";
    BOOST_TEST(run(enrolment->approve(approval)).has_value());
    BOOST_TEST((run(enrolment->approve(approval)).error().code == Errc::conflict));
    BOOST_TEST(
        (run(enrolment->reject(approval.request_no, "suzuki")).error().code == Errc::conflict));
    approval.request_no = 99;
    BOOST_TEST((run(enrolment->approve(approval)).error().code == Errc::not_found));
    BOOST_TEST(database.number("SELECT count(*) FROM agent") == 1);
}

BOOST_AUTO_TEST_CASE(an_unknown_device_cannot_be_the_same_machine_and_changes_nothing)
{
    const auto made = run(enrolment->create_key({}, "sato")).value();
    ask(made.text, '1');
    Approval approval;
    approval.request_no = run(enrolment->queue()).value().at(0).request.no;
    approval.same_as = DeviceId{"NO SUCH DEVICE"};
    approval.who = "sato";
    BOOST_TEST((run(enrolment->approve(approval)).error().code == Errc::not_found));
    BOOST_TEST(database.number("SELECT count(*) FROM agent") == 0);
    BOOST_TEST(run(enrolment->queue()).value().size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_entry_that_stops_asking_expires)
{
    const auto made =
        run(enrolment->create_key(key_with(&NewKey::lifetime, 300 * 24h), "sato")).value();
    ask(made.text, '1');
    clock.advance(13 * 24h);
    ask(made.text, '1');
    clock.advance(14 * 24h - 1ms);
    ask(made.text, '2');
    BOOST_TEST(run(enrolment->queue()).value().size() == 2u);
    clock.advance(1ms);
    ask(made.text, '2');
    BOOST_TEST(run(enrolment->queue()).value().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_ticket_for_a_known_device_replaces_its_agent)
{
    const auto key =
        run(enrolment->create_key(key_with(&NewKey::auto_approve, true), "sato")).value();
    const auto first = ask(key.text, '1');
    NewTicket again;
    again.hostname = "PC-07";
    again.device = first.device;
    const auto ticket = run(enrolment->create_ticket(again, "sato")).value();
    const auto second = ask(ticket.text, '2');
    BOOST_TEST((second.outcome == Admission::Outcome::issue));
    BOOST_TEST(second.device.text() == first.device.text());
    BOOST_TEST((closed == std::vector<std::string>{first.agent.text()}));
    BOOST_TEST((directory.find(first.agent)->status == pki::AgentStatus::revoked));
    BOOST_TEST((directory.find(second.agent)->status == pki::AgentStatus::approved));
}

BOOST_AUTO_TEST_CASE(revoking_counts_at_once_and_after_a_restart)
{
    const auto key =
        run(enrolment->create_key(key_with(&NewKey::auto_approve, true), "sato")).value();
    const auto agent = ask(key.text, '1').agent;
    BOOST_TEST(run(enrolment->revoke_agent(agent, "sato", "stolen")).has_value());
    BOOST_TEST((directory.find(agent)->status == pki::AgentStatus::revoked));
    BOOST_TEST((closed == std::vector<std::string>{agent.text()}));
    BOOST_TEST((judged == std::vector<std::string>{directory.find(agent)->device.text()}));
    BOOST_TEST((run(enrolment->revoke_agent(agent, "sato", "")).error().code == Errc::conflict));
    BOOST_TEST(
        (run(enrolment->revoke_agent(AgentId{"NOBODY"}, "sato", "")).error().code
         == Errc::not_found));
    directory.replace({});
    BOOST_TEST(enrolment->load_agents().has_value());
    BOOST_TEST((directory.find(agent)->status == pki::AgentStatus::revoked));
    BOOST_TEST((ask(key.text, '1').refusal == Refusal::agent_revoked));
    const auto identity = run(enrolment->list_agents()).value().agents.at(0);
    BOOST_TEST(identity.revoked_by == "sato");
    BOOST_TEST(identity.revoked_why == "stolen");
}

BOOST_AUTO_TEST_CASE(devices_told_apart_are_proposed_no_more)
{
    const auto key =
        run(enrolment->create_key(key_with(&NewKey::auto_approve, true), "sato")).value();
    const auto facts = [](const DeviceId& device) {
        return [device](storage::Session& session) {
            return storage::set_machine_facts(
                session, device, {{identity::FactKind::serial, "5cg1234xyz"}});
        };
    };
    const auto one = ask(key.text, '1').device;
    const auto other = ask(key.text, '2').device;
    BOOST_TEST(run(enrolment->merge_candidates()).value().empty());
    BOOST_TEST(database->write_and_wait(facts(one)).has_value());
    BOOST_TEST(database->write_and_wait(facts(other)).has_value());
    BOOST_TEST(run(enrolment->merge_candidates()).value().size() == 1u);
    BOOST_TEST(run(enrolment->tell_apart(other, one, "sato")).has_value());
    BOOST_TEST(run(enrolment->merge_candidates()).value().empty());
    BOOST_TEST((run(enrolment->merge(one, one, "sato")).error().code == Errc::conflict));

    judged.clear();
    BOOST_TEST(run(enrolment->merge(other, one, "sato")).has_value());
    BOOST_TEST((judged == std::vector<std::string>{other.text(), one.text()}));
    BOOST_TEST(
        database.text("SELECT group_concat(class, ' ') FROM (SELECT class FROM device ORDER BY no)")
        == "agent ledger");
    BOOST_TEST(database.number("SELECT count(DISTINCT device_no) FROM agent") == 1);
}

BOOST_AUTO_TEST_CASE(a_new_key_can_be_made_before_anything_runs)
{
    const auto made =
        create_key_now(*database, key_with(&NewKey::auto_approve, true), "local:0", clock.now());
    BOOST_TEST_REQUIRE(made.has_value());
    BOOST_TEST((ask(made->text, '1').outcome == Admission::Outcome::issue));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::enroll
