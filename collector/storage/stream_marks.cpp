#include "collector/storage/stream_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace mimamori::collector::storage {
namespace {

Placement refused(IncidentKind kind, std::string detail, std::uint64_t missing = 0)
{
    Placement placement;
    placement.kind = Placement::Kind::refused;
    placement.incident = NewIncident{kind, {}, std::move(detail), missing};
    return placement;
}

Placement place_known(const StreamMarks& marks, const ReportNumbers& report)
{
    const auto stored = marks.recent.digest_of(report.seq);
    if (!stored)
        return refused(
            IncidentKind::stream_went_back,
            fmt::format("report {} came although {} is stored", report.seq, marks.last_seq));
    if (*stored != report.digest)
        return refused(
            IncidentKind::content_differs,
            fmt::format("report {} came again with other content", report.seq));
    Placement placement;
    placement.kind = Placement::Kind::repeat;
    placement.event_high = marks.event_high;
    return placement;
}

/// Follows the event numbers of a report from where the stream stands.
class EventWalk
{
public:
    EventWalk(std::uint64_t event_high, std::span<const LostNumbers> lost)
        : expected_{event_high + 1}
        , lost_{lost}
    {}

    /// Passes over what is counted as lost, as far as `number`.
    void skip_lost(std::uint64_t number)
    {
        for (const LostNumbers& range : lost_)
        {
            if (expected_ < number && range.first <= expected_ && expected_ <= range.last)
                expected_ = range.last + 1;
        }
    }

    std::uint64_t expected() const { return expected_; }

    void take() { ++expected_; }

private:
    std::uint64_t expected_;
    std::span<const LostNumbers> lost_;
};

/// Fills `placement`, or makes it a refusal.
void place_events(const StreamMarks& marks, const ReportNumbers& report, Placement& placement)
{
    const auto missing = [](std::uint64_t from, std::uint64_t to) {
        return refused(
            IncidentKind::sequence_gap,
            fmt::format("events {} to {} are missing and not counted as lost", from, to),
            to - from + 1);
    };
    // Far steps are refused first: below, nothing overflows any more.
    const std::uint64_t highest = std::max(
        report.events.empty() ? 0 : report.events.back(),
        report.lost.empty() ? 0 : report.lost.back().last);
    if (highest > marks.event_high && highest - marks.event_high > StreamLimits::event_step_max)
    {
        placement = refused(
            IncidentKind::sequence_gap,
            fmt::format("event number {} after {} is not believed", highest, marks.event_high));
        return;
    }

    EventWalk walk{marks.event_high, report.lost};
    for (const std::uint64_t number : report.events)
    {
        if (number <= marks.event_high)
        {
            ++placement.known_events;
            continue;
        }
        walk.skip_lost(number);
        if (walk.expected() < number)
        {
            placement = missing(walk.expected(), number - 1);
            return;
        }
        if (walk.expected() > number)
        {
            placement = refused(
                IncidentKind::content_differs,
                fmt::format("event {} came although it is counted as lost", number));
            return;
        }
        walk.take();
    }
    walk.skip_lost(highest + 1);
    if (walk.expected() <= highest)
    {
        placement = missing(walk.expected(), highest);
        return;
    }
    placement.event_high = walk.expected() - 1;
}

} // namespace

void RecentReports::add(std::uint64_t seq, std::int64_t digest)
{
    entries_[next_] = {seq, digest};
    next_ = (next_ + 1) % entries_.size();
}

std::optional<std::int64_t> RecentReports::digest_of(std::uint64_t seq) const
{
    for (const Entry& entry : entries_)
    {
        if (entry.seq == seq && seq != 0)
            return entry.digest;
    }
    return std::nullopt;
}

std::string RecentReports::to_text() const
{
    std::string text;
    for (std::size_t i = 0; i < entries_.size(); ++i)
    {
        const Entry& entry = entries_[(next_ + i) % entries_.size()];
        if (entry.seq != 0)
            text += fmt::format(
                "{}{}:{:x}", text.empty() ? "" : " ", entry.seq,
                static_cast<std::uint64_t>(entry.digest));
    }
    return text;
}

RecentReports RecentReports::from_text(std::string_view text)
{
    RecentReports recent;
    while (!text.empty())
    {
        const std::string_view one = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        std::uint64_t seq = 0;
        std::uint64_t digest = 0;
        const char* const end = one.data() + one.size();
        const auto [colon, bad_seq] = std::from_chars(one.data(), end, seq);
        if (bad_seq != std::errc{} || colon == end || *colon != ':')
            continue;
        const auto [stop, bad_digest] = std::from_chars(colon + 1, end, digest, 16);
        if (bad_digest == std::errc{} && stop == end)
            recent.add(seq, static_cast<std::int64_t>(digest));
    }
    return recent;
}

Placement place_report(const StreamMarks& marks, const ReportNumbers& report)
{
    if (report.seq <= marks.last_seq)
        return place_known(marks, report);

    const std::uint64_t missing_reports = report.seq - marks.last_seq - 1;
    if (missing_reports > StreamLimits::missing_reports_max)
        return refused(
            IncidentKind::sequence_gap,
            fmt::format("report number {} after {} is not believed", report.seq, marks.last_seq));

    Placement placement;
    place_events(marks, report, placement);
    if (placement.kind == Placement::Kind::refused)
        return placement;
    if (missing_reports > 0)
        placement.incident = NewIncident{
            IncidentKind::sequence_gap,
            {},
            fmt::format("reports {} to {} never came", marks.last_seq + 1, report.seq - 1),
            0};
    placement.boot_returned = !report.boot_id.empty() && report.boot_id != marks.boot_id
                              && report.boot_id == marks.boot_id_before;
    return placement;
}

} // namespace mimamori::collector::storage
