#pragma once

#include "collector/storage/database.hpp"
#include "collector/storage/device_store.hpp"
#include "collector/storage/digest_value.hpp"
#include "collector/storage/event_store.hpp"
#include "collector/storage/report_log.hpp"
#include "collector/storage/section_store.hpp"
#include "collector/storage/stream_marks.hpp"
#include "common/async/asio.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/report.hpp"
#include "common/wire/sections.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mimamori::collector::storage {

/// A report that was checked and made ready, so that the writer thread only stores it.
struct CheckedReport
{
    AgentId agent;
    StreamId stream;
    std::uint64_t seq{0};
    std::int64_t digest{0}; ///< Of its content.
    std::string boot_id;
    std::string address; ///< Where it came from.
    Timestamp received_at{};

    std::vector<std::pair<std::size_t, DigestValue>> digests; ///< By section index.
    std::vector<PackedSection> bodies;
    std::unique_ptr<wire::Facts> facts; ///< The same bodies, decoded; null without bodies.

    std::vector<PackedEvent> events;    ///< Numbers rise.
    std::vector<wire::LostEvents> lost; ///< Rising, not overlapping.
    std::optional<wire::Footprint> footprint;
};

/// What became of a report.
struct SavedReport
{
    Placement::Kind kind{Placement::Kind::next};
    std::uint64_t seq{0};               ///< Highest durable report of the stream.
    std::uint64_t ack{0};               ///< Highest durable event of the stream.
    std::vector<std::string_view> want; ///< Sections whose body is missing.

    std::int64_t agent_no{0};
    DeviceId device;
    bool changed{false};         ///< Something that rules look at is new.
    bool first_contact{false};   ///< The agent's first report in this run of the collector.
    std::string refusal;         ///< Why it was not believed, for the log.
    bool come_back_later{false}; ///< The agent begins too many streams.
};

/// Takes reports. An unchanged heartbeat costs one short row; what is needed to place a report is
/// kept in memory (about 1 KiB an agent), which only the writer thread touches.
class ReportStore
{
public:
    explicit ReportStore(Database& database);

    ReportStore(const ReportStore&) = delete;
    ReportStore& operator=(const ReportStore&) = delete;

    /// Stores a report, all or nothing; durable when it returns. Safe to repeat: the same report is
    /// acknowledged again and changes nothing. One that is not believed (see place_report) leaves
    /// an incident.
    ///
    /// Errors: forbidden for an agent that is unknown or not approved; as Database::write.
    awaitable<Result<SavedReport>> save(const CheckedReport& report);

    /// The same for threads that may wait.
    Result<SavedReport> save_and_wait(const CheckedReport& report);

    /// How many new streams one agent may begin a day; more are refused for a while.
    static constexpr std::int64_t streams_a_day_max = 1'000;

private:
    struct Stream
    {
        std::int64_t no{0};
        std::string id;
        StreamMarks marks;
    };

    struct Agent
    {
        std::int64_t no{0};
        std::int64_t device_no{0};
        DeviceId device;
        AgentStatus status{AgentStatus::waiting};
        bool cloned{false};
        std::uint64_t seen_changes{0}; ///< Session::agent_changes when status was read.

        std::vector<Stream> streams;  ///< The few newest, by number.
        std::int64_t last_stream{0};  ///< Number of the one that stored a report last.
        std::int64_t first_holder{0}; ///< While cloned: only this stream brings sections.
        unsigned returns{0};          ///< How often an older stream has come back.
        Timestamp returned_at{};

        std::array<DigestValue, wire::section_count> digests{};
        Timestamp footprint_at{};
        bool contacted{false};
    };

    Result<SavedReport> store(Session& session, const CheckedReport& report);

    void read_log_again(Session& session);
    Result<Agent*> agent_of(Session& session, const AgentId& id);
    static Result<void> read_status(Session& session, const AgentId& id, Agent& agent);
    std::optional<Stream> read_stream(Session& session, std::int64_t agent_no, std::string_view id);
    Stream* stream_of(Session& session, Agent& agent, const StreamId& id);
    static Stream& remember(Session& session, Agent& agent, Stream stream);

    static SavedReport refuse(
        Session& session,
        Agent& agent,
        const Stream* stream,
        const CheckedReport& report,
        NewIncident incident);
    static SavedReport accept(
        Session& session,
        Agent& agent,
        Stream* stream,
        const CheckedReport& report,
        const Placement& placement);
    static Stream& begin_stream(Session& session, Agent& agent, const CheckedReport& report);
    static bool begins_too_many(Session& session, const Agent& agent, Timestamp now);
    static bool notice_clone(
        Session& session,
        Agent& agent,
        const Stream& stream,
        const CheckedReport& report,
        const Placement& placement);
    static void put_events(
        Session& session,
        Agent& agent,
        Stream& stream,
        const CheckedReport& report,
        const Placement& placement);
    static std::vector<std::string_view> put_sections(
        Session& session, Agent& agent, const Stream& stream, const CheckedReport& report);
    static void put_footprint(Session& session, Agent& agent, const CheckedReport& report);

    Database& database_;
    std::unordered_map<std::string, Agent> agents_;

    /// What the log held when it was read: for streams that are not in memory yet.
    std::unordered_map<std::int64_t, UnfoldedReports> unfolded_;
    std::optional<std::uint64_t> seen_rollbacks_; ///< When the log was read.
};

} // namespace mimamori::collector::storage
