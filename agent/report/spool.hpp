#pragma once

#include "agent/report/database.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/report.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mimamori::agent::report {

/// How much the spool may hold and how much of it goes into one report.
struct SpoolLimits
{
    std::uint64_t bytes_max{20ULL * 1024 * 1024}; ///< Of all events that wait.
    std::size_t report_events_max{200};
    std::size_t report_bytes_max{256U * 1024}; ///< Of events, and again of section bodies.
    std::size_t section_bytes_max{6U * 1024 * 1024};
    std::size_t refused_max{3}; ///< Refused reports that are kept for `doctor`.
};

/// What a new report says besides what the spool holds.
struct ReportHead
{
    AgentId agent_id;
    std::string agent_version;
    std::string boot_id;
    Timestamp sent_at{};
    bool all_digests{false}; ///< List every section, not only those that changed.
    std::optional<wire::Footprint> self;
    std::vector<wire::NeighbourSighting> sightings{};
};

/// A report on its way.
struct Outgoing
{
    std::uint64_t seq{0};
    std::string text;     ///< Its exact JSON.
    bool is_retry{false}; ///< It was handed out before; number and content are the same.
};

/// What a receipt settled.
struct Settled
{
    bool durable{false};            ///< The report that waited is stored by the collector.
    bool progress{false};           ///< All of it, or at least a part, need not be sent again.
    bool new_stream{false};         ///< Ordered by the collector, and done.
    std::vector<std::string> rerun; ///< Sections it wants whose body we no longer have.
};

/// A report that the collector called invalid.
struct RefusedReport
{
    Timestamp at{};
    std::uint64_t seq{0};
    std::string why;
    std::string text;
};

/// What `status`, `doctor` and the footprint say about a spool.
struct SpoolState
{
    StreamId stream;
    Timestamp made_at{};
    std::uint64_t next_seq{1};
    std::uint64_t events{0};
    std::uint64_t bytes{0};
    std::optional<Timestamp> oldest_at;
    std::uint64_t lost_ever{0};         ///< Events of this file that never reached the collector.
    std::vector<wire::LostEvents> lost; ///< Not yet told to the collector.
};

/// Where events wait until the collector has them, and where the sections wait that it has not
/// seen. One SQLite file, used from one thread.
///
/// What a function stored is durable when it returns: a crash or a power cut at any moment loses
/// no event and doubles none. Event and report numbers are given when a report is made, are kept
/// with it, and are never used for anything else in the same stream. When the file is new or
/// broken the stream is new, too; a broken file is kept beside it as spool.db.damaged.
class Spool
{
public:
    /// Opens or makes `spool.db` in `folder`. Errors: as `Database::open`.
    static Result<std::unique_ptr<Spool>> open(
        const std::filesystem::path& folder, const Clock& clock, const SpoolLimits& limits = {});

    /// What the spool in `folder` holds, without being its owner.
    static Result<SpoolState> look(const std::filesystem::path& folder);

    /// The refused reports in it, newest first.
    static Result<std::vector<RefusedReport>> look_at_refused(const std::filesystem::path& folder);

    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    /// Stores events, in this order. When the budget is spent, those of the lowest priority go
    /// first, the oldest of them first, and are counted. An error means that nothing was stored;
    /// that is counted, too.
    Result<void> put(std::span<const wire::Event> events);

    Result<void> put(const wire::Event& event) { return put(std::span{&event, 1}); }

    /// Takes a section as its probe found it. True when it is another than the collector has.
    Result<bool> put_section(std::string_view name, std::string text);

    /// The report that waits for its receipt, or a new one made of `head` and what waits.
    Result<Outgoing> next_report(const ReportHead& head);

    /// Whether anything waits that the collector has not acknowledged.
    bool has_backlog() const
    {
        return counts_.events + counts_.losses + counts_.bodies + unstored_.count > 0;
    }

    /// Takes the receipt of the last report. `invalid_input` and nothing changed when it is for
    /// another stream or acknowledges what was never sent.
    Result<Settled> settle(const wire::Receipt& receipt);

