#include "collector/enroll/policy.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::collector::enroll {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::make_address;

constexpr Timestamp now = from_ms(1'790'000'000'000);

storage::EnrolmentKey key()
{
    storage::EnrolmentKey key;
    key.ranges = "10.20.0.0/16";
    key.expires_at = now + 1ms;
    return key;
}

storage::Ticket ticket()
{
    storage::Ticket ticket;
    ticket.hostname = "PC-07";
    ticket.expires_at = now + 1ms;
    return ticket;
}

wire::MachineFacts machine(std::string hostname, std::string serial = {})
{
    wire::MachineFacts machine;
    machine.hostname = std::move(hostname);
    machine.serial = std::move(serial);
    return machine;
}

std::string text_of(const std::optional<Refusal>& refusal)
{
    return refusal ? std::string{to_text(*refusal)} : "allowed";
}

BOOST_AUTO_TEST_SUITE(enrolment_policy)

BOOST_AUTO_TEST_CASE(a_key_is_judged_by_revocation_expiry_and_range)
{
    const auto inside = make_address("10.20.1.1");
    BOOST_TEST(text_of(judge_key(key(), inside, now)) == "allowed");
    BOOST_TEST(text_of(judge_key(key(), inside, now + 1ms)) == "key_expired");
    BOOST_TEST(text_of(judge_key(key(), make_address("10.21.1.1"), now)) == "address_not_allowed");
    auto revoked = key();
    revoked.revoked_at = now;
    BOOST_TEST(text_of(judge_key(revoked, inside, now)) == "key_revoked");
}

BOOST_AUTO_TEST_CASE(ranges_that_cannot_be_read_let_nobody_in)
{
    auto damaged = key();
    damaged.ranges = "10.20.0.0/99";
    BOOST_TEST(
        text_of(judge_key(damaged, make_address("10.20.1.1"), now)) == "address_not_allowed");
}

BOOST_AUTO_TEST_CASE(a_ticket_is_judged_by_use_expiry_and_machine)
{
    const auto right = machine("pc-07");
    BOOST_TEST(text_of(judge_ticket(ticket(), right, now)) == "allowed");
    BOOST_TEST(text_of(judge_ticket(ticket(), right, now + 1ms)) == "ticket_expired");
    BOOST_TEST(text_of(judge_ticket(ticket(), machine("pc-08"), now)) == "wrong_machine");
    BOOST_TEST(text_of(judge_ticket(ticket(), machine(""), now)) == "wrong_machine");
    auto used = ticket();
    used.used_at = now;
    BOOST_TEST(text_of(judge_ticket(used, right, now)) == "ticket_used");
    auto revoked = ticket();
    revoked.revoked_at = now;
    BOOST_TEST(text_of(judge_ticket(revoked, right, now)) == "ticket_revoked");
    auto unbound = ticket();
    unbound.hostname.clear();
    BOOST_TEST(text_of(judge_ticket(unbound, right, now)) == "wrong_machine");
}

BOOST_AUTO_TEST_CASE(a_ticket_bound_to_both_wants_both)
{
    auto both = ticket();
    both.serial = "5CG1234XYZ";
    BOOST_TEST(text_of(judge_ticket(both, machine("PC-07", " 5cg1234xyz "), now)) == "allowed");
    BOOST_TEST(text_of(judge_ticket(both, machine("PC-07"), now)) == "wrong_machine");
    BOOST_TEST(text_of(judge_ticket(both, machine("PC-08", "5CG1234XYZ"), now)) == "wrong_machine");
    both.hostname.clear();
    BOOST_TEST(text_of(judge_ticket(both, machine("anything", "5CG1234XYZ"), now)) == "allowed");
}

BOOST_AUTO_TEST_CASE(a_junk_serial_number_opens_nothing)
{
    auto junk = ticket();
    junk.hostname.clear();
    junk.serial = "To be filled by O.E.M.";
    BOOST_TEST(
        text_of(judge_ticket(junk, machine("x", "To be filled by O.E.M."), now))
        == "wrong_machine");
}

struct HostCase
{
    std::string_view one;
    std::string_view other;
    bool same;

    friend std::ostream& operator<<(std::ostream& out, const HostCase& c)
    {
        return out << c.one << " / " << c.other;
    }
};

const HostCase hosts[] = {
    {"PC-07", "pc-07", true},
    {"PC-07", "pc-07.aoba.local", true},
    {"pc-07.aoba.local", "PC-07", true},
    {"pc-07.aoba.local", "PC-07.AOBA.LOCAL", true},
    {"pc-07.aoba.local", "pc-07.midori.local", false},
    {"PC-07", "PC-070", false},
    {"PC-07", "PC-0", false},
    {"", "", false},
    {"PC-07", "", false},
};

BOOST_DATA_TEST_CASE(hostnames_compare_as_people_write_them, boost::unit_test::data::make(hosts), c)
{
    BOOST_TEST(is_same_hostname(c.one, c.other) == c.same);
}

BOOST_AUTO_TEST_CASE(the_queue_is_full_at_each_of_its_limits)
{
    QueueLimits limits;
    limits.all_max = 10;
    limits.of_key_max = 5;
    limits.of_address_max = 3;
    BOOST_TEST(text_of(judge_queue({9, 4, 2}, limits)) == "allowed");
    BOOST_TEST(text_of(judge_queue({10, 4, 2}, limits)) == "queue_full");
    BOOST_TEST(text_of(judge_queue({9, 5, 2}, limits)) == "queue_full");
    BOOST_TEST(text_of(judge_queue({9, 4, 3}, limits)) == "queue_full");
}

BOOST_AUTO_TEST_CASE(who_waits_long_asks_less_often)
{
    BOOST_TEST((retry_after(now, now + 1h - 1ms) == 30s));
    BOOST_TEST((retry_after(now, now + 1h) == 300s));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::enroll
