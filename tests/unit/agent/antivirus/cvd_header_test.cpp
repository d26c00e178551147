#include "agent/antivirus/cvd_header.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace mimamori::agent::antivirus {
namespace {

const std::string good =
    "ClamAV-VDB:23 Oct 2026 09-15 +0000:27800:1:216:69143d3ef2ad3362a759c2c2957b637f:X:builder:"
    "1792746900";

std::string padded(std::string text)
{
    text.resize(cvd_header_bytes, ' ');
    return text;
}

std::string refusal(const std::string& text)
{
    const auto header = parse_cvd_header(padded(text));
    return header ? "accepted" : header.error().message;
}

Timestamp at(std::string_view text)
{
    return parse_rfc3339(text).value();
}

} // namespace

BOOST_AUTO_TEST_SUITE(cvd_header)

BOOST_AUTO_TEST_CASE(a_header_of_sigtool_is_understood)
{
    const auto header = parse_cvd_header(padded(good));
    BOOST_REQUIRE(header.has_value());
    BOOST_TEST((header->built_at == at("2026-10-23T09:15:00Z")));
    BOOST_TEST(header->version == 27800);
    BOOST_TEST(header->signatures == 1);
    BOOST_TEST(header->functionality_level == 216);
}

BOOST_AUTO_TEST_CASE(the_documented_example_with_a_zone_is_understood)
{
    // docs.clamav.net prints this header; 08-02 -0500 is 13:02 in UTC.
    const auto header = parse_cvd_header(padded(
        "ClamAV-VDB:07 Mar 2017 08-02 -0500:23182:1741572:63:0123456789abcdef0123456789abcdef:"
        "c2lnbmF0dXJl/+=:neo:1488891746"));
    BOOST_REQUIRE(header.has_value());
    BOOST_TEST((header->built_at == at("2017-03-07T13:02:26Z")));
}

BOOST_AUTO_TEST_CASE(an_old_header_without_seconds_is_dated_by_its_text)
{
    const std::string old = good.substr(0, good.rfind(':'));
    const auto header = parse_cvd_header(padded(old));
    BOOST_REQUIRE(header.has_value());
    BOOST_TEST((header->built_at == at("2026-10-23T09:15:00Z")));
}

BOOST_AUTO_TEST_CASE(a_truncated_header_says_how_much_there_is)
{
    const std::string whole = padded(good);
    BOOST_TEST(parse_cvd_header(whole.substr(0, 512)).has_value());
    const auto cut = parse_cvd_header(whole.substr(0, 511));
    BOOST_REQUIRE(!cut);
    BOOST_TEST(cut.error().message == "ClamAV header: it ends after 511 of its 512 bytes");
    BOOST_TEST(!parse_cvd_header(""));
    BOOST_TEST(parse_cvd_header(whole + "the database follows").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_no_header_is_refused_without_repeating_it)
{
    const std::string secret = "root:$y$j9T$hash:19000:0:99999:7:::";
    BOOST_TEST(refusal(secret) == "ClamAV header: this is no ClamAV database");
    BOOST_TEST(refusal("ClamAV-VDB:" + secret).find("hash") == std::string::npos);
    BOOST_TEST(refusal("ClamAV-VDB:") == "ClamAV header: fields are missing");
    std::string binary = good;
    binary[70] = '\x80';
    BOOST_TEST(refusal(binary) == "ClamAV header: it holds bytes that are no text");
}

BOOST_AUTO_TEST_CASE(wrong_numbers_are_refused)
{
    const auto with = [](const std::string& what, const std::string& by) {
        std::string text = good;
        text.replace(text.find(what), what.size(), by);
        return refusal(text);
    };
    BOOST_TEST(with("27800", "27800") == "accepted");
    const std::string numbers = "ClamAV header: version, signatures or level is no number";
    BOOST_TEST(with("27800", "-1") == numbers);
    BOOST_TEST(with("27800", "") == numbers);
    BOOST_TEST(with("27800", "4294967296") == numbers);
    BOOST_TEST(with("27800", "4294967295") == "accepted");
    BOOST_TEST(with(":216:", ":2x6:") == numbers);
    const std::string seconds = "ClamAV header: the build time in seconds is no time";
    BOOST_TEST(with("1792746900", "99999999999999999999") == seconds);
    BOOST_TEST(with("1792746900", "-5") == seconds);
    BOOST_TEST(with("1792746900", "17e9") == seconds);
}

BOOST_AUTO_TEST_CASE(two_build_times_may_differ_by_a_day_and_not_more)
{
    const auto shifted = [](std::int64_t by_s) {
        std::string text = good;
        text.replace(text.rfind(':') + 1, 10, std::to_string(1792746900 + by_s));
        return refusal(text);
    };
    BOOST_TEST(shifted(86'400) == "accepted");
    BOOST_TEST(shifted(-86'400) == "accepted");
    BOOST_TEST(shifted(86'401) == "ClamAV header: its two build times contradict each other");
    BOOST_TEST(shifted(-86'401) == "ClamAV header: its two build times contradict each other");
}

BOOST_AUTO_TEST_CASE(build_times_are_read_strictly)
{
    BOOST_TEST((*parse_cvd_time("26 Oct 2026 08-45 +0000") == at("2026-10-26T08:45:00Z")));
    BOOST_TEST((*parse_cvd_time("26 Oct 2026 08:45 +0930") == at("2026-10-25T23:15:00Z")));
    BOOST_TEST((*parse_cvd_time("01 Jan 1990 00-00 +0000") == at("1990-01-01T00:00:00Z")));
    for (const char* bad :
         {"", "26 Oct 2026", "26 Oct 2026 08-45", "31 Feb 2026 08-45 +0000",
          "26 Okt 2026 08-45 +0000", "26 Oct 2026 24-00 +0000", "26 Oct 2026 08-60 +0000",
          "26 Oct 2026 08-45 0000", "26 Oct 2026 08-45 +1500", "26 Oct 2026 08-45 +0060",
          "26 Oct 2026 8-45 +0000", "-1 Oct 2026 08-45 +0000", "26 Oct 20260 08-45 +0000",
          "31 Dec 1989 23-59 +0000", "01 Jan 2101 00-00 +0000"})
        BOOST_TEST(!parse_cvd_time(bad), bad);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori::agent::antivirus
