#pragma once

#include "agent/report/alarm.hpp"
#include "agent/report/inventory_plan.hpp"
#include "agent/report/report_loop.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mimamori::agent::report {

/// What one run of a probe gave.
struct ProbeRun
{
    Result<std::string> section{std::string{}}; ///< Its JSON; an error when it ran out of memory.
    std::chrono::milliseconds cpu{0};
    std::chrono::milliseconds wall{0};
};

/// The slowest probe of the last round, for the footprint.
struct SlowestProbe
{
    std::string name;
    std::chrono::milliseconds wall{0};
};

/// Runs the probes, one at a time, when the plan says so, and hands what they found to the report
/// loop. Lives on the report loop's executor; the probes run elsewhere.
class InventoryLoop
{
public:
    struct Parts // Each must outlive the loop.
    {
        ReportLoop& reports;
        Spool& spool;
        Alarm& alarm;
        const Clock& clock;

        /// Starts one probe; calls `done` on our executor, later and once.
        std::function<void(const std::string& name, std::function<void(ProbeRun)> done)> start;

        /// Called after each round, when nothing runs.
        std::function<void()> round_done;
    };

    InventoryLoop(Parts parts, InventoryPlan plan);

    awaitable<void> run();

    /// Asks for a section soon.
    void refresh(std::string_view section);

    /// The collector orders another rhythm.
    void set_rhythm(std::chrono::seconds rhythm);

    /// The agent's last run ended while this probe ran.
    void died_in(const std::string& probe);

    /// When the next look is due.
    Alarm::Time next() const { return plan_.next(); }

    const SlowestProbe& slowest() const { return slowest_; }

    /// "software: cpu 2100 ms of 2000 ms", for the footprint.
    std::vector<std::string> held_back() const;

private:
    struct Running
    {
        std::string name;
        Alarm::Time since;
        bool is_told{false}; ///< That it hangs.
    };

    void start_next();
    void finished(const std::string& name, ProbeRun run);
    void check_running();
    void end_round();
    void tell(const wire::Event& event);
    void keep_held();
    void publish_unknown(const std::string& name, const std::string& why);
    Alarm::Time wake_at() const;

    Parts parts_;
    InventoryPlan plan_;
    std::optional<Running> running_;
    bool in_round_{false};
    bool has_changes_{false};
    std::string kept_;                      ///< The note of held probes, as it lies in the spool.
    std::optional<Alarm::Time> digests_at_; ///< When all digests were told last.
    SlowestProbe slowest_;
    SlowestProbe slowest_now_; ///< Of the round that runs.
};

} // namespace mimamori::agent::report
