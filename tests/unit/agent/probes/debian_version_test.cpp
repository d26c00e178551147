#include "agent/probes/debian_version.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::agent::probes {
namespace {

BOOST_AUTO_TEST_SUITE(debian_version)

struct Case
{
    std::string_view a;
    char sign;
    std::string_view b;

    friend std::ostream& operator<<(std::ostream& out, const Case& c)
    {
        return out << c.a << ' ' << c.sign << ' ' << c.b;
    }
};

const Case cases[] = {
    // The same in other words.
    {"", '=', ""},
    {"0", '=', "0"},
    {"0", '=', "00"},
    {"1.0", '=', "1.0-0"},
    {"0:1.0", '=', "1.0"},
    {"00:0-0", '=', "0:0-0"},
    {"1.01", '=', "1.1"},
    {"1.0-1", '=', "1.0-01"},
    {"1.2.3", '=', "1.2.3"},
    // Numbers by value.
    {"1.9", '<', "1.10"},
    {"9", '<', "10"},
    {"1.2", '<', "1.2.1"},
    {"20230311", '<', "20250419"},
    {"99999999999999999999", '<', "100000000000000000000"},
    // The epoch comes first.
    {"1:0.4", '>', "10.3"},
    {"1:1.25-4", '<', "1:1.25-8"},
    {"0:1.18.36", '<', "1:1.18.35"},
    {"2:1", '>', "1:99"},
    // The revision comes last.
    {"1.18.36-0.17.35-18", '>', "1.18.36-0.17.35-9"},
    {"1.0-1", '<', "1.0-2"},
    {"1.0", '<', "1.0-1"},
    {"1.0-9", '<', "1.0-10"},
    // Letters before other characters, the end before both.
    {"1.2.24", '<', "1.2.24a"},
    {"1.0a", '<', "1.0b"},
    {"1.0a", '<', "1.0+"},
    {"1.0z", '<', "1.0.0"},
    {"1.0", '<', "1.0+deb12u1"},
    {"1.0+a", '<', "1.0.a"},
    {"A", '<', "a"},
    // The tilde before everything, even before the end.
    {"1.0~rc1", '<', "1.0"},
    {"1.0~~", '<', "1.0~"},
    {"1.0~~", '<', "1.0~~a"},
    {"1.0~~a", '<', "1.0~"},
    {"1.0~beta1", '<', "1.0~rc1"},
    {"1.0-1~bpo12+1", '<', "1.0-1"},
    {"1.0~rc1-1", '<', "1.0-1"},
    {"0~~", '<', "0"},
    // As they occur.
    {"1:9.2p1-2+deb12u2", '<', "1:9.2p1-2+deb12u3"},
    {"2.36-9+deb12u4", '<', "2.36-9+deb12u10"},
    {"5.2.15-2+b2", '<', "5.2.15-2+b13"},
    {"2.6.1", '<', "2.6.2"},
    {"20230311+deb12u1", '<', "20250419~deb12u2"},
    {"1.0.9-2+b6", '<', "1.0.9-2+deb12u1"},
    {"6.1.0-9-amd64", '<', "6.1.0-18-amd64"},
    {"3.0.2-0ubuntu1.9", '<', "3.0.2-0ubuntu1.15"},
    {"115.0+build2", '<', "123.0.1+build1"},
};

BOOST_DATA_TEST_CASE(versions_are_ordered_as_dpkg_does, boost::unit_test::data::make(cases), c)
{
    const auto order = compare_debian_versions(c.a, c.b);
    const auto back = compare_debian_versions(c.b, c.a);
    const char sign = order < 0 ? '<' : order > 0 ? '>' : '=';
    const char back_sign = back < 0 ? '>' : back > 0 ? '<' : '=';
    BOOST_TEST(sign == c.sign);
    BOOST_TEST(back_sign == c.sign);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
