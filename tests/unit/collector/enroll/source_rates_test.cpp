#include "collector/enroll/source_rates.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::enroll {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start = from_ms(1'790'000'000'000);

BOOST_AUTO_TEST_SUITE(source_rates)

BOOST_AUTO_TEST_CASE(each_source_has_its_own_hour)
{
    SourceRates rates;
    BOOST_TEST(rates.admit("a", 2, start));
    BOOST_TEST(rates.admit("a", 2, start + 1min));
    BOOST_TEST(!rates.admit("a", 2, start + 59min));
    BOOST_TEST(rates.admit("b", 2, start + 59min));
    BOOST_TEST(!rates.admit("a", 2, start + 1h - 1ms));
    BOOST_TEST(rates.admit("a", 2, start + 1h));
    BOOST_TEST(!rates.is_exhausted("a", 2, start + 1h));
    BOOST_TEST(rates.is_exhausted("a", 1, start + 1h));
}

BOOST_AUTO_TEST_CASE(asking_whether_it_is_exhausted_counts_nothing)
{
    SourceRates rates;
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(!rates.is_exhausted("a", 1, start));
    BOOST_TEST(rates.admit("a", 1, start));
    BOOST_TEST(rates.is_exhausted("a", 1, start));
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_locks_nobody_out)
{
    SourceRates rates;
    BOOST_TEST(rates.admit("a", 1, start));
    BOOST_TEST(!rates.admit("a", 1, start));
    BOOST_TEST(rates.admit("a", 1, start - 24h));
}

BOOST_AUTO_TEST_CASE(a_flood_of_sources_forgets_the_oldest)
{
    SourceRates rates;
    BOOST_TEST(rates.admit("old", 1, start));
    for (std::size_t i = 1; i < SourceRates::sources_max; ++i)
        rates.admit("s" + std::to_string(i), 1, start + 1min);
    BOOST_TEST(rates.is_exhausted("old", 1, start + 1min));
    rates.admit("one more", 1, start + 1min);
    BOOST_TEST(!rates.is_exhausted("old", 1, start + 1min));
    BOOST_TEST(rates.is_exhausted("s1", 1, start + 1min));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::enroll
