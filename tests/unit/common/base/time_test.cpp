#include "common/base/time.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace mimamori {
namespace {

namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(time_texts)

BOOST_AUTO_TEST_CASE(a_moment_survives_the_way_to_text_and_back)
{
    const Timestamp moment = from_ms(1'779'494'400'123);
    BOOST_TEST(to_rfc3339(moment) == "2026-05-23T00:00:00.123Z");
    BOOST_TEST(to_ms(parse_rfc3339(to_rfc3339(moment)).value()) == to_ms(moment));
}

BOOST_AUTO_TEST_CASE(an_offset_is_taken_off)
{
    const auto utc = parse_rfc3339("2026-01-31T23:59:59Z");
    BOOST_TEST((parse_rfc3339("2026-02-01T08:59:59+09:00") == utc));
    BOOST_TEST((parse_rfc3339("2026-01-31T18:59:59.000000-05:00") == utc));
}

BOOST_DATA_TEST_CASE(
    anything_else_is_nothing,
    data::make(
        {"", "2026-01-31", "2026-02-30T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T00:00:00",
         "1600-12-31T00:00:00Z", "2026-01-31T00:00:00Zx", "2026-01-31T00:00:00.Z",
         "2026-01-31T00:00:00+24:00"}),
    text)
{
    BOOST_TEST(!parse_rfc3339(text).has_value());
}

BOOST_AUTO_TEST_CASE(a_day_that_does_not_exist_is_no_date)
{
    BOOST_TEST(!parse_iso_date("2026-02-29").has_value());
    BOOST_TEST(!parse_iso_date("2026-02-2").has_value());
    BOOST_TEST(!parse_iso_date("2026-02-28 ").has_value());
    BOOST_TEST(to_iso_date(parse_iso_date("2028-02-29").value()) == "2028-02-29");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
