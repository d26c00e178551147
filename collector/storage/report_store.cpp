#include "collector/storage/report_store.hpp"

#include "collector/storage/statement.hpp"
#include "collector/storage/summary_store.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::collector::storage {
namespace {

/// How many streams of one agent are kept in memory.
constexpr std::size_t streams_kept = 4;

/// The measured footprint is written this often.
constexpr std::chrono::minutes footprint_interval{5};

/// Older returns of a stream say nothing any more.
constexpr std::chrono::hours returns_remembered{24};

std::int64_t signed_of(std::uint64_t number)
{
    return static_cast<std::int64_t>(number);
}

Error not_allowed(const AgentId& id, std::string_view why)
{
    return Error{Errc::forbidden, fmt::format("agent {} {}", id.text(), why)};
}

} // namespace

ReportStore::ReportStore(Database& database)
    : database_{database}
{}

awaitable<Result<SavedReport>> ReportStore::save(const CheckedReport& report)
{
    auto work = [this, &report](Session& session) { return store(session, report); };
    auto saved = co_await database_.write(std::move(work), Guard::none);
    co_return saved;
}

Result<SavedReport> ReportStore::save_and_wait(const CheckedReport& report)
{
    return database_.write_and_wait(
        [this, &report](Session& session) { return store(session, report); }, Guard::none);
}

Result<SavedReport> ReportStore::store(Session& session, const CheckedReport& report)
{
    read_log_again(session);
    auto known = agent_of(session, report.agent);
    if (!known)
        return std::move(known).error();
    Agent& agent = **known;
    if (agent.status != AgentStatus::approved)
        return not_allowed(report.agent, "is " + std::string{to_text(agent.status)});

    std::vector<std::uint64_t> events;
    for (const PackedEvent& event : report.events)
        events.push_back(event.number);
    std::vector<LostNumbers> lost;
    for (const wire::LostEvents& range : report.lost)
        lost.push_back({range.first, range.last});
    const ReportNumbers numbers{report.seq, report.digest, report.boot_id, events, lost};

    Stream* const stream = stream_of(session, agent, report.stream);
    Placement placement = place_report(stream ? stream->marks : StreamMarks{}, numbers);
    if (placement.kind == Placement::Kind::next && placement.known_events > 0
        && !all_stored(session, stream->no, report.events, placement.known_events))
    {
        placement.kind = Placement::Kind::refused;
        placement.incident = NewIncident{
            IncidentKind::content_differs,
            {},
            fmt::format("event {} came again with other content", report.events.front().number),
            0};
    }

    if (placement.kind == Placement::Kind::refused)
        return refuse(session, agent, stream, report, std::move(*placement.incident));
    if (placement.kind == Placement::Kind::next)
        return accept(session, agent, stream, report, placement);
    SavedReport repeated;
    repeated.kind = Placement::Kind::repeat;
    repeated.seq = stream->marks.last_seq;
    repeated.ack = stream->marks.event_high;
    repeated.agent_no = agent.no;
    repeated.device = agent.device;
    return repeated;
}

// ---------------------------------------------------------------- what is kept in memory

void ReportStore::read_log_again(Session& session)
{
    if (seen_rollbacks_ == session.rollbacks())
        return;
    // After a rollback memory is ahead of the database: begin again from what is durable.
    agents_.clear();
    unfolded_.clear();
    const auto rows = session.prepared("SELECT stream_no, seq, digest FROM report_log ORDER BY no");
    while (rows->next())
        unfolded_[rows->integer(0)].emplace_back(
            static_cast<std::uint64_t>(rows->integer(1)), rows->integer(2));
    seen_rollbacks_ = session.rollbacks();
}

Result<ReportStore::Agent*> ReportStore::agent_of(Session& session, const AgentId& id)
{
    const auto found = agents_.find(id.text());
    if (found != agents_.end())
    {
        Agent& agent = found->second;
        if (agent.seen_changes != session.agent_changes())
        {
            if (auto done = read_status(session, id, agent); !done)
                return std::move(done).error();
        }
        return &agent;
    }
    Agent agent;
    if (auto done = read_status(session, id, agent); !done)
        return std::move(done).error();
    const auto newest = session.prepared(R"sql(
        SELECT id FROM stream WHERE agent_no = ?1
        ORDER BY last_report_at_ms DESC, no DESC LIMIT 1)sql");
    newest->bind(1, agent.no);
    if (newest->next())
    {
        auto stream = read_stream(session, agent.no, newest->text(0));
        agent.last_stream = stream->no;
        agent.streams.push_back(std::move(*stream));
    }
    return &agents_.emplace(id.text(), std::move(agent)).first->second;
}

