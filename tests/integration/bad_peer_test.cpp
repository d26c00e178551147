// What stands where the collector should be, and what asks that is no agent.

#include "common/log/log.hpp"
#include "common/platform/file.hpp"
#include "tests/support/identity_site.hpp"
#include "tests/support/test_pki.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <thread>

namespace mimamori {
namespace {

using namespace std::chrono_literals;
using What = agent::uplink::EnrolmentStep::What;

struct Fixture
{
    log::Capture lines;
    tests::IdentitySite site;
    tests::TestDevice device;

    Fixture()
    {
        site.start_server();
        device.enrolment_key = site.make_key(true);
    }

    /// Why a device that trusts `address` is not enrolled.
    std::string trouble_with(const agent::uplink::CollectorAddress& address)
    {
        device.start(address);
        const auto step = device.try_to_enrol();
        BOOST_TEST((step.what == What::failed), step.message);
        return step.message;
    }

    /// The answer to a request that no agent of ours would make.
    http::Response post(const std::string& target, const std::string& body)
    {
        device.start(site.address());
        device.link->be_nobody().value();
        return test::run_coro(device.io, device.link->post(target, body)).value();
    }

    std::string enrol_body(const std::string& key) const
    {
        wire::EnrollRequest request;
        const auto own = tls::PrivateKey::generate().value();
        request.csr_pem = tls::CertificateRequest::create(own, "x").value().to_pem();
        request.enrolment_key = key;
        return wire::to_json(request);
    }
};

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

BOOST_FIXTURE_TEST_SUITE(bad_peer, Fixture)

BOOST_AUTO_TEST_CASE(a_server_below_another_root_is_refused_and_named)
{
    auto address = site.address();
    address.root_fingerprint[0] ^= 1U;
    const std::string trouble = trouble_with(address);
    BOOST_TEST(contains(trouble, "does not end in the configured ca_fingerprint"), trouble);
    BOOST_TEST(contains(trouble, "\"collector.test\""), trouble);
    BOOST_TEST(site.server->counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(a_server_for_other_names_is_refused)
{
    auto address = site.address();
    address.host = "localhost";
    const std::string trouble = trouble_with(address);
    BOOST_TEST(contains(trouble, "it is for other names"), trouble);
}

BOOST_AUTO_TEST_CASE(an_agents_certificate_presented_as_a_servers_is_refused)
{
    // The thief of an agent's key opens a collector of his own.
    const auto key = tls::PrivateKey::generate().value();
    const auto issued =
        site.authority->issue_agent(key.public_key(), AgentId{"127.0.0.1"}, site.clock.now())
            .value();
    const auto chain = tls::Certificate::all_from_pem(issued.chain_pem).value();
    tls::AgentPortOptions options{
        .identity = {key, {issued.certificate, chain.at(0), chain.at(1)}},
        .roots = {chain.at(1)},
        .agents_issuers = {chain.at(0)},
        .now = [this] { return site.clock.now(); },
        .check = [](const tls::CertificateInfo&) { return Result<void>{}; }};
    site.server->replace_context(tls::Context::agent_port(std::move(options)).value());
    const std::string trouble = trouble_with(site.address());
    BOOST_TEST(contains(trouble, "showed a certificate that is not accepted"), trouble);
    BOOST_TEST(site.server->counters().requests == 0u);
}

BOOST_AUTO_TEST_CASE(an_expired_server_with_the_right_root_cannot_enrol_anybody)
{
    // An old, stolen server key. A new device does not know what time it is, but the thief has no
    // agents' CA to prove it with; here the real one answers through the old certificate.
    const auto old_port = site.agent_port();
    site.clock.advance(91 * 24h);
    device.enrolment_key = site.make_key(true);
    site.server->replace_context(old_port);
    const std::string trouble = trouble_with(site.address());
    BOOST_TEST(contains(trouble, "the collector's own certificate has expired"), trouble);
    BOOST_TEST(!device.store.load(site.address().root_fingerprint).value().has_value());
}

BOOST_AUTO_TEST_CASE(a_proxy_that_speaks_no_tls_is_told_apart)
{
    asio::io_context io;
    asio::ip::tcp::acceptor acceptor{io, {asio::ip::make_address("127.0.0.1"), 0}};
    std::thread proxy{[&] {
        auto socket = acceptor.accept();
        const std::string page = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
        asio::write(socket, asio::buffer(page));
        std::array<char, 4096> ignored{};
        boost::system::error_code ended;
        while (!ended)
            socket.read_some(asio::buffer(ignored), ended);
    }};
    auto address = site.address();
    address.port = acceptor.local_endpoint().port();
    const std::string trouble = trouble_with(address);
    device.link.reset();
    proxy.join();
    BOOST_TEST(contains(trouble, "answers without the collector's TLS: a proxy"), trouble);
}

BOOST_AUTO_TEST_CASE(nobody_there_is_said_plainly)
{
    auto address = site.address();
    site.stop_server();
    const std::string trouble = trouble_with(address);
    BOOST_TEST(contains(trouble, "Connection refused"), trouble);
}

BOOST_AUTO_TEST_CASE(a_stranger_reaches_no_other_route)
{
    BOOST_TEST((post("/agent/v1/report", "{}").status == http::Status::unauthorized));
    BOOST_TEST((post("/agent/v1/renew", "{}").status == http::Status::unauthorized));
}

BOOST_AUTO_TEST_CASE(bad_bodies_are_refused_with_a_code)
{
    const auto code_of = [&](const std::string& body) {
        const auto response = post("/agent/v1/enroll", body);
        BOOST_TEST((response.status == http::Status::bad_request));
        return agent::uplink::problem_code_of(response);
    };
    BOOST_TEST(code_of("{") == "invalid_request");
    BOOST_TEST(code_of("[]") == "invalid_request");
    BOOST_TEST(code_of(R"({"csr_pem":"a","csr_pem":"b"})") == "invalid_request");
    BOOST_TEST(code_of(R"({"machine":{"macs":[[[[[]]]]]}})") == "invalid_request");
    BOOST_TEST(code_of("{}") == "invalid_secret");
    BOOST_TEST(code_of(R"({"ticket":"MT-1","enrolment_key":"MK-1"})") == "invalid_secret");
    BOOST_TEST(code_of(R"({"enrolment_key":"MK-00000"})") == "invalid_secret");
    BOOST_TEST(code_of("{\"ticket\":\"" + device.enrolment_key + "\"}") == "invalid_secret");
    const std::string no_csr = R"({"csr_pem":"hello","enrolment_key":")";
    BOOST_TEST(code_of(no_csr + device.enrolment_key + "\"}") == "invalid_csr");

    // A request whose signature is not by its key.
    std::string forged = enrol_body(device.enrolment_key);
    const auto at = forged.find("\\n-----END");
    forged[at - 8] = forged[at - 8] == 'A' ? 'B' : 'A';
    BOOST_TEST(code_of(forged) == "invalid_csr");
    BOOST_TEST(site.database.number("SELECT count(*) FROM agent") == 0);
}

BOOST_AUTO_TEST_CASE(whoever_guesses_secrets_is_stopped)
{
    for (int i = 0; i < 60; ++i)
    {
        const auto guess = identity::Secret::generate(identity::SecretKind::enrolment_key).text();
        BOOST_TEST_REQUIRE(
            (post("/agent/v1/enroll", enrol_body(guess)).status == http::Status::forbidden));
    }
    const auto stopped = post("/agent/v1/enroll", enrol_body(device.enrolment_key));
    BOOST_TEST((stopped.status == http::Status::too_many_requests));
    BOOST_TEST((agent::uplink::retry_after_of(stopped) == 900s));
    site.clock.advance(1h);
    BOOST_TEST(
        (post("/agent/v1/enroll", enrol_body(device.enrolment_key)).status == http::Status::ok));
}

BOOST_AUTO_TEST_CASE(a_renewal_must_bring_the_agents_own_key)
{
    device.start(site.address());
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    device.be_enrolled();
    wire::RenewRequest request;
    const auto other = tls::PrivateKey::generate().value();
    request.csr_pem = tls::CertificateRequest::create(other, "x").value().to_pem();
    const std::string body = wire::to_json(request);
    const auto response =
        test::run_coro(device.io, device.link->post("/agent/v1/renew", body)).value();
    BOOST_TEST((response.status == http::Status::forbidden));
    BOOST_TEST(agent::uplink::problem_code_of(response) == "key_mismatch");
}

BOOST_AUTO_TEST_CASE(a_certificate_of_another_site_is_refused)
{
    const test::TestPki other;
    device.start(site.address());
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    auto foreign = other.agent("AGENT1");
    const auto own = device.store.load(site.address().root_fingerprint).value().value();
    const agent::uplink::EnrolledIdentity false_identity{
        AgentId{"AGENT1"}, foreign.key, foreign.chain.front(), own.roots};
    device.link->be(false_identity).value();
    const std::string body = "{}";
    const auto refused = test::run_coro(device.io, device.link->post("/agent/v1/report", body));
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code == Errc::forbidden), refused.error().message);
}

BOOST_AUTO_TEST_CASE(damaged_files_cost_an_approval_and_nothing_else)
{
    device.start(site.address());
    BOOST_TEST((device.try_to_enrol().what == What::enrolled));
    for (const char* name : {"identity.json", "time.json", "key.pem", "enrolment.json"})
    {
        BOOST_TEST(platform::replace_file(device.file(name), "\x01 not what it was").has_value());
        device.start(site.address());
        const auto loaded = device.store.load(site.address().root_fingerprint);
        BOOST_TEST(loaded.has_value(), name);
        const auto step = device.try_to_enrol();
        BOOST_TEST((step.what == What::enrolled), name << ": " << step.message);
        device.be_enrolled();
        BOOST_TEST(
            (device.send_report().outcome == agent::report::Delivery::Outcome::answered), name);
    }
    BOOST_TEST(lines.contains("key.pem is damaged"));
    BOOST_TEST(lines.contains("identity.json is damaged"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