    /// The collector called the last report invalid: its parts are tried again one by one, and the
    /// part that is refused alone is set aside and counted as lost. False when it had no parts, so
    /// that the next report will fare no better.
    Result<bool> refuse(std::string_view why);

    /// Forgets numbers and receipts and begins a new stream with everything that waits.
    Result<void> begin_stream();

    const StreamId& stream() const { return stream_; }

    /// Without the list of losses.
    SpoolState state() const;

    /// Device time of the last report made; nothing when there was none.
    std::optional<Timestamp> last_report_at() const { return last_report_at_; }

    /// Small texts that outlive the program, such as what the collector ordered.
    Result<std::string> note(std::string_view name);
    Result<void> set_note(std::string_view name, std::string_view text);

    /// Gives page cache and unused file space back.
    void tidy_up();

private:
    /// The report that was handed out last and has no receipt yet.
    struct Waiting
    {
        std::uint64_t seq{0};
        std::uint64_t events{0};
        std::uint64_t losses{0};
        std::vector<std::pair<std::string, std::string>> bodies; ///< Section name and digest.

        std::uint64_t items() const { return events + losses + bodies.size(); }
    };

    /// What the tables hold; put back when a transaction fails.
    struct Counts
    {
        std::uint64_t next_number{1};
        std::uint64_t lost_ever{0};
        std::uint64_t events{0};
        std::uint64_t bytes{0};
        std::uint64_t numbered{0}; ///< Events and losses that have a number and no receipt.
        std::uint64_t losses{0};
        std::uint64_t bodies{0}; ///< Sections that the collector has not seen.
    };

    /// Events that could not even be counted in the file.
    struct Unstored
    {
        std::uint64_t count{0};
        Timestamp since{};
        Timestamp until{};
        std::string why;
    };

    Spool(Database database, std::filesystem::path folder, const Clock& clock, SpoolLimits limits);

    static Result<Database> open_sound(const std::filesystem::path& file);

    Result<void> load();
    Result<void> count_what_waits();
    Result<void> start_over(const std::string& why);
    Result<void> after_failure(Result<void> outcome, const Counts& before);

    Result<void> store(std::span<const wire::Event> events);
    Result<void> insert(const wire::Event& event);
    Result<void> make_room();
    Result<void> count_lost(
        std::uint64_t count, Timestamp since, Timestamp until, std::string_view why);
    Result<void> flush_unstored();

    Result<Outgoing> waiting_report();
    Result<Outgoing> compose(const ReportHead& head, Waiting& waiting);
    Result<void> add_told_losses(wire::Report& report, Waiting& waiting);
    Result<void> add_events(wire::Report& report, Waiting& waiting);
    Result<void> add_new_losses(wire::Report& report, Waiting& waiting);
    Result<void> add_losses(std::string_view which, wire::Report& report, Waiting& waiting);
    Result<std::uint64_t> numbered_events_above(std::uint64_t number);
    Result<void> add_sections(wire::Report& report, Waiting& waiting, bool all_digests);
    bool is_full(const Waiting& waiting) const;

    Result<void> forget_stored(const wire::Receipt& receipt, bool is_durable);
    Result<std::vector<std::string>> note_wanted(const std::vector<std::string>& want);
    Result<void> set_aside(std::string_view why);
    Result<void> condemn_event(std::string_view why);
    Result<void> keep_refused(std::string_view why);

    Database database_;
    std::filesystem::path folder_;
    const Clock& clock_;
    SpoolLimits limits_;

    StreamId stream_;
    Timestamp made_at_{};
    std::uint64_t next_seq_{1};
    std::optional<Timestamp> last_report_at_;
    Counts counts_;
    std::optional<Waiting> waiting_;
    std::uint64_t one_by_one_{0}; ///< So many reports carry one part each, to find the bad one.
    Unstored unstored_;
};

} // namespace mimamori::agent::report
