#pragma once

#include "collector/storage/report_store.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/report.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What agents send, checked. Pure: no socket, no database, no clock.
namespace mimamori::collector::ingest {

/// Who sent the report, by certificate and connection.
struct Sender
{
    AgentId agent;
    std::string address;
};

/// A report that may be stored, with what only the answer needs.
struct ReadReport
{
    storage::CheckedReport checked;
    std::string agent_version;
    std::chrono::milliseconds clock_offset{0}; ///< The device's clock minus ours.
    std::optional<std::string> stopped_reason; ///< The last event is a goodbye.
    std::vector<wire::NeighbourSighting> sightings;
    std::size_t unknown_sections{0}; ///< Of a newer agent; left out.
};

/// The longest texts that identify something.
struct ReadLimits
{
    static constexpr std::size_t name_bytes_max = 64; ///< Boot id, version.
    static constexpr std::size_t lost_ranges_max = 1'000;
    static constexpr std::size_t neighbours_max = 1'000;
};

/// Reads and checks a report: all of it or nothing.
///
/// Errors, each with the place in the document: invalid_input, too_large (see wire::ReportLimits);
/// forbidden when the report is not the sender's own.
Result<ReadReport> read_report(std::string_view body, const Sender& sender, Timestamp received_at);

} // namespace mimamori::collector::ingest
