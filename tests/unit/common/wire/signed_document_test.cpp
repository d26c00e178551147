#include "common/wire/json_writer.hpp"
#include "common/wire/signed_document.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

namespace mimamori::wire {
namespace {

using namespace std::chrono_literals;

constexpr Date today{2026y / 11 / 22};
constexpr std::uint64_t version = 2026112201;

/// A key, a document that it signed, and a receiver that accepts the key.
struct Signed
{
    crypto::Ed25519PrivateKey key{crypto::Ed25519PrivateKey::generate()};
    std::array<crypto::Ed25519PublicKey, 1> keys{key.public_key()};
    SignedDocument document{
        sign_document("antivirus_sources", version, today, R"({"name":"x"})", key)};
    SignedDocumentPolicy policy{"antivirus_sources", version - 1, today, keys};

    std::string refusal() const
    {
        const auto checked = check_signed_document(document, policy);
        return checked ? "accepted" : checked.error().message;
    }

    Errc code() const { return check_signed_document(document, policy).error().code; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(signed_documents, Signed)

BOOST_AUTO_TEST_CASE(a_signed_document_survives_its_json_form)
{
    document.payload = "{\"text\":\"\xe3\x82\xa6\xe3\x82\xa4\xe3\x83\xab\xe3\x82\xb9 \\n\"}\n";
    document = sign_document("antivirus_sources", version, today, document.payload, key);
    const auto read = parse_signed_document(to_json(document));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((*read == document));
    document = *read;
    BOOST_TEST(refusal() == "accepted");
}

BOOST_AUTO_TEST_CASE(the_signature_covers_every_part)
{
    const SignedDocument good = document;
    const auto refused = [&] { return refusal().find("does not fit") != std::string::npos; };
    document.payload += ' ';
    BOOST_TEST(refused());
    document = good;
    document.version += 1;
    BOOST_TEST(refused());
    document = good;
    document.expires += std::chrono::days{1};
    BOOST_TEST(refused());
    document = good;
    document.name = "remote_tools";
    BOOST_TEST(refused());
    BOOST_TEST((code() == Errc::forbidden));
    document = good;
    document.signature[0] = document.signature[0] == '0' ? '1' : '0';
    BOOST_TEST(refused());
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_accepted_is_refused_even_under_an_accepted_name)
{
    const auto stranger = crypto::Ed25519PrivateKey::generate();
    const std::string known_id = document.key_id;
    document = sign_document("antivirus_sources", version, today, "{}", stranger);
    BOOST_TEST(refusal().find("is not one we accept") != std::string::npos);
    document.key_id = known_id;
    BOOST_TEST(refusal().find("does not fit") != std::string::npos);
    policy.keys = {};
    BOOST_TEST((code() == Errc::forbidden));
}

BOOST_AUTO_TEST_CASE(malformed_signatures_are_refused)
{
    for (const std::string& bad :
         {std::string{}, std::string{"zz"}, document.signature + "00",
          document.signature.substr(2)})
    {
        document.signature = bad;
        BOOST_TEST(refusal() == "signed document: the signature is malformed");
    }
}

BOOST_AUTO_TEST_CASE(versions_only_rise)
{
    policy.newest_version = version - 1;
    BOOST_TEST(refusal() == "accepted");
    policy.newest_version = version;
    BOOST_TEST((code() == Errc::conflict));
    policy.newest_version = version + 1;
    BOOST_TEST((code() == Errc::conflict));
}

BOOST_AUTO_TEST_CASE(a_document_is_good_up_to_and_on_its_last_day)
{
    policy.today = today - std::chrono::days{1};
    BOOST_TEST(refusal() == "accepted");
    policy.today = today;
    BOOST_TEST(refusal() == "accepted");
    policy.today = today + std::chrono::days{1};
    BOOST_TEST(refusal() == "signed document: antivirus_sources 2026112201 expired on 2026-11-22");
}

BOOST_AUTO_TEST_CASE(another_file_than_the_one_asked_for_is_refused)
{
    policy.name = "os_lifecycle";
    BOOST_TEST(refusal() == "signed document: this is antivirus_sources, not os_lifecycle");
}

BOOST_AUTO_TEST_CASE(names_that_could_be_paths_and_huge_payloads_are_refused)
{
    for (const char* name : {"", "../etc", "A", "a b", "a\nb"})
    {
        document.name = name;
        BOOST_TEST(!parse_signed_document(to_json(document)));
    }
    document.name = "a";
    document.payload.assign(signed_payload_bytes_max, ' ');
    BOOST_TEST(parse_signed_document(to_json(document)).has_value());
    document.payload += ' ';
    const auto huge = parse_signed_document(to_json(document));
    BOOST_REQUIRE(!huge);
    BOOST_TEST((huge.error().code == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(key_lists_skip_comments_and_name_the_line_of_a_mistake)
{
    const std::string hex(64, 'a');
    const auto listed = parse_key_list("# a comment\n\n" + hex + " publisher 2026\n" + hex);
    BOOST_REQUIRE(listed.has_value());
    BOOST_TEST(listed->size() == 2);
    const auto bad = parse_key_list("\n" + hex + "0 one too many\n");
    BOOST_REQUIRE(!bad);
    BOOST_TEST(bad.error().message == "line 2: a public key has 64 hexadecimal digits");
}

BOOST_AUTO_TEST_CASE(the_compiled_in_key_list_can_be_read)
{
    BOOST_CHECK_NO_THROW(publisher_keys());
}

BOOST_AUTO_TEST_CASE(private_keys_go_through_pem_and_bad_ones_are_refused)
{
    const auto again = crypto::Ed25519PrivateKey::from_pem(key.to_pem());
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST((again->public_key() == key.public_key()));
    BOOST_TEST(!crypto::Ed25519PrivateKey::from_pem(""));
    BOOST_TEST(!crypto::Ed25519PrivateKey::from_pem(
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
}

BOOST_AUTO_TEST_CASE(signatures_are_those_of_rfc_8032)
{
    // RFC 8032, 7.1, test 2: one byte.
    const auto public_key = crypto::parse_ed25519_key(
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const auto bytes = from_hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    crypto::Ed25519Signature signature{};
    std::copy(bytes->begin(), bytes->end(), signature.begin());
    BOOST_TEST(crypto::verify_ed25519(*public_key, "\x72", signature));
    BOOST_TEST(!crypto::verify_ed25519(*public_key, "\x73", signature));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori::wire