Result<void> ReportStore::read_status(Session& session, const AgentId& id, Agent& agent)
{
    const auto record = find_agent(session, id);
    if (!record)
        return Error{Errc::unauthenticated, fmt::format("agent {} is unknown", id.text())};
    if (agent.device_no != record->device_no)
    {
        const auto digests = section_digests(session, record->device_no);
        for (std::size_t i = 0; i < digests.size(); ++i)
            agent.digests[i] = DigestValue::from_hex(digests[i]).value_or(DigestValue{});
    }
    agent.no = record->no;
    agent.device_no = record->device_no;
    agent.device = record->device;
    agent.status = record->status;

    const auto cloned = cloned_state(session, agent.device);
    if (!cloned)
        return cloned.error();
    agent.cloned = cloned->has_value();
    agent.first_holder = 0;
    if (agent.cloned)
    {
        const auto first = session.prepared(
            "SELECT coalesce(min(no), 0) FROM stream WHERE agent_no = ?1 AND state = 'conflict'");
        first->bind(1, agent.no).next();
        agent.first_holder = first->integer(0);
    }
    else
    {
        agent.returns = 0;
    }
    agent.seen_changes = session.agent_changes();
    return {};
}

std::optional<ReportStore::Stream> ReportStore::read_stream(
    Session& session, std::int64_t agent_no, std::string_view id)
{
    const auto row = session.prepared(R"sql(
        SELECT no, last_seq, recent, event_high, boot_id, boot_id_before
        FROM stream WHERE agent_no = ?1 AND id = ?2)sql");
    row->bind(1, agent_no).bind(2, id);
    if (!row->next())
        return std::nullopt;
    Stream stream;
    stream.no = row->integer(0);
    stream.id = id;
    stream.marks.last_seq = static_cast<std::uint64_t>(row->integer(1));
    stream.marks.recent = RecentReports::from_text(row->text(2));
    stream.marks.event_high = static_cast<std::uint64_t>(row->integer(3));
    stream.marks.boot_id = row->text(4);
    stream.marks.boot_id_before = row->text(5);
    if (const auto later = unfolded_.find(stream.no); later != unfolded_.end())
    {
        for (const auto& [seq, digest] : later->second)
        {
            if (seq <= stream.marks.last_seq)
                continue; // Folded in the meantime.
            stream.marks.last_seq = seq;
            stream.marks.recent.add(seq, digest);
        }
    }
    return stream;
}

ReportStore::Stream* ReportStore::stream_of(Session& session, Agent& agent, const StreamId& id)
{
    for (Stream& stream : agent.streams)
    {
        if (stream.id == id.text())
            return &stream;
    }
    auto stream = read_stream(session, agent.no, id.text());
    if (!stream)
        return nullptr;
    return &remember(session, agent, std::move(*stream));
}

ReportStore::Stream& ReportStore::remember(Session& session, Agent& agent, Stream stream)
{
    if (agent.streams.size() >= streams_kept)
    {
        auto leaves = agent.streams.begin();
        if (leaves->no == agent.last_stream)
            ++leaves;
        // Its newest reports may be in the log only, which is not searched for one stream.
        const std::string recent = leaves->marks.recent.to_text();
        session.prepared("UPDATE stream SET last_seq = ?2, recent = ?3 WHERE no = ?1")
            ->bind(1, leaves->no)
            .bind(2, signed_of(leaves->marks.last_seq))
            .bind(3, std::string_view{recent})
            .run();
        agent.streams.erase(leaves);
    }
    return agent.streams.emplace_back(std::move(stream));
}

// ---------------------------------------------------------------- what is written

