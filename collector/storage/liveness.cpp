#include "collector/storage/liveness.hpp"

#include "collector/storage/statement.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::storage {
namespace {

std::chrono::milliseconds magnitude(std::chrono::milliseconds offset)
{
    return offset < std::chrono::milliseconds{0} ? -offset : offset;
}

} // namespace

Liveness::Liveness(Timestamp started_at)
    : started_at_{started_at}
{}

void Liveness::load(Session& session)
{
    // A stream's last report may be newer than what was flushed.
    const auto rows = session.prepared(R"sql(
        SELECT agent.id, agent.no, device.id, live.version, live.boot_id, live.address,
               live.stopped_reason, live.clock_offset_ms,
               max(live.last_seen_ms,
                   coalesce((SELECT max(last_report_at_ms) FROM stream
                             WHERE stream.agent_no = agent.no), 0)) AS seen_ms
        FROM agent_live live
        JOIN agent ON agent.no = live.agent_no
        JOIN device ON device.no = agent.device_no
        ORDER BY seen_ms)sql");
    const std::lock_guard lock{mutex_};
    while (rows->next())
    {
        const std::string agent{rows->text(0)};
        Entry& entry = agents_[agent];
        entry.agent_no = rows->integer(1);
        entry.device = DeviceId{std::string{rows->text(2)}};
        entry.live.agent = AgentId{agent};
        entry.live.version = rows->text(3);
        entry.live.boot_id = rows->text(4);
        entry.live.address = rows->text(5);
        if (!rows->is_null(6))
            entry.live.stopped_reason = std::string{rows->text(6)};
        if (!rows->is_null(7))
        {
            entry.live.clock_offset = std::chrono::milliseconds{rows->integer(7)};
            entry.offsets[0] = *entry.live.clock_offset;
            entry.offsets_count = 1;
        }
        entry.live.last_seen_at = from_ms(rows->integer(8));
        agent_of_device_[entry.device.text()] = agent; // The one that was seen last stays.
    }
}

std::optional<Timestamp> Liveness::touch(const AgentId& agent, Timestamp received_at)
{
    const std::lock_guard lock{mutex_};
    const auto found = agents_.find(agent.text());
    if (found == agents_.end())
        return std::nullopt;
    LiveState& live = found->second.live;
    found->second.changed = true;
    return std::exchange(live.last_seen_at, std::max(live.last_seen_at, received_at));
}

void Liveness::note(
    const AgentId& agent, std::int64_t agent_no, const DeviceId& device, const Sighting& sighting)
{
    const std::lock_guard lock{mutex_};
    Entry& entry = agents_[agent.text()];
    if (entry.live.agent.empty() || entry.device != device)
    {
        entry.live.agent = agent;
        entry.agent_no = agent_no;
        entry.device = device;
    }
    std::string& of_device = agent_of_device_[device.text()];
    if (of_device != agent.text())
        of_device = agent.text();

    LiveState& live = entry.live;
    live.last_seen_at = std::max(live.last_seen_at, sighting.received_at);
    if (live.version != sighting.version)
        live.version = sighting.version;
    if (live.boot_id != sighting.boot_id)
        live.boot_id = sighting.boot_id;
    if (live.address != sighting.address)
        live.address = sighting.address;
    live.stopped_reason.reset();
    if (sighting.stopped_reason)
        live.stopped_reason = std::string{*sighting.stopped_reason};

    std::rotate(entry.offsets.begin(), entry.offsets.end() - 1, entry.offsets.end());
    entry.offsets[0] = sighting.clock_offset;
    if (entry.offsets_count < entry.offsets.size())
        ++entry.offsets_count;
    live.clock_offset = *std::min_element(
        entry.offsets.begin(), entry.offsets.begin() + entry.offsets_count,
        [](auto a, auto b) { return magnitude(a) < magnitude(b); });
    entry.changed = true;
}

std::optional<LiveState> Liveness::of(const DeviceId& device) const
{
    const std::lock_guard lock{mutex_};
    const auto agent = agent_of_device_.find(device.text());
    if (agent == agent_of_device_.end())
        return std::nullopt;
    return agents_.at(agent->second).live;
}

Timestamp Liveness::listening_since() const
{
    const std::lock_guard lock{mutex_};
    return started_at_;
}

