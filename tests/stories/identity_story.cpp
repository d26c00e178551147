// Who is who: a data folder that went back in time, a stolen key, certificates that are not good.

#include "collector/pki/ca_folder.hpp"
#include "common/tls/certificate.hpp"
#include "common/wire/json_reader.hpp"
#include "tests/support/report_builder.hpp"
#include "tests/support/site_peer.hpp"
#include "tests/support/test_pki.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace mimamori {
namespace {

using tests::RawPeer;
using tests::text;
using tests::wait_until;
using namespace std::chrono_literals;

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

/// The collector stands where its log says so; each check looks only at what was added since.
struct LogTail
{
    const tests::Site& site;
    std::size_t begin{site.collector_log().size()};

    /// Waits for one line with all these words.
    void expect(const std::vector<std::string>& words) const
    {
        const auto is_there = [&] {
            std::istringstream lines{site.collector_log().substr(begin)};
            for (std::string line; std::getline(lines, line);)
                if (std::all_of(words.begin(), words.end(), [&](const auto& word) {
                        return contains(line, word);
                    }))
                    return true;
            return false;
        };
        wait_until(
            fmt::format("a log line with \"{}\"", fmt::join(words, "\", \"")), is_there, 20s);
    }
};

std::string incidents_of(tests::Site& site, const std::string& device)
{
    std::string kinds;
    const auto shown = site.device(device);
    for (const auto& incident : shown.at("incidents").as_array())
        kinds += std::string{incident.at("kind").as_string()} + ' ';
    return kinds;
}

std::string device_of(tests::Site& site, const AgentId& agent)
{
    const auto page = site.web().json("/api/v1/agents");
    for (const auto& item : page.at("items").as_array())
        if (item.at("id").as_string() == agent.text())
            return item.at("device_id").as_string().c_str();
    throw std::runtime_error{"no such agent"};
}

std::size_t count_kind(const std::vector<boost::json::object>& events, std::string_view kind)
{
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(), [&](const auto& event) {
            return text(event, "kind") == kind;
        }));
}

// ------------------------------------------------------------------ the data folder goes back

BOOST_AUTO_TEST_CASE(yesterdays_copy_of_the_data_folder_is_told_and_loses_no_event)
{
    tests::Site site;
    tests::SiteAgent agent{site, "agent"};
    site.start_collector();
    agent.enrol();
    agent.start();
    const auto reports = [&] { return site.metric("mimamori_reports_stored_total"); };
    wait_until("reports", [&] { return reports() >= 3; });
    BOOST_TEST(agent.stop() == 0);
    const auto yesterday = site.folder() / "yesterday";
    std::filesystem::copy(agent.data(), yesterday, std::filesystem::copy_options::recursive);

    agent.start();
    const auto before = reports();
    wait_until("more reports", [&] { return reports() >= before + 3; });
    BOOST_TEST(agent.stop() == 0);
    std::filesystem::remove_all(agent.data());
    std::filesystem::rename(yesterday, agent.data());

    agent.start();
    wait_until("the third start", [&] {
        return count_kind(site.events(agent.device_id()), "agent_started") == 3;
    });
    BOOST_TEST(agent.stop() == 0);
    const std::string kinds = incidents_of(site, agent.device_id());
    const bool is_noticed =
        contains(kinds, "stream_went_back") || contains(kinds, "content_differs");
    BOOST_TEST(is_noticed, kinds);
    BOOST_TEST(site.findings(agent.device_id(), "log_gap").size() == 1U);
    BOOST_TEST(count_kind(site.events(agent.device_id()), "agent_started") == 3U);
    BOOST_TEST(count_kind(site.events(agent.device_id()), "agent_stopped") == 3U);
    const auto status = agent.verb({"status"}).text;
    BOOST_TEST(contains(status, "queue:        0 events"), status);
}

// ------------------------------------------------------------------ a second holder of the key

struct Thief
{
    tests::Site site;
    tests::TestDevice device{"ME-PUMP-3"};
    AgentId agent;
    std::string device_id;
    StreamId stream{tests::id_text('S')};

    Thief()
    {
        site.start_collector();
        tests::enrol(device, site);
        agent = device.uplink->identity().agent;
        device_id = device_of(site, agent);
    }

    wire::Report report(const StreamId& of, std::uint64_t seq, std::string boot) const
    {
        wire::Report made;
        made.agent_id = agent;
        made.agent_version = "0.1.0";
        made.boot_id = std::move(boot);
        made.stream = of;
        made.seq = seq;
        made.sent_at = SystemClock{}.now();
        return made;
    }

    agent::report::Delivery send(const wire::Report& report)
    {
        const std::string text = wire::to_json(report);
        return test::run_coro(device.io, device.uplink->send(text));
    }

    /// Through another connection with the same key.
    http::Response steal(const wire::Report& report)
    {
        RawPeer peer{site, tests::identity_of(device.uplink->identity())};
        peer.shake_hands().value();
        const auto answer =
            peer.ask(peer.request("/agent/v1/report", wire::to_json(report)), http::Method::post);
        return answer.value();
    }
};

