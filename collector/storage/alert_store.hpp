#pragma once

#include "collector/findings/alerting.hpp"
#include "collector/findings/record.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What people are still to be told, and what they were. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// Queues an alert about a finding; in the work that stores the finding.
void put_alert(
    Session& session,
    findings::AlertKind kind,
    const findings::FindingRecord& record,
    Timestamp now);

/// A finding as alerts speak of it: as it is now.
struct AlertSubject
{
    std::int64_t finding_no{0};
    std::string finding_id;
    std::string rule;
    rules::Severity severity{rules::Severity::warning};
    findings::FindingState state{findings::FindingState::open};
    rules::Evidence evidence;
    Timestamp opened_at{};
    DeviceId device; ///< Empty: it is about a site or the collector itself.
    std::string device_name;
    SiteId site; ///< Empty: the root.
};

struct QueuedAlert
{
    std::int64_t no{0};
    findings::AlertKind kind{findings::AlertKind::opened};
    Timestamp decided_at{};
    AlertSubject subject;
};

/// When the oldest alert in the queue was decided.
std::optional<Timestamp> oldest_alert(Session& session);

/// Takes the oldest alerts out of the queue, at most `rows_max`, in their order.
std::vector<QueuedAlert> take_alerts(Session& session, std::size_t rows_max);

enum class TellingState
{
    held, ///< Waits for the end of a maintenance, or for the hours of its route.
    told
};

/// What a route has told about a finding that has not ended.
struct Telling
{
    std::int64_t finding_no{0};
    std::int64_t route_no{0};
    TellingState state{TellingState::held};
    Timestamp since{};
    Timestamp repeated_at{};
    bool escalated{false};
    std::optional<Timestamp> due{}; ///< Look again then.
};

struct DueTelling
{
    Telling telling;
    AlertSubject subject;
};

/// Nobody has to look at a telling later than this after it was looked at last: a clock that was
/// wrong for a while then does no harm for longer.
inline constexpr std::chrono::hours telling_looked_at_every{24};

std::vector<Telling> tellings_of(Session& session, std::int64_t finding_no);

/// Those that are due, and those whose time is so far ahead that the clock must have been set back.
std::vector<DueTelling> due_tellings(Session& session, Timestamp now, std::size_t rows_max);

/// When the next one is due.
std::optional<Timestamp> next_telling(Session& session);

/// Adds or replaces.
void put_telling(Session& session, const Telling& telling);

void remove_telling(Session& session, const Telling& telling);

/// When a digest was composed last.
std::optional<Timestamp> digest_composed(Session& session, std::int64_t digest_no);

void set_digest_composed(Session& session, std::int64_t digest_no, Timestamp now);

} // namespace mimamori::collector::storage
