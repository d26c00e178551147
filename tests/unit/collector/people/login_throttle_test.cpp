#include "collector/people/login_throttle.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::people {
namespace {

using namespace std::chrono_literals;

const Timestamp start = from_ms(1'800'000'000'000);

struct Throttled
{
    LoginThrottle throttle{LoginThrottle::Config{
        .free_tries = 3,
        .free_tries_of_address = 5,
        .free_tries_of_name = 8,
        .first_wait = 10s,
        .longest_wait = 60s,
        .entries_max = 20}};

    void fail(const std::string& name, const std::string& address, int times)
    {
        for (int i = 0; i < times; ++i)
            throttle.failed(name, address, start);
    }

    /// Somebody guesses from so many addresses, never more than twice from one.
    void fail_from_many(const std::string& name, int addresses)
    {
        for (int i = 0; i < addresses; ++i)
            fail(name, "10.1.0." + std::to_string(i), 2);
    }

    std::chrono::seconds wait(
        const std::string& name, const std::string& address, std::chrono::seconds later = 0s) const
    {
        return throttle.wait(name, address, start + later);
    }
};

BOOST_FIXTURE_TEST_SUITE(login_throttle, Throttled)

BOOST_AUTO_TEST_CASE(the_first_tries_are_free_and_then_the_wait_doubles_up_to_its_longest)
{
    fail("sato", "10.0.0.1", 2);
    BOOST_TEST(wait("sato", "10.0.0.1").count() == 0);
    fail("sato", "10.0.0.1", 1);
    BOOST_TEST(wait("sato", "10.0.0.1").count() == 10);
    fail("sato", "10.0.0.1", 1);
    BOOST_TEST(wait("sato", "10.0.0.1").count() == 20);
    fail("sato", "10.0.0.1", 30);
    BOOST_TEST(wait("sato", "10.0.0.1").count() == 60);
}

BOOST_AUTO_TEST_CASE(another_spelling_of_the_name_is_no_fresh_start)
{
    fail("sato", "10.0.0.1", 1);
    fail("Sato", "10.0.0.1", 1);
    fail("SATO", "10.0.0.1", 1);
    BOOST_TEST(wait("sAtO", "10.0.0.1").count() == 10);
}

BOOST_AUTO_TEST_CASE(many_names_from_one_address_are_slowed_down)
{
    for (int i = 0; i < 4; ++i)
        fail("n" + std::to_string(i), "10.0.0.1", 1);
    BOOST_TEST(wait("sato", "10.0.0.1").count() == 0);
    fail("n4", "10.0.0.1", 1);
    BOOST_TEST(wait("sato", "10.0.0.1").count() == 10);
    BOOST_TEST(wait("sato", "10.0.0.2").count() == 0);
}

BOOST_AUTO_TEST_CASE(guesses_from_many_addresses_are_slowed_down)
{
    fail_from_many("sato", 3);
    BOOST_TEST(wait("sato", "10.0.0.9").count() == 0);
    fail_from_many("sato", 1);
    BOOST_TEST(wait("sato", "10.0.0.9").count() == 10);
    BOOST_TEST(wait("tanaka", "10.0.0.9").count() == 0);
}

BOOST_AUTO_TEST_CASE(guesses_from_elsewhere_do_not_lock_out_who_signed_in_here_before)
{
    throttle.succeeded("sato", "10.0.0.1", start);
    fail_from_many("sato", 9);
    BOOST_TEST(wait("sato", "10.0.0.9").count() > 0);
    BOOST_TEST(wait("sato", "10.0.0.1").count() == 0);
    fail("sato", "10.0.0.1", 3); // Not even there is guessing free.
    BOOST_TEST(wait("sato", "10.0.0.1").count() == 10);
}

BOOST_AUTO_TEST_CASE(the_wait_passes)
{
    fail("sato", "10.0.0.1", 3);
    BOOST_TEST(wait("sato", "10.0.0.1", 9s).count() == 1);
    BOOST_TEST(wait("sato", "10.0.0.1", 10s).count() == 0);
}

BOOST_AUTO_TEST_CASE(a_right_password_clears_the_name_there_but_not_the_address)
{
    fail("sato", "10.0.0.1", 4);
    throttle.succeeded("sato", "10.0.0.1", start);
    BOOST_TEST(wait("sato", "10.0.0.1").count() == 0);
    fail("tanaka", "10.0.0.1", 1);
    BOOST_TEST(wait("tanaka", "10.0.0.1").count() == 10);
}

BOOST_AUTO_TEST_CASE(a_quiet_hour_forgives)
{
    fail("sato", "10.0.0.1", 4);
    throttle.failed("sato", "10.0.0.1", start + 61min);
    BOOST_TEST(throttle.wait("sato", "10.0.0.1", start + 61min).count() == 0);
}

BOOST_AUTO_TEST_CASE(a_flood_of_names_stays_bounded)
{
    fail("sato", "10.0.0.1", 3);
    for (int i = 0; i < 1000; ++i)
        throttle.failed("n" + std::to_string(i), "a" + std::to_string(i), start + 1s);
    BOOST_TEST(wait("sato", "10.0.0.9").count() == 0); // Forgotten: the oldest goes first.
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::people