SavedReport ReportStore::refuse(
    Session& session,
    Agent& agent,
    const Stream* stream,
    const CheckedReport& report,
    NewIncident incident)
{
    SavedReport refused;
    refused.kind = Placement::Kind::refused;
    refused.agent_no = agent.no;
    refused.device = agent.device;
    refused.changed = true;
    refused.refusal = incident.detail;
    refused.come_back_later = incident.kind == IncidentKind::too_many_streams;
    if (stream)
    {
        refused.seq = stream->marks.last_seq;
        refused.ack = stream->marks.event_high;
    }
    incident.stream_id = report.stream.text();
    incident.detail += ", from " + report.address;
    add_incident(session, agent.device_no, agent.no, incident, report.received_at);
    return refused;
}

SavedReport ReportStore::accept(
    Session& session,
    Agent& agent,
    Stream* stream,
    const CheckedReport& report,
    const Placement& placement)
{
    if (!stream && begins_too_many(session, agent, report.received_at))
        return refuse(
            session, agent, nullptr, report,
            NewIncident{
                IncidentKind::too_many_streams,
                {},
                "the agent begins new streams all the time",
                0});

    SavedReport saved;
    saved.first_contact = !agent.contacted;
    agent.contacted = true;
    bool noticed = placement.incident.has_value();
    if (!stream)
    {
        stream = &begin_stream(session, agent, report);
        noticed = true;
    }
    else if (notice_clone(session, agent, *stream, report, placement))
    {
        noticed = true;
    }
    agent.last_stream = stream->no;

    if (placement.incident)
    {
        NewIncident incident = *placement.incident;
        incident.stream_id = stream->id;
        add_incident(session, agent.device_no, agent.no, incident, report.received_at);
    }
    put_events(session, agent, *stream, report, placement);
    saved.want = put_sections(session, agent, *stream, report);
    put_footprint(session, agent, report);

    session
        .prepared("INSERT INTO report_log (stream_no, seq, digest, at_ms) VALUES (?1, ?2, ?3, ?4)")
        ->bind(1, stream->no)
        .bind(2, signed_of(report.seq))
        .bind(3, report.digest)
        .bind(4, to_ms(report.received_at))
        .run();
    stream->marks.last_seq = report.seq;
    stream->marks.recent.add(report.seq, report.digest);

    saved.seq = stream->marks.last_seq;
    saved.ack = stream->marks.event_high;
    saved.agent_no = agent.no;
    saved.device = agent.device;
    saved.changed =
        noticed || !report.events.empty() || !report.lost.empty() || !report.bodies.empty();
    return saved;
}

bool ReportStore::begins_too_many(Session& session, const Agent& agent, Timestamp now)
{
    const auto count =
        session.prepared("SELECT count(*) FROM stream WHERE agent_no = ?1 AND begun_at_ms > ?2");
    count->bind(1, agent.no).bind(2, to_ms(now - std::chrono::hours{24})).next();
    return count->integer(0) >= streams_a_day_max;
}

ReportStore::Stream& ReportStore::begin_stream(
    Session& session, Agent& agent, const CheckedReport& report)
{
    session
        .prepared("UPDATE stream SET state = 'superseded' WHERE agent_no = ?1 AND state = 'live'")
        ->bind(1, agent.no)
        .run();
    const auto insert = session.prepared(R"sql(
        INSERT INTO stream (agent_no, id, state, begun_at_ms, last_report_at_ms, last_seq, recent,
                            event_high, reports, events, boot_id, boot_id_before)
        VALUES (?1, ?2, ?3, ?4, ?4, 0, '', 0, 0, 0, ?5, '') RETURNING no)sql");
    insert->bind(1, agent.no)
        .bind(2, std::string_view{report.stream.text()})
        .bind(3, agent.cloned ? std::string_view{"conflict"} : std::string_view{"live"})
        .bind(4, to_ms(report.received_at))
        .bind(5, std::string_view{report.boot_id})
        .next();
    Stream stream;
    stream.no = insert->integer(0);
    stream.id = report.stream.text();
    stream.marks.boot_id = report.boot_id;
    return remember(session, agent, std::move(stream));
}

