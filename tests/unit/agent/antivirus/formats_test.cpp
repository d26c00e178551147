#include "agent/antivirus/formats.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <tuple>
#include <vector>

namespace mimamori::agent::antivirus {
namespace {

using namespace std::string_literals;

const Timestamp now = parse_rfc3339("2026-11-22T10:00:00Z").value();

std::string moment(Format format, std::string_view raw)
{
    const auto found = parse_moment(format, raw, now);
    return found ? to_rfc3339(found->at).substr(0, 19) : "refused";
}

std::string version(Format format, std::string_view raw)
{
    const auto found = parse_version(format, raw);
    return found ? *found : "refused";
}

} // namespace

BOOST_AUTO_TEST_SUITE(formats)

BOOST_AUTO_TEST_CASE(dates_are_read_in_every_form_of_the_definitions)
{
    const std::vector<std::tuple<Format, std::string, std::string>> table{
        {Format::ymd, "20160226", "2016-02-26T00:00:00"},
        {Format::ymd, "2016/02/25", "2016-02-25T00:00:00"},
        {Format::ymd, "2026-10-23", "2026-10-23T00:00:00"},
        {Format::ymd, "20260910.003", "2026-09-10T00:00:00"},
        {Format::ymd, "20230401)", "2023-04-01T00:00:00"},
        {Format::ymd, "2027-03-31T23:59:59Z\" x", "2027-03-31T00:00:00"},
        {Format::ymdhms, "20261101083000", "2026-11-01T08:30:00"},
        {Format::ymdhms, "2026/11/01 08:30:05", "2026-11-01T08:30:05"},
        {Format::ymdhm, "202104290954", "2021-04-29T09:54:00"},
        {Format::ymdh, "2026110105", "2026-11-01T05:00:00"},
        {Format::yymmddhh, "[Definitions]\r\nLatest=26111404\r\n", "2026-11-14T04:00:00"},
        {Format::dmyhms, "23-10-2026 09-15-30", "2026-10-23T09:15:30"},
        {Format::unix_s, "1792746900", "2026-10-23T09:15:00"},
        {Format::unix_s, " \"1792746900\",", "2026-10-23T09:15:00"},
        {Format::filetime, "\x00\x9b\x55\x8c\x89\x61\xd2\x01"s, "2016-12-29T04:10:54"},
        {Format::filetime, "134372205000000000", "2026-10-23T09:15:00"},
        {Format::symantec_bytes, "\x2e\x08\x08\x00"s, "2016-09-08T00:00:00"},
        {Format::asctime_local, "Sun Nov 22 05:10:37 2026", "2026-11-22T05:10:37"},
        {Format::asctime_local, "Sun Nov  1 05:10:37 2026 rest", "2026-11-01T05:10:37"},
        {Format::days_left, "30", "2026-12-22T00:00:00"},
    };
    for (const auto& [format, raw, expected] : table)
        BOOST_TEST(moment(format, raw) == expected, raw << " gave " << moment(format, raw));
}

BOOST_AUTO_TEST_CASE(only_the_log_of_freshclam_is_in_local_time)
{
    BOOST_TEST(parse_moment(Format::asctime_local, "Sun Nov 22 05:10:37 2026", now)->is_local);
    BOOST_TEST(!parse_moment(Format::ymdhms, "20261122051037", now)->is_local);
}

BOOST_AUTO_TEST_CASE(what_means_never_or_unused_is_not_found_rather_than_wrong)
{
    const auto code = [](Format format, std::string_view raw) {
        return parse_moment(format, raw, now).error().code;
    };
    BOOST_TEST((code(Format::unix_s, "0") == Errc::not_found));
    BOOST_TEST((code(Format::unix_s, "4294967295") == Errc::not_found));
    BOOST_TEST((code(Format::ymd, "0") == Errc::not_found));
    BOOST_TEST((code(Format::ymd, "") == Errc::not_found));
    BOOST_TEST((code(Format::filetime, "\0\0\0\0\0\0\0\0"s) == Errc::not_found));
    BOOST_TEST((parse_version(Format::trend_pattern, "0").error().code == Errc::not_found));
    BOOST_TEST((parse_version(Format::version, " ").error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(dates_that_do_not_exist_or_lie_far_off_are_refused)
{
    const std::vector<std::pair<Format, std::string>> table{
        {Format::ymd, "20261301"},
        {Format::ymd, "20260230"},
        {Format::ymd, "2026101"},
        {Format::ymd, "yesterday"},
        {Format::ymd, "19891231"},
        {Format::ymd, "21010101"},
        {Format::ymdhms, "20261101246000"},
        {Format::ymdhms, "2026110124000"},
        {Format::yymmddhh, "261114041"},
        {Format::yymmddhh, "2611140"},
        {Format::dmyhms, "2026-10-23 09-15-30"},
        {Format::unix_s, "99999999999999999999999"},
        {Format::unix_s, "99999999999"},
        {Format::unix_s, "600000000"},
        {Format::unix_s, "x"},
        {Format::filetime, "short"},
        {Format::filetime, "1"},
        {Format::symantec_bytes, "\x2e\x0c\x08"s},
        {Format::symantec_bytes, "\x2e"s},
        {Format::days_left, "36501"},
        {Format::days_left, "-1"},
        {Format::asctime_local, "Sun Nov 22 05:10:37"},
        {Format::asctime_local, "Sun Nov 22 25:10:37 2026"},
        {Format::asctime_local, "Son Okt 22 05:10:37 2026"},
        {Format::unknown, "20260101"},
        {Format::version, "20260101"},
        {Format::ymd, "\xff\xfe\x80"},
    };
    for (const auto& [format, raw] : table)
        BOOST_TEST(moment(format, raw) == "refused", raw);
    BOOST_TEST(moment(Format::ymd, "19900101") == "1990-01-01T00:00:00");
    BOOST_TEST(moment(Format::ymd, "21001231") == "2100-12-31T00:00:00");
    BOOST_TEST(moment(Format::days_left, "36500") != "refused");
}

BOOST_AUTO_TEST_CASE(versions_are_cut_where_they_end)
{
    BOOST_TEST(version(Format::version, "1.399.1234.0") == "1.399.1234.0");
    BOOST_TEST(version(Format::version, "27000 (20230401)") == "27000");
    BOOST_TEST(version(Format::version, "22.9_23") == "22.9_23");
    BOOST_TEST(version(Format::upstream_version, "1.4.6+dfsg-0+deb12u1") == "1.4.6");
    BOOST_TEST(version(Format::upstream_version, "1:101.24.5-1") == "101.24.5");
    BOOST_TEST(version(Format::trend_pattern, "1934500") == "19.345.00");
    BOOST_TEST(version(Format::trend_pattern, "1300107") == "13.001.07");
}

BOOST_AUTO_TEST_CASE(a_version_has_at_most_64_characters_of_a_few_kinds)
{
    BOOST_TEST(version(Format::version, std::string(64, '7')) == std::string(64, '7'));
    BOOST_TEST(version(Format::version, std::string(65, '7')) == "refused");
    BOOST_TEST(version(Format::version, "root:x:0:0") == "refused");
    BOOST_TEST(version(Format::version, "$y$j9T$") == "refused");
    BOOST_TEST(version(Format::version, "12<script>") == "12");
    BOOST_TEST(version(Format::version, "\xe3\x82\xa6") == "refused");
    BOOST_TEST(version(Format::trend_pattern, "4294967296") == "refused");
    BOOST_TEST(version(Format::ymd, "1.2") == "refused");
}

BOOST_AUTO_TEST_CASE(states_compare_with_the_words_of_the_definitions)
{
    Source source;
    source.on = {"1", "yes"};
    source.off = {"0", "no"};
    BOOST_TEST(*parse_state(source, " YES \r\n"));
    BOOST_TEST(!*parse_state(source, "0"));
    BOOST_TEST(!parse_state(source, "2"));
    source.on.clear();
    BOOST_TEST(*parse_state(source, "2"));
    source.off.clear();
    BOOST_TEST(!parse_state(source, "2"));
}

BOOST_AUTO_TEST_CASE(a_mask_takes_the_state_out_of_a_number)
{
    Source source;
    source.mask = 0xF000;
    source.on = {"4096"};
    source.off = {"0", "8192", "12288"};
    BOOST_TEST(*parse_state(source, std::to_string(0x061100)));
    BOOST_TEST(*parse_state(source, std::to_string(0x041010)));
    BOOST_TEST(!*parse_state(source, std::to_string(0x060100)));
    BOOST_TEST(!*parse_state(source, std::to_string(0x063100)));
    BOOST_TEST(!parse_state(source, std::to_string(0x068100)));
    BOOST_TEST(!parse_state(source, "on"));
}

BOOST_AUTO_TEST_CASE(versions_are_ordered_by_their_numbers)
{
    BOOST_TEST(is_lower_version("9.9", "9.10"));
    BOOST_TEST(!is_lower_version("9.10", "9.9"));
    BOOST_TEST(!is_lower_version("9.10", "9.10"));
    BOOST_TEST(is_lower_version("9", "9.1"));
    BOOST_TEST(is_lower_version("2026-10-23_01", "2026-10-23_02"));
    BOOST_TEST(!is_lower_version("010", "9"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori::agent::antivirus