BOOST_FIXTURE_TEST_CASE(a_thief_who_counts_to_the_end_moves_nothing, Thief)
{
    const auto now = SystemClock{}.now();
    for (std::uint64_t seq = 1; seq <= 3; ++seq)
    {
        auto next = report(stream, seq, "boot-real");
        next.events = {tests::event(seq, now, fmt::format("real {}", seq))};
        BOOST_TEST(send(next).receipt.ack == seq);
    }

    constexpr std::uint64_t far = std::uint64_t{1} << 62U;
    auto forged = report(stream, far, "boot-thief");
    forged.events = {tests::event(far, now, "forged")};
    const auto answer = steal(forged);
    BOOST_TEST((answer.status == http::Status::conflict));
    const auto receipt = wire::from_json<wire::Receipt>(answer.body).value();
    BOOST_TEST(receipt.ack == 0U);
    BOOST_TEST(receipt.new_stream);

    // The true agent is heard as before.
    auto next = report(stream, 4, "boot-real");
    next.events = {tests::event(4, now, "real 4")};
    const auto after = send(next);
    BOOST_TEST(after.receipt.ack == 4U);
    BOOST_TEST(!after.receipt.new_stream);

    const auto events = site.events(device_id);
    BOOST_TEST_REQUIRE(events.size() == 4U);
    for (std::size_t i = 0; i < events.size(); ++i)
        BOOST_TEST(text(events[i], "text") == fmt::format("real {}", i + 1));
    BOOST_TEST(contains(incidents_of(site, device_id), "sequence_gap"));
    wait_until("the finding", [&] { return site.findings(device_id, "log_gap").size() == 1; });
}

BOOST_FIXTURE_TEST_CASE(two_live_holders_of_a_key_are_told_and_both_are_kept, Thief)
{
    const auto now = SystemClock{}.now();
    const StreamId other{tests::id_text('T')};
    for (std::uint64_t seq = 1; seq <= 3; ++seq)
    {
        auto real = report(stream, seq, "boot-real");
        real.events = {tests::event(seq, now, fmt::format("real {}", seq))};
        BOOST_TEST(send(real).receipt.ack == seq);
        auto stolen = report(other, seq, "boot-thief");
        stolen.events = {tests::event(seq, now, fmt::format("thief {}", seq))};
        const auto answer = steal(stolen);
        BOOST_TEST_REQUIRE((answer.status == http::Status::ok));
        BOOST_TEST(wire::from_json<wire::Receipt>(answer.body).value().ack == seq);
    }
    wait_until(
        "the finding", [&] { return site.findings(device_id, "device_cloned").size() == 1; });
    const auto finding = site.findings(device_id, "device_cloned").front();
    BOOST_TEST(text(finding, "severity") == "action");
    BOOST_TEST(site.events(device_id).size() == 6U);
    BOOST_TEST(site.device(device_id).at("cloned").as_bool());
}

// ------------------------------------------------------------------ certificates

/// Certificates that the site's own authority could have signed, and others.
struct Certificates
{
    tests::Site site;
    tests::TestDevice good{"GOOD-1"};
    tests::TestDevice bad{"BAD-1"};
    std::uint64_t good_seq{0};

    Certificates()
    {
        site.start_collector();
        tests::enrol(good, site);
        tests::enrol(bad, site);
    }

    collector::pki::CaFolder authority() const
    {
        return collector::pki::load_ca_folder(site.folder() / "collector/ca").value();
    }

    /// As the site signed it so long ago, for the key of that device or for a new one.
    tls::Identity issued(
        const AgentId& id, std::chrono::hours ago, std::optional<tls::PrivateKey> key = {}) const
    {
        const auto cas = authority();
        const auto& signer = cas.agents.front();
        const auto from = SystemClock{}.now() - ago;
        tls::PrivateKey own = key ? *key : tls::PrivateKey::generate().value();
        auto leaf = tls::issue_agent(
                        {signer.certificate, *signer.key}, own.public_key(), id.text(),
                        {from, from + 90 * 24h})
                        .value();
        return {std::move(own), {std::move(leaf)}};
    }

    tls::Identity issued_as_server() const
    {
        const auto cas = authority();
        const auto& signer = cas.servers.front();
        const auto from = SystemClock{}.now() - 24h;
        auto key = tls::PrivateKey::generate().value();
        auto leaf = tls::issue_server(
                        {signer.certificate, *signer.key}, key.public_key(), {{}, {site.address()}},
                        {from, from + 90 * 24h})
                        .value();
        return {std::move(key), {std::move(leaf)}};
    }

    std::string report_of(const AgentId& agent) const
    {
        wire::Report report;
        report.agent_id = agent;
        report.stream = StreamId{tests::id_text('S')};
        report.seq = 1;
        report.sent_at = SystemClock{}.now();
        report.events = {tests::event(1, report.sent_at, "let me in")};
        return wire::to_json(report);
    }

