#include "agent/uplink/enroller.hpp"
#include "tests/support/test_pki.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::agent::uplink {
namespace {

using namespace std::chrono_literals;

const test::TestPki& pki()
{
    static const test::TestPki made;
    return made;
}

struct Fixture
{
    tls::PrivateKey key{tls::PrivateKey::generate().value()};
    wire::EnrollAnswer answer;
    std::optional<tls::CertificateInfo> server{pki().server().chain.front().info()};
    tls::Sha256 pin{pki().root.fingerprint()};

    Fixture()
    {
        answer.agent_id = AgentId{"AGENT1"};
        answer.certificate_pem = issue(pki(), key.public_key()).to_pem();
        answer.chain_pem = pki().agents_ca.to_pem() + pki().root.to_pem();
    }

    static tls::Certificate issue(
        const test::TestPki& by,
        const tls::PublicKey& to,
        tls::Validity validity = test::days_around_now(0, 90))
    {
        return tls::issue_agent({by.agents_ca, by.agents_key}, to, "AGENT1", validity).value();
    }

    std::string refusal(const std::vector<tls::Certificate>& known_roots = {}) const
    {
        const auto made = identity_from(answer, key, server, pin, known_roots);
        return made ? "accepted" : made.error().message;
    }
};

BOOST_FIXTURE_TEST_SUITE(answer_to_enrolment, Fixture)

BOOST_AUTO_TEST_CASE(a_certificate_by_the_site_for_our_key_is_accepted)
{
    const auto made = identity_from(answer, key, server, pin);
    BOOST_TEST_REQUIRE(made.has_value());
    BOOST_TEST(made->agent.text() == "AGENT1");
    BOOST_TEST(made->roots.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_key_is_refused)
{
    key = tls::PrivateKey::generate().value();
    BOOST_TEST(refusal() == "the certificate is not for this device's key");
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_agent_is_refused)
{
    answer.agent_id = AgentId{"AGENT2"};
    BOOST_TEST(refusal() == "the certificate is for another agent");
    answer.agent_id = AgentId{};
    BOOST_TEST(refusal() == "the certificate is for another agent");
}

BOOST_AUTO_TEST_CASE(a_servers_certificate_is_refused)
{
    answer.agent_id = AgentId{"agent1"};
    answer.certificate_pem = tls::issue_server(
                                 {pki().servers_ca, pki().servers_key}, key.public_key(),
                                 {{"agent1"}, {}}, test::days_around_now(0, 90))
                                 .value()
                                 .to_pem();
    BOOST_TEST(refusal() == "the certificate is not an agent's");
}

BOOST_AUTO_TEST_CASE(another_site_s_root_is_refused)
{
    const test::TestPki other;
    answer.certificate_pem = issue(other, key.public_key()).to_pem();
    answer.chain_pem = other.agents_ca.to_pem() + other.root.to_pem();
    BOOST_TEST(refusal() == "the chain does not hold the site's root");
    // Nor does it help to add the right root to the wrong chain.
    answer.chain_pem = other.agents_ca.to_pem() + pki().root.to_pem();
    BOOST_TEST(refusal() == "the certificate does not end in the site's root");
}

BOOST_AUTO_TEST_CASE(a_known_root_vouches_for_the_next_one)
{
    const test::TestPki next;
    answer.certificate_pem = issue(next, key.public_key()).to_pem();
    answer.chain_pem = next.agents_ca.to_pem() + pki().root.to_pem() + next.root.to_pem();
    BOOST_TEST(refusal() == "accepted");
    // Later the first root is gone, and the pinned fingerprint with it.
    answer.chain_pem = next.agents_ca.to_pem() + next.root.to_pem();
    BOOST_TEST(refusal() == "the chain does not hold the site's root");
    BOOST_TEST(refusal({next.root}) == "accepted");
}

BOOST_AUTO_TEST_CASE(a_server_whose_certificate_ended_before_ours_began_is_refused)
{
    const auto begin = server->not_after;
    answer.certificate_pem =
        issue(pki(), key.public_key(), {begin - 1s, begin + 90 * 24h}).to_pem();
    BOOST_TEST(refusal() == "accepted");
    answer.certificate_pem = issue(pki(), key.public_key(), {begin, begin + 90 * 24h}).to_pem();
    BOOST_TEST(refusal() == "the collector's own certificate has expired");
    server.reset();
    BOOST_TEST(refusal() == "the collector's own certificate has expired");
}

BOOST_AUTO_TEST_CASE(what_is_no_certificate_is_refused)
{
    answer.certificate_pem = "hello";
    BOOST_TEST(refusal() != "accepted");
    answer.certificate_pem = issue(pki(), key.public_key()).to_pem();
    answer.chain_pem.clear();
    BOOST_TEST(refusal() != "accepted");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::uplink
