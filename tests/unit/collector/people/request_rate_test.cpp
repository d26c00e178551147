#include "collector/people/request_rate.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::people {
namespace {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(request_rate)

BOOST_AUTO_TEST_CASE(one_that_asks_too_much_waits_for_the_next_minute_and_nobody_else_does)
{
    RequestRate rate{{.requests_per_minute = 3}};
    const RequestRate::Time start{1h};
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(rate.wait("one", start).count() == 0);
    BOOST_TEST(rate.wait("one", start + 100ms).count() == 60);
    BOOST_TEST(rate.wait("one", start + 50s).count() == 10);
    BOOST_TEST(rate.wait("other", start + 50s).count() == 0);
    BOOST_TEST(rate.wait("one", start + 59'900ms).count() == 1);
    BOOST_TEST(rate.wait("one", start + 60s).count() == 0);
}

BOOST_AUTO_TEST_CASE(many_made_up_credentials_do_not_fill_the_memory)
{
    RequestRate rate{{.requests_per_minute = 1, .credentials_max = 2}};
    const RequestRate::Time start{1h};
    BOOST_TEST(rate.wait("a", start).count() == 0);
    BOOST_TEST(rate.wait("a", start).count() == 60);
    BOOST_TEST(rate.wait("b", start).count() == 0);
    // The table was full: counts started anew.
    BOOST_TEST(rate.wait("a", start).count() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::people
