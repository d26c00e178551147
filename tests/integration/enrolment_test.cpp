// Enrolment over real TLS: the agent's parts against the collector's.

#include "common/identity/secret.hpp"
#include "common/log/log.hpp"
#include "common/platform/file.hpp"
#include "tests/support/identity_site.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace mimamori {
namespace {

using namespace std::chrono_literals;
using agent::report::Delivery;
using What = agent::uplink::EnrolmentStep::What;

struct Fixture
{
    log::Capture lines;
    tests::IdentitySite site;
    tests::TestDevice device;

    Fixture()
    {
        site.start_server();
        device.machine.serial = "5CG1234XYZ";
    }

    void start_with(std::string key)
    {
        device.enrolment_key = std::move(key);
        device.start(site.address());
    }

    std::vector<collector::enroll::QueueEntry> queue()
    {
        return site.run(site.enrolment->queue()).value();
    }

    collector::enroll::Admission approve(std::int64_t no, DeviceId same_as = {})
    {
        collector::enroll::Approval approval;
        approval.request_no = no;
        approval.same_as = std::move(same_as);
        approval.who = "sato";
        return site.run(site.enrolment->approve(std::move(approval))).value();
    }
};

BOOST_FIXTURE_TEST_SUITE(enrolment, Fixture)

BOOST_AUTO_TEST_CASE(with_an_auto_approving_key_a_device_enrols_and_reports)
{
    start_with(site.make_key(true));
    const auto step = device.try_to_enrol();
    BOOST_TEST_REQUIRE((step.what == What::enrolled), step.message);
    device.be_enrolled();
    const auto delivery = device.send_report();
    BOOST_TEST((delivery.outcome == Delivery::Outcome::answered), delivery.error.message);
    BOOST_TEST(delivery.receipt.seq == 1u);
    BOOST_TEST(site.sink.taken == 1);

    const auto agents = site.run(site.enrolment->list_agents()).value().agents;
    BOOST_TEST_REQUIRE(agents.size() == 1u);
    BOOST_TEST(agents[0].agent.text() == device.uplink->identity().agent.text());
    BOOST_TEST(agents[0].enrolled_with == "key 1");
    BOOST_TEST((agents[0].not_after == site.clock.now() + 90 * 24h));
    BOOST_TEST(device.uplink->traffic().sent_bytes > 1000u);
    BOOST_TEST(device.uplink->traffic().received_bytes > 1000u);
}

BOOST_AUTO_TEST_CASE(by_default_a_person_approves_by_the_code_that_both_show)
{
    start_with(site.make_key(false));
    const auto first = device.try_to_enrol();
    BOOST_TEST_REQUIRE((first.what == What::waiting), first.message);
    BOOST_TEST((first.wait >= 30s && first.wait <= 36s));

    const auto entries = queue();
    BOOST_TEST_REQUIRE(entries.size() == 1u);
    BOOST_TEST(entries[0].request.code == first.code);
    BOOST_TEST(entries[0].request.machine.hostname == "PC-07");
    BOOST_TEST(entries[0].request.address == "127.0.0.1");
    BOOST_TEST(device.store.load_state()->state == "waiting");
    BOOST_TEST(device.store.load_state()->code == first.code);
    BOOST_TEST((device.try_to_enrol().what == What::waiting));
    BOOST_TEST(queue().size() == 1u);

    approve(entries[0].request.no);
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    BOOST_TEST(queue().empty());
    BOOST_TEST(device.store.load_state()->state == "enrolled");
    device.be_enrolled();
    BOOST_TEST((device.send_report().outcome == Delivery::Outcome::answered));
}

BOOST_AUTO_TEST_CASE(a_rejected_device_is_told_and_stays_out)
{
    start_with(site.make_key(false));
    device.try_to_enrol();
    BOOST_TEST(site.run(site.enrolment->reject(queue().at(0).request.no, "sato")).has_value());
    const auto step = device.try_to_enrol();
    BOOST_TEST((step.what == What::refused));
    BOOST_TEST(step.message == "a person has rejected this device");
    BOOST_TEST(queue().empty());
    site.stop_server(); // Its threads have written their lines then.
    BOOST_TEST(lines.contains("a person has rejected it"));
}

BOOST_AUTO_TEST_CASE(the_private_key_stays_on_the_device_in_a_private_file)
{
    start_with(site.make_key(true));
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    namespace fs = std::filesystem;
    const auto mode = fs::status(device.file("key.pem")).permissions();
    BOOST_TEST(((mode & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none));
    const std::string key = platform::read_file(device.file("key.pem")).value();
    const std::string identity = platform::read_file(device.file("identity.json")).value();
    BOOST_TEST(identity.find("PRIVATE KEY") == std::string::npos);
    BOOST_TEST(key.find("PRIVATE KEY") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_secret_reaches_the_log_or_the_database)
{
    const std::string secret = site.make_key(true);
    start_with(secret);
    device.try_to_enrol();
    for (const std::string& line : lines.lines())
        BOOST_TEST(line.find(secret.substr(3, 11)) == std::string::npos, line);
    const auto text = platform::read_file(site.database.file(), 64U * 1024 * 1024).value();
    BOOST_TEST(text.find(secret.substr(3, 11)) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_ticket_enrols_one_machine_once_and_is_erased)
{
    const std::string ticket = site.make_ticket("pc-07");
    BOOST_TEST(device.store.keep_ticket(ticket).has_value());
    start_with("");
    const auto step = device.try_to_enrol();
    BOOST_TEST_REQUIRE((step.what == What::enrolled), step.message);
    BOOST_TEST(!device.store.ticket().value().has_value());

    tests::TestDevice thief{"PC-07"};
    BOOST_TEST(thief.store.keep_ticket(ticket).has_value());
    thief.start(site.address());
    const auto refused = thief.try_to_enrol();
    BOOST_TEST((refused.what == What::refused));
    BOOST_TEST(refused.message == "the ticket was used before; ask for a new one");
    BOOST_TEST(!thief.store.ticket().value().has_value());
    site.stop_server();
    BOOST_TEST(lines.contains("the ticket was used before"));
}

BOOST_AUTO_TEST_CASE(a_ticket_for_another_machine_is_refused)
{
    BOOST_TEST(device.store.keep_ticket(site.make_ticket("PC-08")).has_value());
    start_with("");
    const auto step = device.try_to_enrol();
    BOOST_TEST((step.what == What::refused));
    BOOST_TEST(step.message == "the ticket is for another hostname or serial number");
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_repeated_to_the_same_key_only)
{
    const std::string ticket = site.make_ticket("PC-07");
    BOOST_TEST(device.store.keep_ticket(ticket).has_value());
    start_with("");
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    const auto first = device.store.load(site.address().root_fingerprint).value().value().agent;

    // As if the device lost power before it kept the certificate.
    std::filesystem::remove(device.file("identity.json"));
    BOOST_TEST(device.store.keep_ticket(ticket).has_value());
    device.start(site.address());
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    const auto again = device.store.load(site.address().root_fingerprint).value().value().agent;
    BOOST_TEST(again.text() == first.text());

    std::filesystem::remove(device.file("identity.json"));
    BOOST_TEST(device.store.keep_ticket(ticket).has_value());
    site.clock.advance(24h);
    BOOST_TEST((device.try_to_enrol().what == What::refused));
}

BOOST_AUTO_TEST_CASE(a_mistyped_secret_is_found_before_it_is_sent)
{
    std::string key = site.make_key(true);
    key.back() = key.back() == 'Z' ? 'Y' : 'Z';
    start_with(key);
    const auto step = device.try_to_enrol();
    BOOST_TEST((step.what == What::failed));
    BOOST_TEST(step.message == "enrolment key: its checksum is wrong: a character was mistyped");
    BOOST_TEST(site.server->counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(without_a_key_or_ticket_it_waits_for_one)
{
    start_with("");
    const auto step = device.try_to_enrol();
    BOOST_TEST((step.what == What::refused));
    BOOST_TEST(step.message == "neither an enrolment key nor a ticket is configured");
    BOOST_TEST((step.wait <= 72s));
}

BOOST_AUTO_TEST_CASE(expired_used_up_revoked_unknown_and_misplaced_keys_are_refused)
{
    collector::enroll::NewKey wanted;
    wanted.auto_approve = true;
    wanted.lifetime = 1h;
    start_with(site.make_key(wanted));
    site.clock.advance(1h);
    BOOST_TEST(device.try_to_enrol().message == "the enrolment key has expired; ask for a new one");

    wanted.uses_max = 1;
    const std::string once = site.make_key(wanted);
    tests::TestDevice other{"PC-08"};
    other.enrolment_key = once;
    other.start(site.address());
    BOOST_TEST((other.try_to_enrol().what == What::enrolled));
    start_with(once);
    BOOST_TEST(
        device.try_to_enrol().message
        == "the enrolment key has enrolled as many devices as it may");

    wanted.uses_max = 10;
    wanted.ranges = "192.0.2.0/24";
    start_with(site.make_key(wanted));
    BOOST_TEST(
        device.try_to_enrol().message == "the enrolment key is not for this device's network");

    wanted.ranges = "127.0.0.0/8";
    start_with(site.make_key(wanted));
    BOOST_TEST(site.run(site.enrolment->revoke_key(4, "sato")).has_value());
    BOOST_TEST(device.try_to_enrol().message == "the enrolment key was revoked; ask for a new one");

    start_with(identity::Secret::generate(identity::SecretKind::enrolment_key).text());
    BOOST_TEST(
        device.try_to_enrol().message
        == "the collector does not know this enrolment key or ticket");

    site.stop_server();
    for (const char* reason :
         {"has expired", "is used up", "is not for this address", "was revoked",
          "nobody made this"})
        BOOST_TEST(lines.contains(reason), reason);
    BOOST_TEST(lines.contains("127.0.0.1"));
}

BOOST_AUTO_TEST_CASE(one_address_gets_so_many_new_devices_an_hour)
{
    collector::enroll::NewKey wanted;
    wanted.auto_approve = true;
    wanted.hourly_max = 2;
    const std::string key = site.make_key(wanted);
    for (const char* name : {"PC-1", "PC-2"})
    {
        tests::TestDevice one{name};
        one.enrolment_key = key;
        one.start(site.address());
        BOOST_TEST((one.try_to_enrol().what == What::enrolled));
    }
    start_with(key);
    const auto step = device.try_to_enrol();
    BOOST_TEST((step.what == What::failed));
    BOOST_TEST((step.wait >= 900s));
    site.clock.advance(1h);
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
}

BOOST_AUTO_TEST_CASE(a_reinstalled_pc_is_proposed_as_the_same_machine_and_replaces_the_old_agent)
{
    start_with(site.make_key(true));
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    device.be_enrolled();
    BOOST_TEST((device.send_report().outcome == Delivery::Outcome::answered));
    const auto old_agent = device.uplink->identity().agent;
    const auto old_device = site.directory.find(old_agent)->device;

    tests::TestDevice fresh{"NEW-NAME"};
    fresh.machine.serial = "5CG1234XYZ";
    fresh.enrolment_key = site.make_key(false);
    fresh.start(site.address());
    BOOST_TEST((fresh.try_to_enrol().what == What::waiting));
    const auto entries = queue();
    BOOST_TEST_REQUIRE(entries.size() == 1u);
    BOOST_TEST_REQUIRE(entries[0].matches.size() == 1u);
    BOOST_TEST(entries[0].matches[0].device.text() == old_device.text());
    BOOST_TEST(entries[0].matches[0].is_likely);

    const auto admission = approve(entries[0].request.no, old_device);
    BOOST_TEST(admission.device.text() == old_device.text());
    BOOST_TEST((fresh.try_to_enrol().what == What::enrolled));
    fresh.be_enrolled();
    BOOST_TEST((fresh.send_report().outcome == Delivery::Outcome::answered));
    BOOST_TEST(site.database.number("SELECT count(*) FROM device") == 1);

    const auto refused = device.send_report(2);
    BOOST_TEST((refused.outcome == Delivery::Outcome::failed));
    BOOST_TEST((refused.error.code == Errc::forbidden), refused.error.message);
}

BOOST_AUTO_TEST_CASE(approval_alone_never_merges)
{
    start_with(site.make_key(true));
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    tests::TestDevice twin{"PC-07"};
    twin.machine.serial = "5CG1234XYZ";
    twin.enrolment_key = site.make_key(false);
    twin.start(site.address());
    twin.try_to_enrol();
    approve(queue().at(0).request.no);
    BOOST_TEST((twin.try_to_enrol().what == What::enrolled));
    BOOST_TEST(site.database.number("SELECT count(*) FROM device") == 2);
    const auto twins = site.run(site.enrolment->merge_candidates()).value();
    BOOST_TEST_REQUIRE(twins.size() == 1u);

    const auto newer = twins[0].newer;
    BOOST_TEST(site.run(site.enrolment->merge(newer, twins[0].older, "sato")).has_value());
    BOOST_TEST(site.run(site.enrolment->merge_candidates()).value().empty());
    const auto agents = site.run(site.enrolment->list_agents()).value().agents;
    for (const auto& one : agents)
        BOOST_TEST(one.device.text() == twins[0].older.text());
}

BOOST_AUTO_TEST_CASE(a_device_that_reports_right_now_is_not_replaced_by_the_way)
{
    start_with(site.make_key(true));
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    const auto agent = device.store.load(site.address().root_fingerprint).value().value().agent;
    const auto live = site.directory.find(agent)->device;
    auto seen = [&](collector::storage::Session& session) -> Result<void> {
        collector::storage::Statement set{
            session.native(), "UPDATE device_summary SET last_seen_ms = ?1"};
        set.bind(1, to_ms(site.clock.now() - 1min)).run();
        return {};
    };
    BOOST_TEST(site.database->write_and_wait(seen).has_value());

    tests::TestDevice clone{"PC-07"};
    clone.machine.serial = "5CG1234XYZ";
    clone.enrolment_key = site.make_key(false);
    clone.start(site.address());
    clone.try_to_enrol();
    const auto entry = queue().at(0);
    BOOST_TEST(entry.matches.at(0).is_live);
    collector::enroll::Approval approval;
    approval.request_no = entry.request.no;
    approval.same_as = live;
    approval.who = "sato";
    const auto refused = site.run(site.enrolment->approve(approval));
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code == Errc::conflict));
    approval.when_live = collector::enroll::WhenLive::replace;
    BOOST_TEST(site.run(site.enrolment->approve(approval)).has_value());
    BOOST_TEST((clone.try_to_enrol().what == What::enrolled));
}

BOOST_AUTO_TEST_CASE(the_queue_is_bounded_per_address)
{
    collector::enroll::QueueLimits limits;
    limits.of_address_max = 2;
    site.stop_server();
    site.open(limits);
    site.start_server();
    const std::string key = site.make_key(false);
    for (const char* name : {"PC-1", "PC-2"})
    {
        tests::TestDevice one{name};
        one.enrolment_key = key;
        one.start(site.address());
        BOOST_TEST((one.try_to_enrol().what == What::waiting));
    }
    start_with(key);
    BOOST_TEST(device.try_to_enrol().message == "the approval queue is full; asking again later");
    site.clock.advance(14 * 24h);
    BOOST_TEST((device.try_to_enrol().what == What::waiting));
    BOOST_TEST(queue().size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_enrolled_key_that_lost_its_certificate_is_approved_as_the_same_agent)
{
    start_with(site.make_key(true));
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    const auto first = device.store.load(site.address().root_fingerprint).value().value().agent;
    site.clock.advance(48h);
    std::filesystem::remove(device.file("identity.json"));
    device.start(site.address());
    BOOST_TEST((device.try_to_enrol().what == What::waiting));
    const auto entry = queue().at(0);
    BOOST_TEST((entry.request.kind == collector::storage::RequestKind::enrol_again));
    approve(entry.request.no);
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    const auto again = device.store.load(site.address().root_fingerprint).value().value().agent;
    BOOST_TEST(again.text() == first.text());
}

BOOST_AUTO_TEST_CASE(everything_survives_a_restart_of_both)
{
    start_with(site.make_key(false));
    device.try_to_enrol();
    const auto no = queue().at(0).request.no;
    site.reopen();
    site.start_server();
    device.start(site.address());
    BOOST_TEST((device.try_to_enrol().what == What::waiting));
    approve(no);
    site.reopen();
    site.start_server();
    device.start(site.address());
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    site.reopen();
    site.start_server();
    device.start(site.address());
    device.be_enrolled();
    BOOST_TEST((device.send_report().outcome == Delivery::Outcome::answered));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