    /// Not even the handshake is granted, and the log says who and why.
    void check_refused(const tls::Identity& identity, const std::string& why)
    {
        const LogTail log{site};
        RawPeer peer{site, identity};
        // In TLS 1.3 the client believes that it is in until it reads the server's refusal.
        const auto shaken = peer.shake_hands();
        const auto answer = peer.ask(peer.request("/agent/v1/report", report_of(AgentId{"X"})));
        BOOST_TEST((!shaken || !answer));
        log.expect({peer.address(), why});
        check_good();
    }

    /// Connects, and is told a status.
    void check_answer(
        const tls::Identity& identity,
        const AgentId& agent,
        http::Status status,
        const std::string& why)
    {
        const LogTail log{site};
        RawPeer peer{site, identity};
        peer.shake_hands().value();
        const auto answer =
            peer.ask(peer.request("/agent/v1/report", report_of(agent)), http::Method::post);
        BOOST_TEST_REQUIRE(answer.has_value());
        BOOST_TEST((answer->status == status), answer->body);
        log.expect({peer.address(), why});
        check_good();
    }

    /// The others notice nothing.
    void check_good()
    {
        const auto delivery = good.send_report(++good_seq);
        BOOST_TEST((delivery.outcome == agent::report::Delivery::Outcome::answered));
        BOOST_TEST(delivery.receipt.seq == good_seq);
    }
};

BOOST_FIXTURE_TEST_CASE(certificates_that_are_not_good_are_refused_by_name_and_reason, Certificates)
{
    const AgentId agent = bad.uplink->identity().agent;
    check_good();
    const test::TestPki elsewhere;
    check_refused(elsewhere.agent(agent.text()), "certificate");
    check_refused(issued_as_server(), "certificate");
    check_refused(issued(agent, 24h), "the agent enrolled with another key");
    const auto own_key = bad.uplink->identity().key;
    check_refused(issued(agent, 500 * 24h, own_key), "expired");
    check_answer(
        issued(agent, 100 * 24h, own_key), agent, http::Status::forbidden,
        "the client certificate has expired");
    const AgentId stranger{tests::id_text('Z')};
    check_answer(issued(stranger, 24h), stranger, http::Status::unauthorized, stranger.text());
    BOOST_TEST(site.metric("mimamori_events_stored_total") == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_revoked_agent_is_out_at_once_and_the_others_are_not, Certificates)
{
    BOOST_TEST((bad.send_report(1).outcome == agent::report::Delivery::Outcome::answered));
    const auto identity = bad.uplink->identity();
    RawPeer open{site, tests::identity_of(identity)};
    open.shake_hands().value();

    const boost::json::object wish{{"why", "stolen"}};
    const auto done = site.web().post("/api/v1/agents/" + identity.agent.text() + "/revoke", wish);
    BOOST_TEST(done.status / 100 == 2, done.body);
    BOOST_TEST(open.ends()); // Its open connections, too.
    check_refused(tests::identity_of(identity), "revoked");
    const auto delivery = bad.send_report(2);
    BOOST_TEST((delivery.outcome == agent::report::Delivery::Outcome::failed));
    BOOST_TEST((delivery.error.code == Errc::forbidden), delivery.error.message);
    check_good();
}

// ------------------------------------------------------------------ a false collector

BOOST_AUTO_TEST_CASE(an_agent_does_not_talk_to_another_agents_certificate)
{
    tests::Site site;
    site.start_collector();
    tests::SiteAgent agent{site, "agent"};
    agent.enrol();
    tests::TestDevice stolen{site.address()};
    tests::enrol(stolen, site);
    site.stop_collector();

    // The thief listens where the collector did, with all the certificates that he has.
    const auto cas = collector::pki::load_ca_folder(site.folder() / "collector/ca").value();
    const auto& identity = stolen.uplink->identity();
    std::ofstream{site.folder() / "thief.pem"} << identity.key.to_pem()
                                               << identity.certificate.to_pem();
    std::ofstream{site.folder() / "chain.pem"} << cas.agents.front().certificate.to_pem()
                                               << cas.roots.front().certificate.to_pem();
    tests::ChildProcess thief{
        {"openssl", "s_server", "-accept", site.agent_place(), "-tls1_3", "-cert",
         (site.folder() / "thief.pem").string(), "-key", (site.folder() / "thief.pem").string(),
         "-cert_chain", (site.folder() / "chain.pem").string(), "-www"},
        site.folder() / "thief.log"};
    site.add_log(thief.log());
    wait_until("the thief", [&] { return contains(tests::text_of(thief.log()), "ACCEPT"); });

    agent.start();
    wait_until("the refusal", [&] {
        return contains(agent.log(), "showed a certificate that is not accepted");
    });
    BOOST_TEST(contains(agent.log(), "it is not a server's"));
    BOOST_TEST(contains(agent.verb({"status"}).text, "trouble:"));
    thief.kill();
    site.start_collector();
    wait_until("the real one", [&] { return !site.events(agent.device_id()).empty(); });
    wait_until("the agent's relief", [&] { return contains(agent.log(), "collector is back"); });
}

} // namespace
} // namespace mimamori
