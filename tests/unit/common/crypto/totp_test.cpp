#include "common/crypto/totp.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mimamori::crypto {
namespace {

using namespace std::chrono_literals;

Bytes bytes_of(std::string_view text)
{
    return {text.begin(), text.end()};
}

const Bytes secret = bytes_of("12345678901234567890"); // Of both RFCs.

Timestamp at(std::int64_t seconds)
{
    return from_ms(seconds * 1'000);
}

BOOST_AUTO_TEST_SUITE(totp)

BOOST_AUTO_TEST_CASE(codes_are_those_of_rfc_4226)
{
    const std::vector<std::string> codes{"755224", "287082", "359152", "969429", "338314",
                                         "254676", "287922", "162583", "399871", "520489"};
    for (std::size_t i = 0; i < codes.size(); ++i)
        BOOST_TEST(hotp(secret, i) == codes[i]);
}

BOOST_AUTO_TEST_CASE(codes_are_those_of_rfc_6238)
{
    for (const auto& [seconds, code] : std::vector<std::pair<std::int64_t, std::string>>{
             {59, "287082"},
             {1'111'111'109, "081804"},
             {1'111'111'111, "050471"},
             {1'234'567'890, "005924"},
             {2'000'000'000, "279037"},
             {20'000'000'000, "353130"}})
    {
        BOOST_TEST(hotp(secret, static_cast<std::uint64_t>(totp_step_of(at(seconds)))) == code);
        BOOST_TEST(totp_match(secret, code, at(seconds), 0).has_value());
    }
}

BOOST_AUTO_TEST_CASE(a_code_is_good_for_one_step_before_and_behind)
{
    const std::string code = hotp(secret, 1'000);
    for (const auto& [seconds, good] : std::vector<std::pair<std::int64_t, bool>>{
             {998 * 30 + 29, false},
             {999 * 30, true},
             {1'000 * 30 + 15, true},
             {1'001 * 30 + 29, true},
             {1'002 * 30, false}})
        BOOST_TEST(totp_match(secret, code, at(seconds), 0).has_value() == good, seconds);
}

BOOST_AUTO_TEST_CASE(no_code_is_good_twice_nor_one_from_before)
{
    const std::string code = hotp(secret, 1'000);
    const Timestamp now = at(1'000 * 30);
    BOOST_TEST(*totp_match(secret, code, now, 999) == 1'000);
    BOOST_TEST(!totp_match(secret, code, now, 1'000).has_value());
    BOOST_TEST(!totp_match(secret, hotp(secret, 999), now, 1'000).has_value());
    BOOST_TEST(totp_match(secret, hotp(secret, 1'001), now, 1'000).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_no_code_is_wrong)
{
    const Timestamp now = at(1'000 * 30);
    for (const char* bad : {"", "0", "00000", "0000000", "abcdef", "-12345"})
        BOOST_TEST(!totp_match(secret, bad, now, 0).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(secrets_are_written_as_authenticators_read_them)
{
    // RFC 4648, 10, without padding.
    for (const auto& [plain, text] : std::vector<std::pair<std::string, std::string>>{
             {"", ""},
             {"f", "MY"},
             {"fo", "MZXQ"},
             {"foo", "MZXW6"},
             {"foob", "MZXW6YQ"},
             {"fooba", "MZXW6YTB"},
             {"foobar", "MZXW6YTBOI"}})
    {
        BOOST_TEST(to_totp_text(bytes_of(plain)) == text);
        BOOST_TEST((from_totp_text(text) == bytes_of(plain)));
    }
    BOOST_TEST(!from_totp_text("MZXW1").has_value());
    BOOST_TEST(!from_totp_text("mzxw").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::crypto
