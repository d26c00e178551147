#pragma once

#include "collector/judge/evaluator.hpp"
#include "collector/judge/judge_schedule.hpp"
#include "collector/storage/database.hpp"
#include "common/async/asio.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace mimamori::collector::judge {

/// What the judge did since it began; any thread.
struct JudgeCounters
{
    std::uint64_t devices_judged{0};
    std::uint64_t devices_stored{0}; ///< Of these, something was written.
    std::uint64_t findings_changed{0};
    std::uint64_t alerts_queued{0};
    std::uint64_t failures{0};
    std::uint64_t devices_known{0};
    std::uint64_t behind_ms{0}; ///< How overdue the most overdue device was at the last look.
};

/// Judges devices as soon as something about them changes, and when time alone may change what the
/// rules say. One instance per database: it alone writes findings by rules.
///
/// Reading and deciding is done on the database's readers; only what changes goes to the writer,
/// findings, alerts and the device's state in one transaction.
class Judge
{
public:
    struct Parts
    {
        storage::Database& database;
        const storage::Liveness& liveness;
        const Clock& clock;
        rules::Knowledge knowledge;
        const knowledge::RemoteTools& remote_tools;

        /// Called after alerts are durable. May be empty.
        std::function<void()> alerts_queued;

        /// Called with each device whose findings or state were written. May be empty.
        std::function<void(const DeviceId&)> device_changed;
    };

    /// `strand`: everything of the judge but the works runs there; the callbacks, too. The parts
    /// and the judge live until what runs there has ended.
    Judge(asio::any_io_executor strand, Parts parts, EvaluatorOptions options);

    /// Judges all devices once, then goes on until it is cancelled. Spawn it on the strand.
    awaitable<void> run();

    /// Something about the device changed. Any thread; coalesces.
    void judge_soon(const DeviceId& device);

    /// Somebody decided something about these devices, or the register changed: what is kept in
    /// memory is read anew, and the devices are judged. Any thread.
    void decided(std::vector<DeviceId> devices);

    /// The same for all devices. Any thread.
    void decided_for_all();

    /// A policy changed, and nothing else: of all devices, or of the one. Any thread.
    void policy_decided(std::optional<DeviceId> device);

    JudgeCounters counters() const;

    /// Another evaluator with the same knowledge, to look at what would be. Any thread.
    std::unique_ptr<Evaluator> another_evaluator() const;

private:
    awaitable<void> judge_batch(std::vector<DeviceId> devices);
    awaitable<void> store_batch(std::vector<Looked> to_store);
    awaitable<void> queue_all();
    void settle(const Looked& looked, const Stored& stored);
    void failed(const std::vector<DeviceId>& devices, const Error& error);
    void wake();

    asio::any_io_executor strand_;
    Parts parts_;
    Evaluator evaluator_;
    JudgeSchedule schedule_;
    asio::steady_timer timer_;
    bool all_asked_{true};
    bool forget_asked_{false};
    bool forget_policies_asked_{false};

    std::atomic<std::uint64_t> devices_judged_{0};
    std::atomic<std::uint64_t> devices_stored_{0};
    std::atomic<std::uint64_t> findings_changed_{0};
    std::atomic<std::uint64_t> alerts_queued_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::atomic<std::uint64_t> devices_known_{0};
    std::atomic<std::uint64_t> behind_ms_{0};
};

} // namespace mimamori::collector::judge
