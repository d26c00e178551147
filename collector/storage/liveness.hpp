#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mimamori::collector::storage {

/// What a report says about its sender.
struct Sighting
{
    Timestamp received_at{};
    std::chrono::milliseconds clock_offset{0}; ///< The device's clock minus ours.
    std::string_view address;
    std::string_view version;
    std::string_view boot_id;

    /// The agent said goodbye in this report, and why: "shutdown".
    std::optional<std::string_view> stopped_reason;
};

/// What is known about a device as a sender.
struct LiveState
{
    AgentId agent;
    Timestamp last_seen_at{};
    std::string version;
    std::string boot_id;
    std::string address;
    std::optional<std::string> stopped_reason; ///< It said goodbye and has not come back.

    /// The device's clock minus ours: the smallest of the last three reports, since a report that
    /// waited on its way looks old. Nothing before the first one.
    std::optional<std::chrono::milliseconds> clock_offset;
};

/// A device that has been quiet for a while and did not say goodbye.
struct QuietDevice
{
    DeviceId device;
    Timestamp last_seen_at{};
    std::string address; ///< Its last one.
};

/// Whether a device was heard lately.
struct HeardDevice
{
    std::int64_t agent_no{0}; ///< Of the agent that was heard last.
    bool heard{false};
};

/// Who reported when: in memory, so that a heartbeat waits for nobody, and written to the database
/// in batches. Any thread.
class Liveness
{
public:
    /// `started_at`: from when on silence counts.
    explicit Liveness(Timestamp started_at);

    /// Reads what the last run left. Inside a work, before the first report.
    void load(Session& session);

    /// A report of a known agent has come, stored or not. Returns when the agent was last seen
    /// before; nothing for one that was never noted.
    std::optional<Timestamp> touch(const AgentId& agent, Timestamp received_at);

    /// A report of this agent was stored.
    void note(const AgentId& agent, std::int64_t agent_no, const DeviceId& device, const Sighting&);

    /// Of the device's agent that was seen last; nothing for a device that never reported.
    std::optional<LiveState> of(const DeviceId& device) const;

    /// This collector's start, or when its clock went ahead: before it, silence says nothing.
    Timestamp listening_since() const;

    /// The clock went `by` (ahead, or back when negative) and says `now`. Nobody could be heard in
    /// the time that it passed over. When it went back, what now lies ahead went back with it, so
    /// that who is silent stays so, and who falls silent is not heard of too late.
    void clock_went(std::chrono::milliseconds by, Timestamp now);

    /// Devices seen at `since` or later.
    std::size_t seen_since(Timestamp since) const;

    /// Devices that were seen last from `from` until before `until`, and left without a goodbye.
    std::vector<QuietDevice> quiet(Timestamp from, Timestamp until) const;

    /// All devices that ever reported.
    std::vector<HeardDevice> heard_since(Timestamp since) const;

    /// Writes at most `rows_max` changed entries into the database, inside a work. Returns how
    /// many; fewer than `rows_max` means that all are written.
    std::size_t flush(Session& session, std::size_t rows_max);

private:
    struct Entry
    {
        std::int64_t agent_no{0};
        DeviceId device;
        LiveState live;
        std::array<std::chrono::milliseconds, 3> offsets{};
        std::uint8_t offsets_count{0};
        bool changed{false};
    };

    static void write(Session& session, const Entry& entry);

    Timestamp started_at_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Entry> agents_;
    std::unordered_map<std::string, std::string> agent_of_device_;
};

} // namespace mimamori::collector::storage
