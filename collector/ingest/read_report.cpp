#include "collector/ingest/read_report.hpp"

#include "common/base/utf8.hpp"
#include "common/crypto/hash.hpp"
#include "common/wire/digest.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/section_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace mimamori::collector::ingest {
namespace {

constexpr wire::JsonLimits json_limits{
    .bytes_max = wire::ReportLimits::inflated_bytes_max,
    .depth_max = wire::ReportLimits::depth_max,
    .values_max = wire::ReportLimits::values_max,
    .elements_max = wire::ReportLimits::elements_max,
    .string_bytes_max = wire::ReportLimits::string_bytes_max,
};

/// Numbers beyond this fit no database.
constexpr auto number_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

Error invalid(std::string where, std::string_view what)
{
    return Error{Errc::invalid_input, fmt::format("{}: {}", where, what)};
}

Error too_many(std::string_view where, std::size_t count, std::size_t count_max)
{
    return Error{Errc::too_large, fmt::format("{}: {}, at most {}", where, count, count_max)};
}

/// The first 64 bits of the SHA-256 of the whole document.
std::int64_t content_digest(std::string_view body)
{
    const crypto::Sha256 whole = crypto::sha256(body);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i)
        value = value << 8 | whole[i];
    return static_cast<std::int64_t>(value);
}

/// Ids of streams are 26 characters of base32; what else comes is not one of ours.
bool is_stream_id(std::string_view text)
{
    const auto is_base32 = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    return text.size() == 26 && std::all_of(text.begin(), text.end(), is_base32);
}

Result<void> check_head(const wire::Report& report, const Sender& sender)
{
    // The certificate says who is speaking; the body may not speak for another agent.
    if (report.agent_id != sender.agent)
        return Error{
            Errc::forbidden, fmt::format("report of agent {}", for_log(report.agent_id.text()))};
    if (!is_stream_id(report.stream.text()))
        return invalid("stream", "expected 26 characters of base32");
    if (report.seq == 0 || report.seq > number_max)
        return invalid("seq", "expected a number from 1");
    if (report.boot_id.size() > ReadLimits::name_bytes_max)
        return invalid("boot_id", "longer than 64 bytes");
    if (report.agent_version.size() > ReadLimits::name_bytes_max)
        return invalid("agent_version", "longer than 64 bytes");
    if (report.sections.size() > wire::ReportLimits::sections_max)
        return too_many("sections", report.sections.size(), wire::ReportLimits::sections_max);
    if (report.events.size() > wire::ReportLimits::events_max)
        return too_many("events", report.events.size(), wire::ReportLimits::events_max);
    if (report.lost.size() > ReadLimits::lost_ranges_max)
        return too_many("lost", report.lost.size(), ReadLimits::lost_ranges_max);
    if (report.sightings.size() > wire::ReportLimits::sightings_max)
        return too_many("sightings", report.sightings.size(), wire::ReportLimits::sightings_max);
    return {};
}

/// Takes the body of one section, whose digest stands at `where`.
Result<void> read_body(
    std::size_t index,
    const wire::SectionReport& section,
    const std::string& where,
    storage::CheckedReport& into)
{
    if (wire::digest_of(section.body.text) != section.digest)
        return invalid(where, "the digest is not that of the body");
    if (!into.facts)
        into.facts = std::make_unique<wire::Facts>();
    auto done = wire::read_section(index, section.body.text, *into.facts, json_limits);
    if (!done)
        return std::move(done).error().in(where);
    const auto& neighbours = into.facts->neighbours;
    if (neighbours && neighbours->neighbours.size() > ReadLimits::neighbours_max)
        return too_many(
            where + ".neighbours", neighbours->neighbours.size(), ReadLimits::neighbours_max);
    into.bodies.push_back(storage::pack_section(index, section.digest, section.body.text));
    return {};
}

Result<void> read_sections(const wire::Report& report, ReadReport& into)
{
    std::array<bool, wire::section_count> seen{};
    into.checked.digests.reserve(std::min(report.sections.size(), wire::section_count));
    for (std::size_t i = 0; i < report.sections.size(); ++i)
    {
        const wire::SectionReport& section = report.sections[i];
        const auto index = wire::section_index(section.name);
        if (!index)
        {
            ++into.unknown_sections;
            continue;
        }
        const auto where = [i] { return fmt::format("sections[{}]", i); };
        if (std::exchange(seen[*index], true))
            return invalid(where(), fmt::format("section \"{}\" stands twice", section.name));
        const auto digest = storage::DigestValue::from_hex(section.digest);
        if (!digest)
            return invalid(where() + ".digest", "expected 32 hexadecimal digits");
        into.checked.digests.emplace_back(*index, *digest);
        if (section.body.text.empty())
            continue;
        if (auto done = read_body(*index, section, where(), into.checked); !done)
            return done;
    }
    return {};
}

Result<void> read_events(wire::Report& report, ReadReport& into)
{
    std::uint64_t before = 0;
    into.checked.events.reserve(report.events.size());
    for (std::size_t i = 0; i < report.events.size(); ++i)
    {
        wire::Event& event = report.events[i];
        if (event.number <= before || event.number > number_max)
            return invalid(
                fmt::format("events[{}].number", i), "expected numbers that rise from 1");
        before = event.number;
        const bool is_last = i + 1 == report.events.size();
        if (is_last && event.kind == wire::EventKind::agent_stopped)
            into.stopped_reason = event.text;
        into.checked.events.push_back(storage::pack_event(std::move(event)));
    }
    return {};
}

Result<void> read_lost(wire::Report& report, ReadReport& into)
{
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < report.lost.size(); ++i)
    {
        const wire::LostEvents& range = report.lost[i];
        if (range.first <= before || range.last < range.first || range.last > number_max
            || range.count > number_max)
            return invalid(
                fmt::format("lost[{}]", i), "expected ranges that rise and do not overlap");
        before = range.last;
    }
    into.checked.lost = std::move(report.lost);
    return {};
}

} // namespace

Result<ReadReport> read_report(std::string_view body, const Sender& sender, Timestamp received_at)
{
    auto report = wire::from_json<wire::Report>(body, json_limits);
    if (!report)
        return std::move(report).error();
    if (auto done = check_head(*report, sender); !done)
        return std::move(done).error();

    ReadReport read;
    if (auto done = read_sections(*report, read); !done)
        return std::move(done).error();
    if (auto done = read_events(*report, read); !done)
        return std::move(done).error();
    if (auto done = read_lost(*report, read); !done)
        return std::move(done).error();

    storage::CheckedReport& checked = read.checked;
    checked.agent = sender.agent;
    checked.stream = std::move(report->stream);
    checked.seq = report->seq;
    checked.digest = content_digest(body);
    checked.boot_id = std::move(report->boot_id);
    checked.address = sender.address;
    checked.received_at = received_at;
    if (report->self)
        checked.footprint = std::move(report->self);
    read.sightings = std::move(report->sightings);
    read.agent_version = std::move(report->agent_version);
    read.clock_offset = report->sent_at - received_at;
    return read;
}

} // namespace mimamori::collector::ingest
