#include "collector/pki/authority.hpp"
#include "common/log/log.hpp"
#include "common/platform/file.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace mimamori::collector::pki {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Timestamp start = Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

/// A site with its authority, whose log lines are kept away from the test's output.
struct Site
{
    tests::TempFolder folder;
    log::Capture lines;

    Site() { create_site_authority(pki(), "Aoba", start).value(); }

    fs::path pki() const { return folder.path() / "pki"; }

    std::unique_ptr<Authority> open(Timestamp now, tls::ServerNames names = {{"c.test"}, {}}) const
    {
        AuthorityOptions options;
        options.folder = pki();
        options.agent_port_names = std::move(names);
        return Authority::open(options, now).value();
    }

    /// What the agents' port began to use at its last start or renewal.
    tls::CertificateInfo agent_port() const
    {
        const std::string pem = platform::read_file(pki() / "agent_port.pem").value();
        return tls::Certificate::from_pem(pem).value().info();
    }
};

BOOST_AUTO_TEST_SUITE(authority)

BOOST_AUTO_TEST_CASE(an_agent_gets_90_days_for_client_authentication_only)
{
    const Site site;
    const auto authority = site.open(start);
    const auto key = tls::PrivateKey::generate().value();
    const auto issued =
        authority->issue_agent(key.public_key(), AgentId{"AGENT1"}, start + 1h).value();

    const auto info = issued.certificate.info();
    BOOST_TEST(info.common_name == "AGENT1");
    BOOST_TEST(info.client_auth);
    BOOST_TEST(!info.server_auth);
    BOOST_TEST((info.not_before == start + 1h));
    BOOST_TEST((info.not_after == start + 1h + days{90}));
    BOOST_TEST((info.key_fingerprint == key.public_key().fingerprint()));

    const auto chain = tls::Certificate::all_from_pem(issued.chain_pem).value();
    BOOST_TEST(chain.size() == 2u);
    BOOST_TEST(issued.certificate.is_issued_by(chain.at(0)));
    BOOST_TEST((chain.at(1).fingerprint() == authority->root_fingerprint(start)));
    BOOST_TEST(tls::Certificate::from_pem(issued.servers_ca_pem).value().info().server_auth);
}

BOOST_AUTO_TEST_CASE(the_agent_port_gets_a_new_certificate_at_each_start)
{
    const Site site;
    site.open(start);
    const auto first = site.agent_port();
    site.open(start + 1h);
    const auto second = site.agent_port();
    BOOST_TEST((second.dns_names == std::vector<std::string>{"c.test"}));
    BOOST_TEST(second.server_auth);
    BOOST_TEST(!second.client_auth);
    BOOST_TEST((second.not_before == start + 1h));
    BOOST_TEST((second.key_fingerprint != first.key_fingerprint));
    // Its key is nowhere on the disk.
    for (const auto& entry : fs::directory_iterator{site.pki()})
    {
        if (entry.path().extension() != ".key")
            continue;
        const auto key =
            tls::PrivateKey::from_pem(platform::read_file(entry.path()).value()).value();
        BOOST_TEST((key.public_key().fingerprint() != second.key_fingerprint));
    }
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_does_not_make_the_port_s_certificate_older_than_the_last)
{
    const Site site;
    site.open(start + 48h);
    site.open(start + 1h);
    BOOST_TEST((site.agent_port().not_before == start + 48h));
}

BOOST_AUTO_TEST_CASE(the_agent_port_s_certificate_is_renewed_at_two_thirds)
{
    const Site site;
    const auto authority = site.open(start);
    BOOST_TEST(!authority->maintain(start + days{60} - 1ms).agent_port_changed);
    BOOST_TEST(authority->maintain(start + days{60}).agent_port_changed);
    BOOST_TEST((site.agent_port().not_before == start + days{60}));
    BOOST_TEST(!authority->maintain(start + days{61}).agent_port_changed);
}

BOOST_AUTO_TEST_CASE(issuing_cas_are_renewed_while_the_root_key_is_there)
{
    const Site site;
    const auto authority = site.open(start);
    const Timestamp due = start + issuing_lifetime - issuing_overlap + 1h;
    const auto maintained = authority->maintain(due);
    BOOST_TEST(maintained.agent_port_changed);
    BOOST_TEST(maintained.problem == "");
    BOOST_TEST(load_ca_folder(site.pki()).value().agents.size() == 2u);
}

BOOST_AUTO_TEST_CASE(without_the_root_key_a_person_is_asked_and_the_port_goes_on)
{
    const Site site;
    const auto authority = site.open(start);
    fs::remove(site.pki() / "root-1.key");
    const auto again = site.open(start + 1h);
    const Timestamp due = start + issuing_lifetime - issuing_overlap + 1h;
    const auto maintained = again->maintain(due);
    BOOST_TEST(maintained.agent_port_changed);
    BOOST_TEST(maintained.problem.starts_with("the issuing CAs must be renewed"));
    BOOST_TEST(load_ca_folder(site.pki()).value().agents.size() == 1u);
}

BOOST_AUTO_TEST_CASE(every_root_goes_to_the_agents_the_one_in_use_first)
{
    const Site site;
    BOOST_TEST(renew_root(site.pki(), "Aoba", start).has_value());
    const auto authority = site.open(start);
    const auto key = tls::PrivateKey::generate().value();
    const auto issued =
        authority->issue_agent(key.public_key(), AgentId{"AGENT1"}, start + 1h).value();
    const auto chain = tls::Certificate::all_from_pem(issued.chain_pem).value();
    BOOST_TEST(chain.size() == 3u);
    BOOST_TEST(chain.at(1).info().common_name == "mimamori Aoba root 1");
    BOOST_TEST(chain.at(2).info().common_name == "mimamori Aoba root 2");
    BOOST_TEST((authority->root_fingerprint(start) == chain.at(1).fingerprint()));
}

BOOST_AUTO_TEST_CASE(a_clock_outside_of_the_cas_time_stops_the_start_with_a_hint)
{
    const Site site;
    AuthorityOptions options;
    options.folder = site.pki();
    options.agent_port_names = {{"c.test"}, {}};
    const auto opened = Authority::open(options, start - days{365});
    BOOST_TEST_REQUIRE(opened.has_error());
    BOOST_TEST((opened.error().code == Errc::unavailable));
    BOOST_TEST(opened.error().message.find("is the clock right?") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_certificate_is_in_the_daily_check)
{
    const Site site;
    const auto expiries = site.open(start)->expiries();
    BOOST_TEST_REQUIRE(expiries.size() == 4u);
    BOOST_TEST((expiries[0].what == Expiry::What::root));
    BOOST_TEST(!expiries[0].renews_itself);
    BOOST_TEST((expiries[1].what == Expiry::What::agents_ca));
    BOOST_TEST(expiries[1].renews_itself);
    BOOST_TEST((expiries[3].what == Expiry::What::agent_port));
    BOOST_TEST((expiries[3].not_after == start + days{90}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::pki
