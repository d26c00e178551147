#pragma once

#include "common/base/id.hpp"
#include "common/base/time.hpp"
#include "common/wire/event.hpp"
#include "common/wire/raw_json.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What agent and collector say to each other after enrolment: POST /agent/v1/report.
/// Members with their default value (empty, zero, false) are left out on the wire.
namespace mimamori::wire {

/// One section: always its digest, its body only when it changed or was asked for.
struct SectionReport
{
    std::string name;
    std::string digest; ///< `digest_of` the body's exact text.
    RawJson body;       ///< The section's JSON object; empty: unchanged.

    friend bool operator==(const SectionReport&, const SectionReport&) = default;
};
BOOST_DESCRIBE_STRUCT(SectionReport, (), (name, digest, body))

/// Events that the spool had to drop. Event numbers first..last of this stream never arrive.
struct LostEvents
{
    std::uint64_t first{0};
    std::uint64_t last{0};
    std::uint64_t count{0};
    Timestamp since{}; ///< Device time of the oldest lost event.
    Timestamp until{}; ///< Device time of the newest lost event.
    std::string why;   ///< "spool full", "refused by the collector: …", "file damaged".

    friend bool operator==(const LostEvents&, const LostEvents&) = default;
};
BOOST_DESCRIBE_STRUCT(LostEvents, (), (first, last, count, since, until, why))

/// The agent's measured footprint since its start.
struct Footprint
{
    std::uint64_t up_s{0};
    std::uint64_t cpu_ms{0};
    std::uint64_t rss_bytes{0};
    std::uint64_t pss_bytes{0};
    std::uint64_t threads{0};
    std::uint64_t handles{0};    ///< Open file descriptors or handles.
    std::uint64_t disk_bytes{0}; ///< Of the disk with the system; 0: not known.
    std::uint64_t disk_free_bytes{0};
    std::uint64_t spool_events{0};
    std::uint64_t spool_bytes{0};
    std::uint64_t sent_bytes{0};
    std::uint64_t received_bytes{0};
    std::uint64_t probe_ms_max{0}; ///< The slowest probe of the last collection.
    std::string probe_slowest;
    std::vector<std::string> degraded; ///< What the agent stopped doing to stay in its budget.

    friend bool operator==(const Footprint&, const Footprint&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Footprint,
    (),
    (up_s,
     cpu_ms,
     rss_bytes,
     pss_bytes,
     threads,
     handles,
     disk_bytes,
     disk_free_bytes,
     spool_events,
     spool_bytes,
     sent_bytes,
     received_bytes,
     probe_ms_max,
     probe_slowest,
     degraded))

/// An answer to `Receipt::look_for`: a machine that is on a network of the sender.
struct NeighbourSighting
{
    std::string mac;        ///< As it was asked for.
    std::uint32_t age_s{0}; ///< So long before the report it was certain.

    friend bool operator==(const NeighbourSighting&, const NeighbourSighting&) = default;
};
BOOST_DESCRIBE_STRUCT(NeighbourSighting, (), (mac, age_s))

/// One message of an agent. Idempotent by (agent, stream, seq) with equal content.
struct Report
{
    AgentId agent_id;
    std::string agent_version;
    std::string boot_id; ///< Random per boot of the device.
    StreamId stream;
    std::uint64_t seq{
        0}; ///< From 1 in each stream, rising by 1. A retry repeats number and content.
    Timestamp sent_at{}; ///< By the device's clock, when the report was made.
    std::vector<SectionReport> sections;
    std::vector<Event> events; ///< Numbers rise by 1 except across `lost`.
    std::vector<LostEvents> lost;
    std::optional<Footprint> self;
    std::vector<NeighbourSighting>
        sightings; ///< Of what was looked for; what is not seen is left out.

    friend bool operator==(const Report&, const Report&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Report,
    (),
    (agent_id,
     agent_version,
     boot_id,
     stream,
     seq,
     sent_at,
     sections,
     events,
     lost,
     self,
     sightings))

/// What the collector tells an agent to do differently. Absent members leave things as they are.
struct AgentOrders
{
    std::optional<std::uint32_t> heartbeat_s;
    std::optional<std::uint32_t> inventory_s;
    std::optional<bool> close_between_reports; ///< The collector holds too many connections.
    std::optional<bool> send_command_lines;

    friend bool operator==(const AgentOrders&, const AgentOrders&) = default;
};
BOOST_DESCRIBE_STRUCT(
    AgentOrders, (), (heartbeat_s, inventory_s, close_between_reports, send_command_lines))

/// The collector's answer to a report, sent after everything it acknowledges is durable.
///
/// The agent believes `seq` and `ack` only for its own stream and never above what it sent.
struct Receipt
{
    StreamId stream;
    std::uint64_t seq{0}; ///< Highest report of the stream that is durable.
    std::uint64_t ack{0}; ///< Highest event number up to which the stream's events are durable.
    std::vector<std::string> want; ///< Sections to send with body next time.
    std::uint32_t interval_s{0};   ///< 0: as before.
    std::uint32_t backoff_s{0};    ///< Not 0: do not come back before this, plus jitter.
    bool new_stream{false};        ///< Begin a new stream; nothing of this report was acknowledged.
    bool renew{false};             ///< Renew the certificate now.
    Timestamp collector_time{};
    std::optional<AgentOrders> orders;

    /// MACs of devices that fell silent: does the agent's machine still see them? "3c:52:…"
    std::vector<std::string> look_for;

    friend bool operator==(const Receipt&, const Receipt&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Receipt,
    (),
    (stream,
     seq,
     ack,
     want,
     interval_s,
     backoff_s,
     new_stream,
     renew,
     collector_time,
     orders,
     look_for))

/// Limits of a report, checked before or while it is parsed.
struct ReportLimits
{
    static constexpr std::size_t compressed_bytes_max = 1U * 1024 * 1024;
    static constexpr std::size_t inflated_bytes_max = 8U * 1024 * 1024;
    static constexpr std::size_t depth_max = 16;
    static constexpr std::size_t values_max = 400'000;
    static constexpr std::size_t string_bytes_max = 32U * 1024;
    static constexpr std::size_t events_max = 1'000;
    static constexpr std::size_t sections_max = 64;
    static constexpr std::size_t elements_max = 20'000; ///< Of any one list in a section.
    static constexpr std::size_t sightings_max = 32;    ///< As many are looked for at once.
};

} // namespace mimamori::wire
