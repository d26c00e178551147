#include "common/identity/key_code.hpp"
#include "common/identity/secret.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cctype>
#include <ostream>
#include <set>

namespace mimamori::identity {
namespace {

namespace data = boost::unit_test::data;

// Made once by `generate`; its form is a promise, since printed tickets must stay readable.
constexpr std::string_view known = "MK-00000-00000-00000-00000-00000-0";

std::string refusal(std::string_view text)
{
    const auto read = Secret::parse(text);
    return read ? "accepted" : read.error().message;
}

BOOST_AUTO_TEST_SUITE(enrolment_secret)

BOOST_AUTO_TEST_CASE(what_was_generated_is_read_again)
{
    for (const SecretKind kind : {SecretKind::enrolment_key, SecretKind::ticket})
    {
        const Secret made = Secret::generate(kind);
        BOOST_TEST(made.text().size() == std::string_view{"MK-"}.size() + 6 * 5 + 5);
        const auto read = Secret::parse(made.text());
        BOOST_TEST_REQUIRE(read.has_value());
        BOOST_TEST((read->kind() == kind));
        BOOST_TEST(read->text() == made.text());
        BOOST_TEST(read->hash() == made.hash());
        BOOST_TEST(read->hint() == made.text().substr(made.text().size() - 5));
    }
}

BOOST_AUTO_TEST_CASE(two_secrets_differ)
{
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i)
        seen.insert(Secret::generate(SecretKind::ticket).text());
    BOOST_TEST(seen.size() == 100u);
}

BOOST_AUTO_TEST_CASE(it_is_read_as_people_type_it)
{
    const Secret made = Secret::generate(SecretKind::ticket);
    std::string typed = "  ";
    for (const char c : made.text())
    {
        if (c == '-')
            typed += ' ';
        else if (c == '0')
            typed += 'o';
        else if (c == '1')
            typed += 'l';
        else
            typed += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    typed += "\r\n";
    const auto read = Secret::parse(typed);
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(read->text() == made.text());
}

BOOST_AUTO_TEST_CASE(every_single_mistyped_character_is_found)
{
    const std::string good = Secret::generate(SecretKind::enrolment_key).text();
    for (std::size_t at = 3; at < good.size(); ++at)
    {
        if (good[at] == '-')
            continue;
        std::string mistyped = good;
        mistyped[at] = good[at] == 'Z' ? 'Y' : 'Z';
        BOOST_TEST(
            refusal(mistyped) == "its checksum is wrong: a character was mistyped",
            "at character " << at);
    }
}

BOOST_AUTO_TEST_CASE(two_neighbours_that_changed_places_are_found)
{
    const std::string good = Secret::generate(SecretKind::enrolment_key).text();
    std::string swapped = good;
    std::swap(swapped[3], swapped[4]);
    BOOST_TEST((swapped == good || !Secret::parse(swapped).has_value()));
}

BOOST_AUTO_TEST_CASE(a_key_is_not_a_ticket)
{
    std::string text = Secret::generate(SecretKind::enrolment_key).text();
    text[1] = 'T';
    BOOST_TEST(refusal(text) == "its checksum is wrong: a character was mistyped");
}

struct BadCase
{
    std::string_view text;
    std::string_view reason;

    friend std::ostream& operator<<(std::ostream& out, const BadCase& c) { return out << c.text; }
};

const BadCase bad_texts[] = {
    {"", "it begins with neither MK- (enrolment key) nor MT- (ticket)"},
    {"hello", "it begins with neither MK- (enrolment key) nor MT- (ticket)"},
    {known, "it has 26 characters after the first two, not 30"},
    {"MK-U", "it holds a character that no key or ticket has"},
    {"MK-\xe3\x81\x82", "it holds a character that no key or ticket has"},
    {"MT-00000-00000-00000-00000-00000-000000", "it has 31 characters after the first two, not 30"},
};

BOOST_DATA_TEST_CASE(what_is_no_secret_is_refused_with_a_reason, data::make(bad_texts), bad)
{
    BOOST_TEST(refusal(bad.text) == bad.reason);
}

BOOST_AUTO_TEST_CASE(a_long_text_is_refused_without_being_read)
{
    BOOST_TEST(refusal("MK" + std::string(198, '-')).starts_with("it has 0 characters"));
    BOOST_TEST(refusal("MK" + std::string(199, '-')) == "it is too long");
}

BOOST_AUTO_TEST_CASE(a_refusal_never_repeats_the_text)
{
    const std::string good = Secret::generate(SecretKind::ticket).text();
    BOOST_TEST(refusal(good + "0").find(good.substr(3, 5)) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_key_code_is_six_characters_of_the_fingerprint)
{
    // 0x00 0x44 0x32 0x14 = 00000 00001 00010 00011 00100 00101 00
    const crypto::Sha256 fingerprint{0x00, 0x44, 0x32, 0x14, 0xff};
    BOOST_TEST(key_code(fingerprint) == "012345");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::identity