bool ReportStore::notice_clone(
    Session& session,
    Agent& agent,
    const Stream& stream,
    const CheckedReport& report,
    const Placement& placement)
{
    if (agent.last_stream != stream.no)
    {
        // An agent that began a new stream never goes back to an older one. Once may be a report
        // that was late; streams that take turns are two holders of one certificate.
        if (report.received_at - agent.returned_at > returns_remembered)
            agent.returns = 0;
        ++agent.returns;
        agent.returned_at = report.received_at;
    }
    if (agent.cloned || (!placement.boot_returned && agent.returns < 2))
        return false;

    agent.cloned = true;
    agent.first_holder = std::min(stream.no, agent.last_stream);
    session.prepared("UPDATE stream SET state = 'conflict' WHERE no IN (?1, ?2)")
        ->bind(1, stream.no)
        .bind(2, agent.last_stream)
        .run();
    const std::string detail =
        placement.boot_returned
            ? fmt::format(
                "two machines take turns in stream {}, the newest report from {}", stream.id,
                report.address)
            : fmt::format(
                "stream {} and a newer one take turns, the newest report from {}", stream.id,
                report.address);
    set_cloned(session, agent.device_no, Cloned{report.received_at, detail});
    const NewIncident incident{IncidentKind::device_cloned, stream.id, detail, 0};
    add_incident(session, agent.device_no, agent.no, incident, report.received_at);
    return true;
}

void ReportStore::put_events(
    Session& session,
    Agent& agent,
    Stream& stream,
    const CheckedReport& report,
    const Placement& placement)
{
    for (std::size_t i = placement.known_events; i < report.events.size(); ++i)
        put_event(session, stream.no, agent.device_no, report.events[i], report.received_at);
    const std::size_t stored = report.events.size() - placement.known_events;

    for (const wire::LostEvents& range : report.lost)
    {
        if (!put_lost(session, stream.no, agent.device_no, range, report.received_at))
            continue;
        const NewIncident incident{IncidentKind::events_lost, stream.id, range.why, range.count};
        add_incident(session, agent.device_no, agent.no, incident, report.received_at);
    }

    StreamMarks& marks = stream.marks;
    const bool moved = marks.event_high != placement.event_high;
    const bool booted = !report.boot_id.empty() && marks.boot_id != report.boot_id;
    if (!moved && !booted)
        return;
    marks.event_high = placement.event_high;
    if (booted)
    {
        marks.boot_id_before = std::move(marks.boot_id);
        marks.boot_id = report.boot_id;
    }
    session
        .prepared(R"sql(
            UPDATE stream SET event_high = ?2, events = events + ?3, boot_id = ?4,
                              boot_id_before = ?5
            WHERE no = ?1)sql")
        ->bind(1, stream.no)
        .bind(2, signed_of(marks.event_high))
        .bind(3, static_cast<std::int64_t>(stored))
        .bind(4, std::string_view{marks.boot_id})
        .bind(5, std::string_view{marks.boot_id_before})
        .run();
}

std::vector<std::string_view> ReportStore::put_sections(
    Session& session, Agent& agent, const Stream& stream, const CheckedReport& report)
{
    // Of two holders of one certificate the first one's facts stay: they would overwrite each
    // other at every report.
    if (agent.cloned && agent.first_holder != stream.no)
        return {};
    for (const PackedSection& body : report.bodies)
    {
        const auto digest = DigestValue::from_hex(body.digest).value_or(DigestValue{});
        if (agent.digests[body.section] == digest)
            continue;
        put_section(session, agent.device_no, body, report.received_at);
        agent.digests[body.section] = digest;
    }
    if (report.facts)
        update_summary(session, agent.device_no, *report.facts, report.received_at);

    std::vector<std::string_view> want;
    for (const auto& [section, digest] : report.digests)
    {
        if (agent.digests[section] != digest)
            want.push_back(wire::section_names()[section]);
    }
    return want;
}

void ReportStore::put_footprint(Session& session, Agent& agent, const CheckedReport& report)
{
    if (!report.footprint || report.received_at - agent.footprint_at < footprint_interval)
        return;
    agent.footprint_at = report.received_at;
    const std::string footprint = wire::to_json(*report.footprint);
    session
        .prepared(R"sql(
            INSERT INTO agent_live (agent_no, last_seen_ms, version, boot_id, address, footprint)
            VALUES (?1, ?2, '', ?3, ?4, ?5)
            ON CONFLICT (agent_no) DO UPDATE SET footprint = excluded.footprint)sql")
        ->bind(1, agent.no)
        .bind(2, to_ms(report.received_at))
        .bind(3, std::string_view{report.boot_id})
        .bind(4, std::string_view{report.address})
        .bind(5, std::string_view{footprint})
        .run();
}

} // namespace mimamori::collector::storage
