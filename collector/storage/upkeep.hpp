#pragma once

#include "collector/storage/database.hpp"
#include "collector/storage/forecast.hpp"
#include "collector/storage/liveness.hpp"
#include "common/async/asio.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <cstddef>
#include <mutex>

namespace mimamori::collector::storage {

struct UpkeepOptions
{
    std::chrono::hours events_kept{24 * 400};
    std::chrono::hours history_kept{24 * 400};

    /// Logons, and the names of people in other events and in earlier states.
    std::chrono::hours names_kept{24 * 180};

    /// Memory and log are written to their tables this often: the rarer, the more heartbeats share
    /// the write of a row. The log is durable, so nothing depends on it.
    std::chrono::seconds flush_interval{300};
    std::size_t log_rows_max{100'000}; ///< The log is folded earlier when it grows to this.

    std::chrono::minutes forget_interval{10};       ///< For events.
    std::chrono::hours forget_history_interval{24}; ///< For earlier states: a longer look.
    std::chrono::minutes sample_interval{60};
    std::size_t rows_per_work{2'000}; ///< So that reports wait a few milliseconds at most.
};

/// What the database needs from time to time: folding the report log, writing liveness, removing
/// what is too old, measuring its size.
class Upkeep
{
public:
    /// All but the options must outlive it.
    Upkeep(Database& database, Liveness& liveness, UpkeepOptions options);

    /// Does what is due; call it every few seconds, from one coroutine. Failures are logged; what
    /// failed is due again next time.
    awaitable<void> run_due(Timestamp now);

    /// Writes what is in memory; for the end of the program.
    awaitable<void> flush_all();

    /// Any thread.
    DiskForecast disk_forecast() const;

private:
    awaitable<bool> fold_log();
    awaitable<bool> flush_liveness();
    awaitable<bool> log_is_long();
    awaitable<void> forget_old(Timestamp now);
    awaitable<void> forget_history(Timestamp now);
    awaitable<void> measure(Timestamp now);

    Database& database_;
    Liveness& liveness_;
    UpkeepOptions options_;
    Timestamp flush_at_{};
    Timestamp forget_at_{};
    Timestamp forget_history_at_{};
    Timestamp sample_at_{};

    mutable std::mutex mutex_;
    DiskForecast forecast_;
};

} // namespace mimamori::collector::storage
