#include "collector/enroll/policy.hpp"

#include "collector/enroll/address_ranges.hpp"
#include "common/identity/machine.hpp"

#include <algorithm>

namespace mimamori::collector::enroll {
namespace {

char small(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_without_case(std::string_view one, std::string_view other)
{
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
        return small(a) == small(b);
    });
}

bool is_serial_of(const std::string& serial, const wire::MachineFacts& machine)
{
    wire::MachineFacts wanted;
    wanted.serial = serial;
    wire::MachineFacts given;
    given.serial = machine.serial;
    const auto facts = identity::fingerprint_of(wanted);
    return !facts.empty() && facts == identity::fingerprint_of(given);
}

} // namespace

std::string_view to_text(Refusal refusal)
{
    switch (refusal)
    {
    case Refusal::secret_unknown:
        return "secret_unknown";
    case Refusal::key_expired:
        return "key_expired";
    case Refusal::key_used_up:
        return "key_used_up";
    case Refusal::key_revoked:
        return "key_revoked";
    case Refusal::address_not_allowed:
        return "address_not_allowed";
    case Refusal::ticket_expired:
        return "ticket_expired";
    case Refusal::ticket_used:
        return "ticket_used";
    case Refusal::ticket_revoked:
        return "ticket_revoked";
    case Refusal::wrong_machine:
        return "wrong_machine";
    case Refusal::rejected:
        return "rejected";
    case Refusal::agent_revoked:
        return "agent_revoked";
    case Refusal::key_mismatch:
        return "key_mismatch";
    case Refusal::too_often:
        return "too_often";
    case Refusal::queue_full:
        return "queue_full";
    }
    return "";
}

std::chrono::seconds retry_after(Timestamp first_asked_at, Timestamp now)
{
    using namespace std::chrono_literals;
    return now - first_asked_at < 1h ? 30s : 300s;
}

std::optional<Refusal> judge_key(
    const storage::EnrolmentKey& key, const boost::asio::ip::address& address, Timestamp now)
{
    if (key.revoked_at)
        return Refusal::key_revoked;
    if (now >= key.expires_at)
        return Refusal::key_expired;
    const auto ranges = AddressRanges::parse(key.ranges);
    // Ranges that cannot be read let nobody in.
    if (!ranges || !ranges->contain(address))
        return Refusal::address_not_allowed;
    return std::nullopt;
}

std::optional<Refusal> judge_ticket(
    const storage::Ticket& ticket, const wire::MachineFacts& machine, Timestamp now)
{
    if (ticket.revoked_at)
        return Refusal::ticket_revoked;
    if (ticket.used_at)
        return Refusal::ticket_used;
    if (now >= ticket.expires_at)
        return Refusal::ticket_expired;
    if (ticket.hostname.empty() && ticket.serial.empty())
        return Refusal::wrong_machine;
    if (!ticket.hostname.empty() && !is_same_hostname(ticket.hostname, machine.hostname))
        return Refusal::wrong_machine;
    if (!ticket.serial.empty() && !is_serial_of(ticket.serial, machine))
        return Refusal::wrong_machine;
    return std::nullopt;
}

std::optional<Refusal> judge_queue(const storage::QueueCounts& counts, const QueueLimits& limits)
{
    const bool is_full = counts.all >= limits.all_max || counts.of_key >= limits.of_key_max
                         || counts.of_address >= limits.of_address_max;
    return is_full ? std::optional{Refusal::queue_full} : std::nullopt;
}

bool is_same_hostname(std::string_view one, std::string_view other)
{
    if (one.empty() || other.empty())
        return false;
    const auto host_of = [](std::string_view name) { return name.substr(0, name.find('.')); };
    const bool both_full = one.find('.') != one.npos && other.find('.') != other.npos;
    return both_full ? equal_without_case(one, other)
                     : equal_without_case(host_of(one), host_of(other));
}

} // namespace mimamori::collector::enroll
