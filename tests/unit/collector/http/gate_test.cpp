#include "collector/http/gate.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::http {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::make_address;

constexpr Gate::Time start{std::chrono::hours{1}};

BOOST_AUTO_TEST_SUITE(gate)

BOOST_AUTO_TEST_CASE(an_ipv6_network_is_one_sender_and_an_ipv4_address_is_one)
{
    BOOST_TEST(sender_key(make_address("192.0.2.1")) != sender_key(make_address("192.0.2.2")));
    BOOST_TEST(
        sender_key(make_address("192.0.2.1")) == sender_key(make_address("::ffff:192.0.2.1")));
    BOOST_TEST(
        sender_key(make_address("2001:db8::1")) == sender_key(make_address("2001:db8::ffff:2")));
    BOOST_TEST(
        sender_key(make_address("2001:db8::1")) != sender_key(make_address("2001:db8:0:1::1")));
}

BOOST_AUTO_TEST_CASE(a_sender_waits_in_so_many_places_and_gets_them_back)
{
    Gate gate{{.pending_per_sender_max = 2, .requests_per_minute = 0}};
    BOOST_TEST(gate.enter(1));
    BOOST_TEST(gate.enter(1));
    BOOST_TEST(!gate.enter(1));
    BOOST_TEST(gate.enter(2));
    BOOST_TEST(gate.pending() == 3u);
    gate.leave(1);
    BOOST_TEST(gate.enter(1));
    gate.leave(1);
    gate.leave(1);
    gate.leave(2);
    BOOST_TEST(gate.pending() == 0u);
}

BOOST_AUTO_TEST_CASE(one_sender_has_at_most_half_of_the_handshakes)
{
    Gate gate{{.pending_per_sender_max = 9, .requests_per_minute = 0, .handshakes_max = 5}};
    BOOST_TEST(gate.begin_handshake(1));
    BOOST_TEST(gate.begin_handshake(1));
    BOOST_TEST(gate.begin_handshake(1));
    BOOST_TEST(!gate.begin_handshake(1));
    BOOST_TEST(gate.begin_handshake(2));
    BOOST_TEST(gate.begin_handshake(3));
    BOOST_TEST(!gate.begin_handshake(2)); // All are taken.
    gate.end_handshake(1);
    BOOST_TEST(gate.begin_handshake(2));
    gate.end_handshake(3);
    BOOST_TEST(gate.begin_handshake(1));
}

BOOST_AUTO_TEST_CASE(the_only_place_for_a_handshake_is_for_anybody)
{
    Gate gate{{.pending_per_sender_max = 9, .requests_per_minute = 0, .handshakes_max = 1}};
    BOOST_TEST(gate.begin_handshake(1));
    BOOST_TEST(!gate.begin_handshake(2));
    gate.end_handshake(1);
    BOOST_TEST(gate.begin_handshake(2));
}

BOOST_AUTO_TEST_CASE(requests_are_counted_by_the_minute)
{
    Gate gate{{.pending_per_sender_max = 1, .requests_per_minute = 2}};
    BOOST_TEST(gate.admit_request(1, start));
    BOOST_TEST(gate.admit_request(1, start + 10s));
    BOOST_TEST(!gate.admit_request(1, start + 59s));
    BOOST_TEST(gate.admit_request(2, start + 59s));
    BOOST_TEST(gate.admit_request(1, start + 60s));
}

BOOST_AUTO_TEST_CASE(no_limit_lets_all_through)
{
    Gate gate{{.pending_per_sender_max = 1, .requests_per_minute = 0}};
    for (int i = 0; i < 1000; ++i)
        BOOST_TEST(gate.admit_request(1, start));
}

BOOST_AUTO_TEST_CASE(one_sender_gets_few_lines_and_the_rest_is_counted)
{
    RefusalLog log;
    std::size_t lines = 0;
    for (int i = 0; i < 1000; ++i)
        lines += log.admits(1, start + i * 1ms) ? 1 : 0;
    BOOST_TEST(lines == RefusalLog::lines_per_sender_and_minute);
    BOOST_TEST(log.admits(2, start + 2s));
    BOOST_TEST(!log.left_out(start + 59s).has_value());
    BOOST_TEST(log.left_out(start + 60s).value() == 1000 - lines);
    BOOST_TEST(!log.left_out(start + 61s).has_value());
    BOOST_TEST(log.admits(1, start + 61s));
}

BOOST_AUTO_TEST_CASE(many_senders_together_get_a_bounded_number_of_lines)
{
    RefusalLog log;
    std::size_t lines = 0;
    for (std::uint64_t sender = 0; sender < 1000; ++sender)
        lines += log.admits(sender, start) ? 1 : 0;
    BOOST_TEST(lines == RefusalLog::lines_per_minute);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::http
