#include "common/crypto/hash.hpp"
#include "common/crypto/password.hpp"
#include "common/crypto/random.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace mimamori::crypto {
namespace {

BOOST_AUTO_TEST_SUITE(crypto)

BOOST_AUTO_TEST_CASE(sha256_is_the_published_one)
{
    // FIPS 180-4, example "abc".
    const std::string expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    BOOST_TEST(sha256_hex("abc") == expected);
    Sha256Stream stream;
    stream.update("a");
    stream.update("bc");
    BOOST_TEST(to_hex(stream.finish()) == expected);
}

BOOST_AUTO_TEST_CASE(hmac_is_the_published_one)
{
    // RFC 4231, test case 1.
    const Bytes key(20, 0x0b);
    BOOST_TEST(
        to_hex(hmac_sha256(key, "Hi There"))
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

BOOST_AUTO_TEST_CASE(a_password_is_known_again_and_another_is_not)
{
    const auto stored = hash_password("正しい合言葉").value();
    BOOST_TEST(check_password("正しい合言葉", stored).value());
    BOOST_TEST(!check_password("正しい合言葉 ", stored).value());
    BOOST_TEST(!check_password("", stored).value());
    BOOST_TEST((hash_password("正しい合言葉").value() != stored)); // Salted.
}

BOOST_AUTO_TEST_CASE(a_damaged_or_too_costly_stored_password_is_an_error)
{
    for (const char* stored :
         {"", "plain", "scrypt$15$8$1$00", "scrypt$30$8$1$00$00", "scrypt$15$8$1$zz$00",
          "scrypt$15$900$1$00$00", "scrypt$9$8$1$00$00"})
        BOOST_TEST(!check_password("x", stored).has_value());
}

BOOST_AUTO_TEST_CASE(ids_and_first_day_passwords_do_not_repeat)
{
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i)
    {
        const std::string id = random_id_text();
        BOOST_TEST(id.size() == 26U);
        seen.insert(id);
    }
    BOOST_TEST(seen.size() == 1000U);
    BOOST_TEST(first_day_password().size() == 23U);
    BOOST_TEST(first_day_password() != first_day_password());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::crypto
