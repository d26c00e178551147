#include "collector/pki/agent_directory.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::pki {
namespace {

const AgentId agent{"AGENT1"};
constexpr tls::Sha256 key{1, 2, 3};

tls::CertificateInfo certificate_of(const AgentId& id, const tls::Sha256& key_fingerprint)
{
    tls::CertificateInfo info;
    info.common_name = id.text();
    info.key_fingerprint = key_fingerprint;
    return info;
}

KnownAgent known(AgentStatus status)
{
    return {DeviceId{"DEVICE1"}, SiteId{"root"}, key, status};
}

BOOST_AUTO_TEST_SUITE(agent_directory)

BOOST_AUTO_TEST_CASE(an_enrolled_agent_is_found_and_passes)
{
    AgentDirectory directory;
    BOOST_TEST(!directory.find(agent).has_value());
    directory.put(agent, known(AgentStatus::approved));
    BOOST_TEST_REQUIRE(directory.find(agent).has_value());
    BOOST_TEST(directory.find(agent)->device.text() == "DEVICE1");
    BOOST_TEST(directory.check(certificate_of(agent, key)).has_value());
    BOOST_TEST(directory.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_revoked_agent_is_refused_at_once)
{
    AgentDirectory directory;
    directory.put(agent, known(AgentStatus::approved));
    directory.put(agent, known(AgentStatus::revoked));
    BOOST_TEST((directory.check(certificate_of(agent, key)).error().code == Errc::forbidden));
}

BOOST_AUTO_TEST_CASE(an_agent_with_another_key_is_refused)
{
    AgentDirectory directory;
    directory.put(agent, known(AgentStatus::approved));
    const auto checked = directory.check(certificate_of(agent, tls::Sha256{9}));
    BOOST_TEST((checked.error().code == Errc::unauthenticated));
}

BOOST_AUTO_TEST_CASE(an_unknown_agent_passes_the_handshake_but_is_not_found)
{
    const AgentDirectory directory;
    BOOST_TEST(directory.check(certificate_of(agent, key)).has_value());
    BOOST_TEST(!directory.find(agent).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::pki
