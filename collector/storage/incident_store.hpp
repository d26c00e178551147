#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What ingest noticed about devices: evidence for rules. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// What can be wrong with a device's stream of reports.
enum class IncidentKind
{
    events_lost,      ///< The agent had to drop events and said so.
    sequence_gap,     ///< Numbers are missing and nobody said why.
    stream_went_back, ///< The device came back with an older copy of its spool.
    content_differs,  ///< A number that was stored came again with other content.
    too_many_streams, ///< The agent begins new streams all the time.
    device_cloned     ///< Two live holders of one certificate.
};

/// "events_lost", as it is stored.
std::string_view to_text(IncidentKind kind);

struct NewIncident
{
    IncidentKind kind{IncidentKind::sequence_gap};
    std::string stream_id;
    std::string detail;      ///< One line for people who know computers.
    std::uint64_t events{0}; ///< How many are missing; 0: not known.
};

struct Incident
{
    std::int64_t no{0};
    IncidentKind kind{IncidentKind::sequence_gap};
    std::string stream_id;
    std::string detail;      ///< Of the newest one.
    std::uint64_t events{0}; ///< Of all of them.
    Timestamp first_at{};
    Timestamp last_at{};
    std::uint64_t count{0};
};

/// Adds an incident, or counts it in the row that one of the same kind began within the last 24
/// hours.
void add_incident(
    Session& session,
    std::int64_t device_no,
    std::int64_t agent_no,
    const NewIncident& incident,
    Timestamp now);

/// Those of the device that happened (last) at `since` or later, newest first, at most `count_max`.
Result<std::vector<Incident>> incidents_of(
    Session& session, const DeviceId& id, Timestamp since, std::size_t count_max = 100);

/// One range of events that the agent said it had to drop.
struct LostRange
{
    std::uint64_t first{0};
    std::uint64_t last{0};
    std::uint64_t count{0};
    Timestamp since{}; ///< Device time.
    Timestamp until{};
    Timestamp received_at{};
    std::string why;
};

/// Those of the device that were told at `since` or later, newest first, at most `count_max`.
Result<std::vector<LostRange>> lost_events_of(
    Session& session, const DeviceId& id, Timestamp since, std::size_t count_max = 100);

/// Removes incidents and lost ranges that are older than `before`, at most `rows_max` of each.
/// Returns how many rows went.
std::size_t forget_incidents(Session& session, Timestamp before, std::size_t rows_max);

} // namespace mimamori::collector::storage
