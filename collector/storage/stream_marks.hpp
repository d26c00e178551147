#pragma once

#include "collector/storage/incident_store.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Where a report stands in its stream. Pure: no database, no clock.
namespace mimamori::collector::storage {

/// The newest reports of a stream, so that a retry is known from another report with its number.
class RecentReports
{
public:
    void add(std::uint64_t seq, std::int64_t digest);

    /// The digest that report `seq` had; nothing when it is not among the newest.
    std::optional<std::int64_t> digest_of(std::uint64_t seq) const;

    /// "seq:digest seq:digest", oldest first, digests in hexadecimal.
    std::string to_text() const;

    /// The inverse; what cannot be read is left out.
    static RecentReports from_text(std::string_view text);

private:
    struct Entry
    {
        std::uint64_t seq{0}; ///< 0: free.
        std::int64_t digest{0};
    };

    std::array<Entry, 8> entries_{};
    std::size_t next_{0};
};

/// How far a stream is durable.
struct StreamMarks
{
    std::uint64_t last_seq{0};
    std::uint64_t event_high{0}; ///< Events up to here are stored, or counted as lost.
    RecentReports recent;
    std::string boot_id; ///< Of the newest report.
    std::string boot_id_before;
};

/// A range of events that the agent had to drop.
struct LostNumbers
{
    std::uint64_t first{0};
    std::uint64_t last{0};
};

/// What a report says about its place.
struct ReportNumbers
{
    std::uint64_t seq{0};   ///< From 1.
    std::int64_t digest{0}; ///< Of its content.
    std::string_view boot_id;
    std::span<const std::uint64_t> events; ///< Rising.
    std::span<const LostNumbers> lost;     ///< Rising, not overlapping.
};

struct Placement
{
    enum class Kind
    {
        next,   ///< It may be stored.
        repeat, ///< It was stored before: acknowledge it again.
        refused ///< It is not believed; `incident` says why. Nothing of it is acknowledged.
    };

    Kind kind{Kind::next};

    /// What is to be remembered; also for reports that may be stored although some are missing.
    std::optional<NewIncident> incident;

    /// The report's first events were stored before, so many of them, and must have equal content.
    std::size_t known_events{0};

    std::uint64_t event_high{0}; ///< Of the stream when it is stored.

    /// The boot id is the one before the last again: two machines take turns in this stream.
    bool boot_returned{false};
};

/// The largest steps that are believed. Larger ones are refused, whoever sends them, so that nobody
/// can push a stream's numbers out of reach of its agent.
struct StreamLimits
{
    static constexpr std::uint64_t missing_reports_max = 1'000;
    static constexpr std::uint64_t event_step_max = 100'000'000; ///< Lost ones included.
};

/// Places a report in its stream.
///
/// A number that was seen is a repeat only with equal content; everything else that does not go on
/// where the stream stands is refused: no event number is passed over unless the agent says that it
/// is lost. Missing report numbers alone (their events are not missing) are remembered, not
/// refused.
Placement place_report(const StreamMarks& marks, const ReportNumbers& report);

} // namespace mimamori::collector::storage
