#include "common/base/encoding.hpp"
#include "common/tls/certificate.hpp"
#include "tests/support/test_pki.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace mimamori::tls {
namespace {

using namespace std::chrono_literals;

const test::TestPki& pki()
{
    static const test::TestPki made;
    return made;
}

BOOST_AUTO_TEST_SUITE(certificate)

BOOST_AUTO_TEST_CASE(the_digest_of_nothing_is_the_known_one)
{
    BOOST_TEST(
        to_hex(sha256(std::string_view{}))
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

BOOST_AUTO_TEST_CASE(hmac_gives_the_value_of_rfc_4231_case_2)
{
    BOOST_TEST(
        to_hex(hmac_sha256("Jefe", "what do ya want for nothing?"))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

BOOST_AUTO_TEST_CASE(secrets_compare_equal_only_when_all_of_them_is)
{
    BOOST_TEST(equal_in_constant_time("secret", "secret"));
    BOOST_TEST(!equal_in_constant_time("secret", "secreT"));
    BOOST_TEST(!equal_in_constant_time("secret", "secrets"));
    BOOST_TEST(equal_in_constant_time("", ""));
}

BOOST_AUTO_TEST_CASE(random_bytes_differ_each_time)
{
    std::vector<std::uint8_t> first(32);
    std::vector<std::uint8_t> second(32);
    fill_random(first);
    fill_random(second);
    BOOST_TEST(first != second);
}

BOOST_AUTO_TEST_CASE(a_private_key_survives_its_text)
{
    const auto key = PrivateKey::generate().value();
    const auto read = PrivateKey::from_pem(key.to_pem()).value();
    BOOST_TEST((read.public_key().fingerprint() == key.public_key().fingerprint()));
}

BOOST_AUTO_TEST_CASE(an_encrypted_key_opens_with_its_passphrase_only)
{
    const auto key = PrivateKey::generate().value();
    const auto sealed = key.to_encrypted_pem("right horse").value();
    BOOST_TEST(PrivateKey::from_pem(sealed, "right horse").has_value());
    BOOST_TEST((PrivateKey::from_pem(sealed, "wrong horse").error().code == Errc::unauthenticated));
    BOOST_TEST((PrivateKey::from_pem(sealed).error().code == Errc::unauthenticated));
}

BOOST_AUTO_TEST_CASE(text_that_is_no_key_is_refused)
{
    BOOST_TEST((PrivateKey::from_pem("").error().code == Errc::invalid_input));
    BOOST_TEST(
        (PrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")
             .error()
             .code
         == Errc::invalid_input));
    const std::string huge(pem_size_max_bytes + 1, 'A');
    BOOST_TEST((PrivateKey::from_pem(huge).error().code == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(an_agent_certificate_says_who_it_is_and_what_for)
{
    const auto agent = pki().agent("0F8Q4W", test::days_around_now(1, 89));
    const auto info = agent.chain.front().info();
    BOOST_TEST(info.common_name == "0F8Q4W");
    BOOST_TEST(info.issuer_common_name == "Test agents CA");
    BOOST_TEST(info.client_auth);
    BOOST_TEST(!info.server_auth);
    BOOST_TEST(!info.is_ca);
    BOOST_TEST((info.not_before == test::pki_now() - 24h));
    BOOST_TEST((info.not_after == test::pki_now() + 89 * 24h));
    BOOST_TEST((info.key_fingerprint == agent.key.public_key().fingerprint()));
    BOOST_TEST(info.serial.size() == 32u);
    BOOST_TEST(agent.chain.front().is_issued_by(pki().agents_ca));
    BOOST_TEST(!agent.chain.front().is_issued_by(pki().servers_ca));
}

BOOST_AUTO_TEST_CASE(a_server_certificate_carries_all_its_names)
{
    const auto server =
        pki().server({{"collector.hospital.local", "collector"}, {"192.0.2.7", "2001:db8::7"}});
    const auto info = server.chain.front().info();
    BOOST_TEST(
        (info.dns_names == std::vector<std::string>{"collector.hospital.local", "collector"}));
    BOOST_TEST((info.addresses == std::vector<std::string>{"192.0.2.7", "2001:db8:0:0:0:0:0:7"}));
    BOOST_TEST(info.server_auth);
    BOOST_TEST(!info.client_auth);
}

BOOST_AUTO_TEST_CASE(a_certificate_survives_pem_and_der)
{
    const auto& root = pki().root;
    BOOST_TEST((Certificate::from_pem(root.to_pem()).value().fingerprint() == root.fingerprint()));
    BOOST_TEST((Certificate::from_der(root.to_der()).value().fingerprint() == root.fingerprint()));
    BOOST_TEST((sha256(std::string_view{root.to_der()}) == root.fingerprint()));
    BOOST_TEST(root.info().is_ca);
}

BOOST_AUTO_TEST_CASE(a_bundle_keeps_its_order_and_refuses_damage)
{
    const std::string bundle = pki().servers_ca.to_pem() + pki().root.to_pem();
    const auto all = Certificate::all_from_pem(bundle).value();
    BOOST_TEST(all.size() == 2u);
    BOOST_TEST((all[1].fingerprint() == pki().root.fingerprint()));

    const std::string cut = bundle.substr(0, bundle.size() - 60);
    BOOST_TEST((Certificate::all_from_pem(cut).error().code == Errc::invalid_input));
    BOOST_TEST((Certificate::all_from_pem("").error().code == Errc::invalid_input));
    BOOST_TEST(
        (Certificate::from_der(pki().root.to_der() + "x").error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(sixteen_certificates_are_a_bundle_and_seventeen_are_not)
{
    std::string bundle;
    for (int i = 0; i < 16; ++i)
        bundle += pki().root.to_pem();
    BOOST_TEST(Certificate::all_from_pem(bundle).value().size() == 16u);
    bundle += pki().root.to_pem();
    BOOST_TEST((Certificate::all_from_pem(bundle).error().code == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_request_proves_that_its_sender_holds_the_key)
{
    const auto key = PrivateKey::generate().value();
    const auto request = CertificateRequest::create(key, "PC-0001").value();
    const auto read = CertificateRequest::from_pem(request.to_pem()).value();
    BOOST_TEST(read.common_name() == "PC-0001");
    BOOST_TEST((read.public_key().fingerprint() == key.public_key().fingerprint()));
}

BOOST_AUTO_TEST_CASE(a_request_with_one_altered_byte_is_refused)
{
    const auto key = PrivateKey::generate().value();
    const std::string pem = CertificateRequest::create(key, "PC-0001").value().to_pem();
    const auto body_at = pem.find('\n') + 1;
    for (std::size_t at = body_at + 8; at + 40 < pem.size(); at += 7)
    {
        std::string altered = pem;
        if (altered[at] == '\n')
            continue;
        altered[at] = altered[at] == 'A' ? 'B' : 'A';
        BOOST_TEST(!CertificateRequest::from_pem(altered).has_value(), "byte " << at);
    }
    BOOST_TEST(!CertificateRequest::from_pem(std::string(9000, 'A')).has_value());
}

BOOST_AUTO_TEST_CASE(a_certificate_never_outlives_its_issuer)
{
    const auto agent = pki().agent("A", test::days_around_now(1, 5000));
    BOOST_TEST((agent.chain.front().info().not_after == pki().agents_ca.info().not_after));
}

BOOST_AUTO_TEST_CASE(nothing_is_issued_with_a_key_that_is_not_the_issuers)
{
    const auto key = PrivateKey::generate().value();
    const auto made = issue_agent(
        {pki().agents_ca, pki().servers_key}, key.public_key(), "A", test::days_around_now(1, 1));
    BOOST_TEST((made.error().code == Errc::invalid_input));
}

BOOST_DATA_TEST_CASE(
    a_server_name_that_is_none_is_refused,
    boost::unit_test::data::make(std::vector<std::string>{
        "", "a b", "a,DNS:evil", "*.hospital.local", "a\n"}),
    name)
{
    const auto key = PrivateKey::generate().value();
    const ServerNames names{{name}, {}};
    const auto made = issue_server(
        {pki().servers_ca, pki().servers_key}, key.public_key(), names,
        test::days_around_now(1, 1));
    BOOST_TEST((made.error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_server_without_any_name_or_with_a_bad_address_is_refused)
{
    const auto key = PrivateKey::generate().value();
    const Issuer issuer{pki().servers_ca, pki().servers_key};
    const auto when = test::days_around_now(1, 1);
    BOOST_TEST(!issue_server(issuer, key.public_key(), ServerNames{}, when).has_value());
    const ServerNames bad{{}, {"192.0.2.300"}};
    BOOST_TEST(!issue_server(issuer, key.public_key(), bad, when).has_value());
}

BOOST_AUTO_TEST_CASE(a_common_name_of_64_characters_is_taken_and_of_65_is_not)
{
    const auto key = PrivateKey::generate().value();
    const auto when = test::days_around_now(1, 1);
    const Issuer issuer{pki().agents_ca, pki().agents_key};
    BOOST_TEST(issue_agent(issuer, key.public_key(), std::string(64, 'a'), when).has_value());
    BOOST_TEST(!issue_agent(issuer, key.public_key(), std::string(65, 'a'), when).has_value());
    BOOST_TEST(!issue_agent(issuer, key.public_key(), "", when).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::tls
