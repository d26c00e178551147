#include "collector/enroll/address_ranges.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::collector::enroll {
namespace {

namespace data = boost::unit_test::data;

struct ContainCase
{
    std::string_view ranges;
    std::string_view address;
    bool expected;

    friend std::ostream& operator<<(std::ostream& out, const ContainCase& c)
    {
        return out << c.address << " in \"" << c.ranges << '"';
    }
};

const ContainCase cases[] = {
    {"", "203.0.113.9", true},
    {"", "2001:db8::1", true},
    {"10.20.0.0/16", "10.20.0.0", true},
    {"10.20.0.0/16", "10.20.255.255", true},
    {"10.20.0.0/16", "10.21.0.0", false},
    {"10.20.0.0/16", "10.19.255.255", false},
    {"10.20.3.4/16", "10.20.9.9", true},
    {"10.20.0.0/16", "2001:db8::1", false},
    {"10.20.0.0/16", "::ffff:10.20.1.1", true},
    {"192.0.2.7", "192.0.2.7", true},
    {"192.0.2.7", "192.0.2.8", false},
    {"0.0.0.0/0", "203.0.113.9", true},
    {"0.0.0.0/0", "2001:db8::1", false},
    {"2001:db8::/32", "2001:db8:ffff::1", true},
    {"2001:db8::/32", "2001:db9::1", false},
    {"fe80::/10", "fe80::1%1", true},
    {"10.0.0.0/8, 192.0.2.0/24;2001:db8::1", "192.0.2.200", true},
    {"10.0.0.0/8, 192.0.2.0/24;2001:db8::1", "2001:db8::1", true},
    {"10.0.0.0/8, 192.0.2.0/24;2001:db8::1", "172.16.0.1", false},
};

BOOST_AUTO_TEST_SUITE(address_ranges)

BOOST_DATA_TEST_CASE(an_address_is_inside_or_outside, data::make(cases), one)
{
    const auto ranges = AddressRanges::parse(one.ranges).value();
    const auto address = boost::asio::ip::make_address(one.address);
    BOOST_TEST(ranges.contain(address) == one.expected);
    const auto again = AddressRanges::parse(ranges.text()).value();
    BOOST_TEST(again.contain(address) == one.expected);
}

constexpr std::string_view bad_texts[] = {"hello",          "10.20.0.0/33",        "10.20.0.0/",
                                          "10.20.0.0/-1",   "10.20.0.0/1x",        "10.20/16",
                                          "2001:db8::/129", "10.0.0.0/8 nonsense", "/8"};

BOOST_DATA_TEST_CASE(what_is_no_network_is_refused_by_name, data::make(bad_texts), text)
{
    const auto ranges = AddressRanges::parse(text);
    BOOST_TEST_REQUIRE(ranges.has_error());
    BOOST_TEST((ranges.error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(there_is_a_limit_on_their_number)
{
    std::string text;
    for (int i = 0; i < 32; ++i)
        text += "10.0.0." + std::to_string(i) + " ";
    BOOST_TEST(AddressRanges::parse(text).has_value());
    BOOST_TEST((AddressRanges::parse(text + "10.0.1.0").error().code == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(the_stored_form_is_canonical)
{
    BOOST_TEST(
        AddressRanges::parse(" 2001:DB8::5/32,10.20.3.4/16 ").value().text()
        == "10.20.0.0/16 2001:db8::/32");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::enroll