void Liveness::clock_went(std::chrono::milliseconds by, Timestamp now)
{
    const std::lock_guard lock{mutex_};
    if (by > std::chrono::milliseconds{0})
    {
        started_at_ = now;
        return;
    }
    if (started_at_ > now)
        started_at_ += by;
    for (auto& [agent, entry] : agents_)
    {
        if (entry.live.last_seen_at <= now)
            continue;
        entry.live.last_seen_at += by;
        entry.changed = true;
    }
}

std::size_t Liveness::seen_since(Timestamp since) const
{
    const std::lock_guard lock{mutex_};
    return static_cast<std::size_t>(
        std::count_if(agent_of_device_.begin(), agent_of_device_.end(), [&](const auto& item) {
            return agents_.at(item.second).live.last_seen_at >= since;
        }));
}

std::vector<QuietDevice> Liveness::quiet(Timestamp from, Timestamp until) const
{
    std::vector<QuietDevice> found;
    const std::lock_guard lock{mutex_};
    for (const auto& [device, agent] : agent_of_device_)
    {
        const LiveState& live = agents_.at(agent).live;
        if (live.last_seen_at >= from && live.last_seen_at < until && !live.stopped_reason)
            found.push_back({DeviceId{device}, live.last_seen_at, live.address});
    }
    return found;
}

std::vector<HeardDevice> Liveness::heard_since(Timestamp since) const
{
    std::vector<HeardDevice> all;
    const std::lock_guard lock{mutex_};
    all.reserve(agent_of_device_.size());
    for (const auto& [device, agent] : agent_of_device_)
    {
        const Entry& entry = agents_.at(agent);
        if (entry.agent_no != 0)
            all.push_back({entry.agent_no, entry.live.last_seen_at >= since});
    }
    // As in `flush`.
    std::sort(all.begin(), all.end(), [](const HeardDevice& a, const HeardDevice& b) {
        return a.agent_no < b.agent_no;
    });
    return all;
}

std::size_t Liveness::flush(Session& session, std::size_t rows_max)
{
    std::vector<Entry> batch;
    {
        const std::lock_guard lock{mutex_};
        for (auto& [agent, entry] : agents_)
        {
            if (batch.size() >= rows_max)
                break;
            // One that was only touched has no number yet; its first note brings it.
            if (!entry.changed || entry.agent_no == 0)
                continue;
            entry.changed = false;
            batch.push_back(entry);
        }
    }
    // Neighbours in the table are written together, so that each page is touched once.
    std::sort(batch.begin(), batch.end(), [](const Entry& a, const Entry& b) {
        return a.agent_no < b.agent_no;
    });
    for (const Entry& entry : batch)
        write(session, entry);
    return batch.size();
}

void Liveness::write(Session& session, const Entry& entry)
{
    std::optional<std::int64_t> offset_ms;
    if (entry.live.clock_offset)
        offset_ms = entry.live.clock_offset->count();
    std::optional<std::string_view> stopped_reason;
    if (entry.live.stopped_reason)
        stopped_reason = *entry.live.stopped_reason;
    session
        .prepared(R"sql(
            INSERT INTO agent_live
                (agent_no, last_seen_ms, version, boot_id, address, clock_offset_ms, stopped_reason)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (agent_no) DO UPDATE
            SET last_seen_ms = excluded.last_seen_ms, version = excluded.version,
                boot_id = excluded.boot_id, address = excluded.address,
                clock_offset_ms = excluded.clock_offset_ms,
                stopped_reason = excluded.stopped_reason)sql")
        ->bind(1, entry.agent_no)
        .bind(2, to_ms(entry.live.last_seen_at))
        .bind(3, std::string_view{entry.live.version})
        .bind(4, std::string_view{entry.live.boot_id})
        .bind(5, std::string_view{entry.live.address})
        .bind(6, offset_ms)
        .bind(7, stopped_reason)
        .run();
    session
        .prepared(R"sql(
            UPDATE device_summary SET last_seen_ms = max(coalesce(last_seen_ms, 0), ?2),
                                      agent_version = ?3
            WHERE device_no = (SELECT device_no FROM agent WHERE no = ?1))sql")
        ->bind(1, entry.agent_no)
        .bind(2, to_ms(entry.live.last_seen_at))
        .bind(3, std::string_view{entry.live.version})
        .run();
}

} // namespace mimamori::collector::storage
