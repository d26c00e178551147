#include "collector/directory/account_state.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace mimamori::collector::directory {
namespace {

/// 2026-11-22T00:00:00Z, and the same in Active Directory's hundreds of nanoseconds since 1601.
const Timestamp now = from_ms(1'795'305'600'000);
constexpr std::int64_t now_filetime = 134'397'792'000'000'000;

Entry with(const std::string& attribute, const std::string& value)
{
    Entry entry;
    entry.attributes[small_letters(attribute)] = {value};
    return entry;
}

BOOST_AUTO_TEST_SUITE(account_state)

BOOST_AUTO_TEST_CASE(attributes_are_found_however_the_server_writes_them)
{
    const Entry entry = with("sAMAccountName", "Sato");
    BOOST_TEST(entry.first("samaccountname") == "Sato");
    BOOST_TEST(entry.first("SAMACCOUNTNAME") == "Sato");
    BOOST_TEST(entry.first("uid") == "");
}

BOOST_AUTO_TEST_CASE(the_second_bit_of_the_account_control_disables)
{
    BOOST_TEST(!is_ended(with("userAccountControl", "512"), now));
    BOOST_TEST(is_ended(with("userAccountControl", "514"), now));
    BOOST_TEST(is_ended(with("userAccountControl", "66050"), now));
    BOOST_TEST(!is_ended(with("userAccountControl", "66048"), now));
    BOOST_TEST(is_ended(with("userAccountControl", "0x200"), now));
}

BOOST_AUTO_TEST_CASE(an_account_ends_at_the_moment_that_is_set)
{
    const auto at = [](std::int64_t filetime) {
        return is_ended(with("accountExpires", std::to_string(filetime)), now);
    };
    BOOST_TEST(!at(now_filetime + 10'000));
    BOOST_TEST(at(now_filetime));
    BOOST_TEST(at(now_filetime - 10'000));
    BOOST_TEST(!at(0));
    BOOST_TEST(!at(9'223'372'036'854'775'807));
    BOOST_TEST(is_ended(with("accountExpires", "never"), now));
}

BOOST_AUTO_TEST_CASE(locks_of_other_servers_count_when_they_are_for_good)
{
    BOOST_TEST(is_ended(with("pwdAccountLockedTime", "000001010000Z"), now));
    BOOST_TEST(!is_ended(with("pwdAccountLockedTime", "20261121000000Z"), now));
    BOOST_TEST(is_ended(with("nsAccountLock", "TRUE"), now));
    BOOST_TEST(!is_ended(with("nsAccountLock", "false"), now));
    BOOST_TEST(!is_ended(Entry{}, now));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::directory
