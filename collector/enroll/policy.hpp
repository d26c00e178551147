#pragma once

#include "collector/storage/enrolment_store.hpp"
#include "common/base/time.hpp"
#include "common/wire/enrollment.hpp"

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Who may be enrolled: the reasons to say no. Pure.
namespace mimamori::collector::enroll {

enum class Refusal
{
    secret_unknown,      ///< 403: nobody made this key or ticket.
    key_expired,         ///< 410
    key_used_up,         ///< 410
    key_revoked,         ///< 410
    address_not_allowed, ///< 403: not from one of the key's networks.
    ticket_expired,      ///< 410
    ticket_used,         ///< 410
    ticket_revoked,      ///< 410
    wrong_machine,       ///< 403: the ticket is for another one.
    rejected,            ///< 403: a person said no.
    agent_revoked,       ///< 403: this key pair was revoked; it takes a new one.
    key_mismatch,        ///< 403: a renewal keeps the agent's key.
    too_often,           ///< 429
    queue_full           ///< 429
};

/// "key_expired": the problem's code, stable.
std::string_view to_text(Refusal refusal);

/// What the queue takes at most; above it nobody new is let in until somebody decides.
struct QueueLimits
{
    std::int64_t all_max{10'000};
    std::int64_t of_key_max{2'000};
    std::int64_t of_address_max{200}; ///< A ward's PCs may share one address.

    /// An entry that did not ask for so long is gone.
    std::chrono::hours lifetime{14 * 24};
};

/// How long after its first certificate a machine may fetch it again with the same secret: the
/// answer may have been lost on the way.
inline constexpr std::chrono::hours repeat_window{24};

/// When who waits for approval is to ask again: often at first, while somebody may be looking.
std::chrono::seconds retry_after(Timestamp first_asked_at, Timestamp now);

/// Whether a key may be used from `address` now, its use count aside.
std::optional<Refusal> judge_key(
    const storage::EnrolmentKey& key, const boost::asio::ip::address& address, Timestamp now);

/// Whether a ticket may be used by `machine` now.
std::optional<Refusal> judge_ticket(
    const storage::Ticket& ticket, const wire::MachineFacts& machine, Timestamp now);

/// Whether the queue takes one more.
std::optional<Refusal> judge_queue(const storage::QueueCounts& counts, const QueueLimits& limits);

/// Whether two spellings name one machine: "PC-07" and "pc-07.aoba.local" do.
bool is_same_hostname(std::string_view one, std::string_view other);

} // namespace mimamori::collector::enroll
