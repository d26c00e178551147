#include "agent/windows/moments.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>
#include <ostream>

namespace mimamori::agent::windows {
namespace {

using namespace std::string_literals;

std::string text(const Result<Timestamp>& at)
{
    return at ? to_rfc3339(*at) : at.error().message;
}

std::string text(const Result<Date>& day)
{
    return day ? to_iso_date(*day) : day.error().message;
}

std::uint64_t ticks(std::string_view at)
{
    constexpr std::int64_t from_1601_to_1970_ms = 11'644'473'600'000;
    return static_cast<std::uint64_t>(to_ms(parse_rfc3339(at).value()) + from_1601_to_1970_ms)
           * 10'000;
}

struct Written
{
    const char* text;
    const char* day;
};

std::ostream& operator<<(std::ostream& out, const Written& written)
{
    return out << written.text;
}

const Written dates[] = {
    {"20261114", "2026-11-14"},
    {"2026/11/14", "2026-11-14"},
    {"2026-1-4", "2026-01-04"},
    {"2026.11.14", "2026-11-14"},
    {"2026年11月14日", "2026-11-14"},
    {"2026年 11月 14日 9:15", "2026-11-14"},
    {" 2026/11/14 03:12:45", "2026-11-14"},
    {"令和8年11月14日", "2026-11-14"},
    {"令和元年5月1日", "2019-05-01"},
    {"平成31年4月30日", "2019-04-30"},
    {"R8.11.14", "2026-11-14"},
    {"R08/11/14", "2026-11-14"},
    {"r8年11月14日", "2026-11-14"},
    {"H31-04-30", "2019-04-30"},
    {"令和８年１１月１４日", "2026-11-14"},
    {"２０２６／１１／１４", "2026-11-14"},
    {"昭和64年1月7日", "the year is not between 1990 and 2100"}, // 1989
    {"11/23/2026", "2026-11-23"},
    {"23.11.2026", "2026-11-23"},
    {"5/5/2026", "2026-05-05"},
    {"3/4/2026", "day and month cannot be told apart"},
    {"2026/2/30", "there is no such day"},
    {"13/13/2026", "there is no such day"},
    {"26/11/14", "the year has no four digits"},
    {"19891231", "the year is not between 1990 and 2100"},
    {"19900101", "1990-01-01"},
    {"21001231", "2100-12-31"},
    {"21010101", "the year is not between 1990 and 2100"},
    {"", "the text is empty"},
    {"   ", "the text is not a date"},
    {"yesterday", "the text is not a date"},
    {"令和", "the text is not a date"},
    {"明治45年7月30日", "the text is not a date"},
    {"999999999999", "the text is not a date"},
    {"2026/11", "the text is not a date"},
    {"2026 11 14", "the text is not a date"},
};

BOOST_AUTO_TEST_SUITE(windows_moments)

BOOST_DATA_TEST_CASE(a_written_day_is_read_or_refused_with_its_reason, dates)
{
    BOOST_TEST(text(parse_local_date(sample.text)) == sample.day);
}

BOOST_AUTO_TEST_CASE(a_text_of_any_length_is_no_date)
{
    BOOST_TEST(text(parse_local_date(std::string(128, '1'))) == "the text is not a date");
    BOOST_TEST(text(parse_local_date(std::string(129, '1'))) == "the text is too long for a date");
}

BOOST_AUTO_TEST_CASE(a_filetime_counts_from_1601)
{
    BOOST_TEST(
        text(moment_of_filetime(ticks("2026-11-14T03:12:45.678Z"))) == "2026-11-14T03:12:45.678Z");
    BOOST_TEST(
        text(moment_of_filetime(ticks("1990-01-01T00:00:00Z"))) == "1990-01-01T00:00:00.000Z");
    BOOST_TEST(
        text(moment_of_filetime(ticks("1989-12-31T23:59:59Z")))
        == "the year is not between 1990 and 2100");
    BOOST_TEST(
        text(moment_of_filetime(ticks("2100-12-31T23:59:59Z"))) == "2100-12-31T23:59:59.000Z");
    BOOST_TEST(
        text(moment_of_filetime(ticks("2101-01-01T00:00:00Z")))
        == "the year is not between 1990 and 2100");
}

BOOST_AUTO_TEST_CASE(a_filetime_that_means_never_is_not_there)
{
    for (const std::uint64_t never :
         {std::uint64_t{0}, std::uint64_t{0x7FFF'FFFF'FFFF'FFFF},
          std::numeric_limits<std::uint64_t>::max()})
        BOOST_TEST((moment_of_filetime(never).error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_filetime_has_eight_bytes)
{
    const std::string bytes = "\x00\x9b\x55\x8c\x89\x61\xd2\x01"s;
    BOOST_TEST(text(moment_of_filetime_bytes(bytes)) == "2016-12-29T04:10:54.000Z");
    BOOST_TEST(
        text(moment_of_filetime_bytes(bytes.substr(0, 7))) == "a FILETIME has 8 bytes, this has 7");
    BOOST_TEST(
        text(moment_of_filetime_bytes(bytes + "\x01")) == "a FILETIME has 8 bytes, this has 9");
    BOOST_TEST(text(moment_of_filetime_bytes("")) == "a FILETIME has 8 bytes, this has 0");
}

BOOST_AUTO_TEST_CASE(a_systemtime_has_sixteen_bytes)
{
    // 2026-11-14 (a Saturday, 6) 03:12:45.500
    const std::string bytes = "\xea\x07\x0b\x00\x06\x00\x0e\x00\x03\x00\x0c\x00\x2d\x00\xf4\x01"s;
    BOOST_TEST(text(moment_of_systemtime_bytes(bytes)) == "2026-11-14T03:12:45.000Z");
    BOOST_TEST(
        text(moment_of_systemtime_bytes(bytes.substr(1)))
        == "a SYSTEMTIME has 16 bytes, this has 15");
    std::string broken = bytes;
    broken[2] = 13;
    BOOST_TEST(text(moment_of_systemtime_bytes(broken)) == "there is no such day");
    broken = bytes;
    broken[8] = 24;
    BOOST_TEST(text(moment_of_systemtime_bytes(broken)) == "there is no such time of day");
    BOOST_TEST((moment_of_systemtime_bytes(std::string(16, '\0')).error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_moment_of_wmi_carries_its_distance_from_utc)
{
    BOOST_TEST(text(moment_of_cim("20261114121245.500000+540")) == "2026-11-14T03:12:45.000Z");
    BOOST_TEST(text(moment_of_cim("20261113221245.000000-300")) == "2026-11-14T03:12:45.000Z");
    for (const char* broken :
         {"20261114121245.500000+54", "20261114121245.500000*540", "20261114121245+540", "",
          "****1114121245.500000+540"})
        BOOST_TEST(text(moment_of_cim(broken)) == "the text is not a moment of WMI");
    BOOST_TEST(text(moment_of_cim("20261314121245.500000+540")) == "there is no such day");
}

BOOST_AUTO_TEST_CASE(windows_update_writes_utc_with_blanks)
{
    BOOST_TEST(text(moment_of_iso("2026-11-14 03:12:45")) == "2026-11-14T03:12:45.000Z");
    BOOST_TEST(text(moment_of_iso("2026-11-14T03:12:45Z")) == "2026-11-14T03:12:45.000Z");
    BOOST_TEST(text(moment_of_iso("2026/11/14 03:12:45")) == "the text is not a moment");
    BOOST_TEST(text(moment_of_iso("2026-11-14")) == "the text is not a moment");
    BOOST_TEST(text(moment_of_iso("2026-11-14 25:00:00")) == "there is no such time of day");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::windows
