#include "collector/ingest/post_report.hpp"

#include "collector/ingest/read_report.hpp"
#include "common/async/offload.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <utility>

namespace mimamori::collector::ingest {
namespace {

using storage::Placement;
using storage::SavedReport;

/// An agent that is heard after so many heartbeats of silence is looked at by the rules at once.
constexpr int silence_heartbeats = 3;

constexpr std::chrono::seconds heartbeat_default{60};

void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1)
{
    counter.fetch_add(by, std::memory_order_relaxed);
}

/// "Come back later": the agent keeps everything and honours Retry-After.
http::Response later(IngestServices& services, const Error& error)
{
    count(services.counters.unavailable);
    auto response = http::problem(error);
    response.headers.add("Retry-After", fmt::format("{}", services.backoff_s));
    return response;
}

http::Response refusal(IngestServices& services, const Error& error)
{
    if (error.code == Errc::unavailable || error.code == Errc::io)
        return later(services, error);
    if (error.code == Errc::invalid_input || error.code == Errc::too_large)
    {
        count(services.counters.invalid);
        // The place in the document is the sender's own and helps whoever wrote the agent.
        std::string members = "\"detail\":";
        wire::append_json_string(members, error.message);
        const bool is_size = error.code == Errc::too_large;
        return http::problem_with(
            is_size ? http::Status::content_too_large : http::Status::bad_request,
            is_size ? "report_too_large" : "report_invalid", members, error.message);
    }
    return http::problem(error);
}

wire::Receipt receipt_of(
    const IngestServices& services,
    const StreamId& stream,
    const SavedReport& saved,
    Timestamp received_at)
{
    wire::Receipt receipt;
    receipt.stream = stream;
    receipt.collector_time = received_at;
    if (saved.kind == Placement::Kind::refused)
    {
        receipt.new_stream = true;
        receipt.backoff_s = saved.come_back_later ? services.backoff_s : 0;
        return receipt;
    }
    receipt.seq = saved.seq;
    receipt.ack = saved.ack;
    for (const std::string_view section : saved.want)
        receipt.want.emplace_back(section);
    if (saved.first_contact)
    {
        receipt.orders = services.orders;
        receipt.interval_s = services.orders.heartbeat_s.value_or(0);
    }
    if (services.crowded && services.crowded())
    {
        if (!receipt.orders)
            receipt.orders.emplace();
        receipt.orders->close_between_reports = true;
    }
    return receipt;
}

/// What follows from a report that is durable: counters, liveness, rules.
void note_saved(
    IngestServices& services,
    const ReadReport& read,
    const SavedReport& saved,
    std::optional<Timestamp> seen_before)
{
    IngestCounters& counters = services.counters;
    if (saved.kind == Placement::Kind::repeat)
        count(counters.repeated);
    else if (saved.kind == Placement::Kind::refused)
        count(counters.refused);
    else
        count(counters.stored);
    if (read.unknown_sections > 0)
        count(counters.unknown_sections, read.unknown_sections);

    const storage::CheckedReport& checked = read.checked;
    if (saved.kind == Placement::Kind::next)
    {
        if (!checked.events.empty())
            count(counters.events, checked.events.size());
        if (!checked.bodies.empty())
            count(counters.bodies, checked.bodies.size());
        storage::Sighting sighting;
        sighting.received_at = checked.received_at;
        sighting.clock_offset = read.clock_offset;
        sighting.address = checked.address;
        sighting.version = read.agent_version;
        sighting.boot_id = checked.boot_id;
        if (read.stopped_reason)
            sighting.stopped_reason = *read.stopped_reason;
        services.liveness.note(checked.agent, saved.agent_no, saved.device, sighting);
        if (services.sought && !read.sightings.empty())
            services.sought->saw(saved.device, read.sightings, checked.received_at);
    }

    const std::chrono::seconds heartbeat{
        services.orders.heartbeat_s.value_or(heartbeat_default.count())};
    const bool was_silent =
        seen_before && checked.received_at - *seen_before > silence_heartbeats * heartbeat;
    if (saved.changed || was_silent)
        services.judge_soon(saved.device);
}

/// Reads a report that takes long on a worker.
awaitable<Result<ReadReport>> read_elsewhere(
    const std::string& body, const Sender& sender, Timestamp received_at, IngestServices& services)
{
    auto work = [&body, &sender, received_at] { return read_report(body, sender, received_at); };
    auto read = co_await async::offload(services.workers, std::move(work));
    co_return read;
}

} // namespace

awaitable<http::Response> post_report(const http::Request& request, IngestServices& services)
{
    const Timestamp received_at = services.clock.now();
    const Sender sender{request.peer.agent_id, request.peer.address.to_string()};

    Result<ReadReport> read{ReadReport{}};
    if (request.body.size() < services.large_bytes)
        read = read_report(request.body, sender, received_at);
    else
        read = co_await read_elsewhere(request.body, sender, received_at, services);
    if (!read)
        co_return refusal(services, read.error());

    // From here on the agent is known to live, whatever becomes of its report.
    const auto seen_before = services.liveness.touch(sender.agent, received_at);
    const StreamId stream = read->checked.stream;
    storage::CheckedReport& checked = read->checked;
    const auto saved = co_await services.reports.save(checked);
    if (!saved)
        co_return refusal(services, saved.error());

    note_saved(services, *read, *saved, seen_before);
    wire::Receipt receipt = receipt_of(services, stream, *saved, received_at);
    if (services.sought && saved->kind == Placement::Kind::next)
        receipt.look_for = services.sought->near(sender.address);
    if (saved->kind != Placement::Kind::refused)
        co_return http::json(http::Status::ok, wire::to_json(receipt));
    auto response = http::json(http::Status::conflict, wire::to_json(receipt));
    response.log_reason = saved->refusal;
    co_return response;
}

std::vector<http::Route> routes(IngestServices& services)
{
    http::Route report{
        .method = http::Method::post,
        .pattern = "/agent/v1/report",
        .access = http::Access::agent,
        .handler = http::handler<post_report>(services),
        .body_size_max = wire::ReportLimits::compressed_bytes_max,
        .inflated_size_max = wire::ReportLimits::inflated_bytes_max,
        .consumes = "application/json",
    };
    return {report};
}

} // namespace mimamori::collector::ingest
