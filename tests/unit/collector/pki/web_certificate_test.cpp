#include "collector/pki/web_certificate.hpp"
#include "common/log/log.hpp"
#include "common/platform/file.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <chrono>
#include <filesystem>

namespace mimamori::collector::pki {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::days;

constexpr Timestamp start = Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

struct Place
{
    tests::TempFolder folder;
    log::Capture lines;
    WebCertificateOptions options;

    Place()
    {
        options.folder = folder.path();
        options.names = {{"mimamori.aoba.test"}, {"192.0.2.10"}};
    }

    tls::CertificateInfo leaf(Timestamp now) const
    {
        return load_web_certificate(options, now).value().identity.chain.front().info();
    }
};

BOOST_AUTO_TEST_SUITE(web_certificate)

BOOST_AUTO_TEST_CASE(without_the_hospital_s_own_a_constrained_ca_signs_one)
{
    const Place place;
    const auto made = load_web_certificate(place.options, start).value();
    BOOST_TEST_REQUIRE(made.identity.chain.size() == 2u);
    const auto leaf = made.identity.chain[0].info();
    BOOST_TEST((leaf.dns_names == std::vector<std::string>{"mimamori.aoba.test"}));
    BOOST_TEST((leaf.addresses == std::vector<std::string>{"192.0.2.10"}));
    BOOST_TEST((leaf.not_after == start + days{397}));
    BOOST_TEST(made.identity.chain[0].is_issued_by(made.identity.chain[1]));
    BOOST_TEST(made.expiries.size() == 2u);
    BOOST_TEST(place.lines.contains("web_ca-1.pem into the browsers"));
}

/// What a browser or curl finds out about the chain; 0 is good.
int error_of_verification(const std::vector<tls::Certificate>& chain)
{
    const auto read = [](const tls::Certificate& certificate) {
        const std::string pem = certificate.to_pem();
        BIO* bytes = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
        X509* made = PEM_read_bio_X509(bytes, nullptr, nullptr, nullptr);
        BIO_free(bytes);
        return made;
    };
    X509* leaf = read(chain.at(0));
    X509* ca = read(chain.at(1));
    X509_STORE* known = X509_STORE_new();
    X509_STORE_add_cert(known, ca);
    X509_STORE_CTX* verification = X509_STORE_CTX_new();
    X509_STORE_CTX_init(verification, known, leaf, nullptr);
    X509_VERIFY_PARAM_set_time(
        X509_STORE_CTX_get0_param(verification), std::chrono::system_clock::to_time_t(start + 1h));
    X509_verify_cert(verification);
    const int error = X509_STORE_CTX_get_error(verification);
    X509_STORE_CTX_free(verification);
    X509_STORE_free(known);
    X509_free(ca);
    X509_free(leaf);
    return error;
}

BOOST_AUTO_TEST_CASE(it_keeps_to_what_its_ca_may_vouch_for)
{
    const std::vector<tls::ServerNames> all{
        {{"mimamori.aoba.test"}, {"192.0.2.10"}},
        {{"mimamori.aoba.test"}, {}},
        {{}, {"192.0.2.10", "2001:db8::1"}},
    };
    for (const auto& names : all)
    {
        Place place;
        place.options.names = names;
        const auto made = load_web_certificate(place.options, start).value();
        BOOST_TEST(error_of_verification(made.identity.chain) == X509_V_OK);
    }
}

BOOST_AUTO_TEST_CASE(it_stays_the_same_until_two_thirds)
{
    const Place place;
    const auto first = place.leaf(start);
    const Timestamp renewal = start + 397 * 24h * 2 / 3;
    BOOST_TEST((place.leaf(renewal - 1s).fingerprint == first.fingerprint));
    const auto second = place.leaf(renewal);
    BOOST_TEST((second.fingerprint != first.fingerprint));
    BOOST_TEST(second.issuer_common_name == first.issuer_common_name);
}

BOOST_AUTO_TEST_CASE(other_names_begin_a_new_ca)
{
    Place place;
    const auto first = place.leaf(start);
    place.options.names = {{"other.aoba.test"}, {}};
    const auto second = place.leaf(start + 1h);
    BOOST_TEST((second.dns_names == std::vector<std::string>{"other.aoba.test"}));
    BOOST_TEST(second.issuer_common_name == "mimamori web 2");
    place.options.names = {{"mimamori.aoba.test"}, {"192.0.2.10"}};
    BOOST_TEST(place.leaf(start + 2h).issuer_common_name == first.issuer_common_name);
}

BOOST_AUTO_TEST_CASE(the_hospital_s_own_certificate_is_used_as_it_is)
{
    Place place;
    const auto own = load_web_certificate(place.options, start).value();
    place.options.certificate_file = place.folder.path() / "web.pem";
    place.options.key_file = place.folder.path() / "web.key";
    const auto read = load_web_certificate(place.options, start + days{1000}).value();
    BOOST_TEST(
        (read.identity.chain.front().fingerprint() == own.identity.chain.front().fingerprint()));
    BOOST_TEST_REQUIRE(read.expiries.size() == 1u);
    BOOST_TEST(!read.expiries[0].renews_itself);
}

BOOST_AUTO_TEST_CASE(half_a_pair_a_readable_key_and_a_wrong_key_are_refused)
{
    Place place;
    BOOST_TEST(load_web_certificate(place.options, start).has_value());
    place.options.certificate_file = place.folder.path() / "web.pem";
    BOOST_TEST((load_web_certificate(place.options, start).error().code == Errc::invalid_input));

    place.options.key_file = place.folder.path() / "web.key";
    fs::permissions(place.options.key_file, fs::perms::others_read, fs::perm_options::add);
    BOOST_TEST((load_web_certificate(place.options, start).error().code == Errc::forbidden));

    place.options.key_file = place.folder.path() / "web_ca-1.key";
    const auto wrong = load_web_certificate(place.options, start);
    BOOST_TEST_REQUIRE(wrong.has_error());
    BOOST_TEST(wrong.error().message.find("is not the key of") != std::string::npos);

    place.options.key_file = place.folder.path() / "nothing.key";
    BOOST_TEST((load_web_certificate(place.options, start).error().code == Errc::not_found));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::pki
