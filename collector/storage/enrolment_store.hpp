#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/enrollment.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Enrolment keys, tickets and the approval queue. Functions for works of `Database`.
namespace mimamori::collector::storage {

struct EnrolmentKey
{
    std::int64_t no{0};
    SiteId site;
    std::string note;
    std::string secret_hash;
    std::string hint;
    std::string ranges; ///< Separated by spaces; empty: from anywhere.
    std::int64_t uses_max{0};
    std::int64_t uses{0};
    std::int64_t hourly_max{0}; ///< New requests an hour from one address.
    bool auto_approve{false};
    Timestamp created_at{};
    std::string created_by;
    Timestamp expires_at{};
    std::optional<Timestamp> last_used_at;
    std::string last_used_from;
    std::optional<Timestamp> revoked_at;
    std::string revoked_by;
};

/// Its number. Errors: conflict (an unknown site).
Result<std::int64_t> add_enrolment_key(Session& session, const EnrolmentKey& key);

/// Newest first.
std::vector<EnrolmentKey> list_enrolment_keys(Session& session);

std::optional<EnrolmentKey> find_enrolment_key(Session& session, const std::string& secret_hash);

/// Empty for a key that is not there.
std::string secret_hash_of_key(Session& session, std::int64_t no);

/// Also rejects what waits for approval with it. Errors: not_found, also when it was revoked
/// before.
Result<void> revoke_enrolment_key(
    Session& session, std::int64_t no, const std::string& who, Timestamp now);

void mark_key_used(Session& session, std::int64_t no, const std::string& address, Timestamp now);

/// One more device is enrolled with it.
void count_key_use(Session& session, std::int64_t no);

struct Ticket
{
    std::int64_t no{0};
    SiteId site;
    DeviceId device; ///< Re-installation of this one; empty: a new device.
    std::string secret_hash;
    std::string hint;
    std::string hostname;
    std::string serial;
    Timestamp created_at{};
    std::string created_by;
    Timestamp expires_at{};
    std::optional<Timestamp> used_at;
    std::string used_from;
    AgentId used_by;
    std::optional<Timestamp> revoked_at;
    std::string revoked_by;
};

/// Its number. Errors: conflict (an unknown site), not_found (an unknown device).
Result<std::int64_t> add_ticket(Session& session, const Ticket& ticket);

/// Newest first.
std::vector<Ticket> list_tickets(Session& session);

std::optional<Ticket> find_ticket(Session& session, const std::string& secret_hash);

/// Errors: not_found, also when it was used or revoked before.
Result<void> revoke_ticket(
    Session& session, std::int64_t no, const std::string& who, Timestamp now);

void mark_ticket_used(
    Session& session,
    std::int64_t no,
    const std::string& address,
    const AgentId& agent,
    Timestamp now);

enum class RequestKind
{
    enrol,       ///< A machine we do not know.
    enrol_again, ///< A key that is enrolled asks with an enrolment key: it lost its certificate.
    renew,       ///< An agent whose renewal a person has to look at.
    recover      ///< An agent with a good certificate that is not in the database (an old backup).
};

std::string_view to_text(RequestKind kind);

enum class RequestState
{
    waiting,
    approved,
    rejected
};

std::string_view to_text(RequestState state);

/// One entry of the approval queue.
struct EnrolmentRequest
{
    std::int64_t no{0};
    RequestKind kind{RequestKind::enrol};
    RequestState state{RequestState::waiting};
    std::string key_fingerprint; ///< Hexadecimal.
    std::string code;
    std::int64_t enrolment_key_no{0}; ///< 0: asked with a certificate.
    AgentId agent;                    ///< Empty until a new machine is approved.
    SiteId site;
    std::string address;
    std::string agent_version;
    std::string why; ///< Of a renewal that a person has to look at.
    wire::MachineFacts machine;
    Timestamp first_asked_at{};
    Timestamp last_asked_at{};
    Timestamp expires_at{};
    std::optional<Timestamp> decided_at;
    std::string decided_by;
};

/// Its number. Errors: conflict when this key is in the queue already.
Result<std::int64_t> add_request(Session& session, const EnrolmentRequest& request);

std::optional<EnrolmentRequest> find_request(Session& session, const std::string& key_fingerprint);

/// Errors: not_found.
Result<EnrolmentRequest> get_request(Session& session, std::int64_t no);

/// Those that wait, oldest first.
std::vector<EnrolmentRequest> waiting_requests(Session& session);

/// It asked again.
void touch_request(
    Session& session,
    std::int64_t no,
    const std::string& address,
    Timestamp now,
    Timestamp expires_at);

/// `agent` is the one it becomes. Errors: not_found; conflict when it was decided before.
Result<void> decide_request(
    Session& session,
    std::int64_t no,
    RequestState state,
    const AgentId& agent,
    const std::string& who,
    Timestamp now);

void remove_request(Session& session, std::int64_t no);

/// Returns how many went.
std::int64_t remove_expired_requests(Session& session, Timestamp now);

/// How many wait or were rejected (which keeps them out until they expire): in all, with this
/// enrolment key, from this address.
struct QueueCounts
{
    std::int64_t all{0};
    std::int64_t of_key{0};
    std::int64_t of_address{0};
};

QueueCounts count_waiting(Session& session, std::int64_t key_no, const std::string& address);

} // namespace mimamori::collector::storage
