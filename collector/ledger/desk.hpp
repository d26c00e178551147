#pragma once

#include "collector/ledger/piece.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/ledger_job_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

namespace mimamori::collector::ledger {

/// Does long work on the ledger in the background, one after the other and each piece by piece, so
/// that people see how far it is and may leave the page. What is done is one batch, to be undone
/// together, also when it stopped half-way.
class Desk
{
public:
    /// Works that may wait; each holds its plan in memory.
    static constexpr std::size_t waiting_max = 4;

    /// Both live longer than the desk. `changed` is called when a work has ended, where `run` runs.
    Desk(
        asio::any_io_executor strand,
        storage::Database& database,
        const Clock& clock,
        std::function<void()> changed);

    /// Puts it into the row; the job as it is kept then. Any thread. Errors: conflict while too
    /// many wait; those of the database.
    awaitable<Result<storage::LedgerJob>> take(Work work, storage::LedgerJob job);

    /// Goes on until it is cancelled. What a collector before has begun, it ends as failed.
    awaitable<void> run();

    /// Does what waits, and returns.
    awaitable<void> work_off();

private:
    struct Waiting
    {
        Work work;
        storage::LedgerJob job;
    };

    std::optional<Waiting> next();
    awaitable<void> work_on(Waiting waiting);
    awaitable<void> fail(storage::LedgerJob job, Error why);
    void wake();

    asio::any_io_executor strand_;
    storage::Database& database_;
    const Clock& clock_;
    std::function<void()> changed_;
    asio::steady_timer timer_;
    std::mutex mutex_; ///< Of what waits.
    std::deque<Waiting> waiting_;
};

} // namespace mimamori::collector::ledger
