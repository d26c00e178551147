#pragma once

#include "collector/storage/group_commit.hpp"
#include "collector/storage/reader_pool.hpp"
#include "collector/storage/session.hpp"
#include "common/async/asio.hpp"
#include "common/base/embedded_file.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/platform/lock_file.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace mimamori::collector::storage {

struct DatabaseOptions
{
    std::filesystem::path file;
    std::size_t readers{2};
    std::size_t narrow_readers{1};           ///< For people who may see only some sites.
    std::size_t writes_queued_max{4'096};    ///< Above, `write` answers `unavailable` at once.
    std::size_t reads_queued_max{1'024};     ///< Above, `read` answers `unavailable` at once.
    std::size_t group_max{128};              ///< Works in one transaction.
    std::chrono::microseconds gather{1'000}; ///< How long a lone work waits for company.
};

/// How the database does; any thread.
struct DatabaseHealth
{
    bool writable{true};            ///< The newest transaction became durable.
    std::string problem;            ///< Why not: "disk full".
    std::uint64_t writes_queued{0}; ///< Now.
    std::uint64_t works{0};         ///< Since the start, like those below.
    std::uint64_t groups{0};
    std::uint64_t groups_failed{0};
    std::uint64_t commit_us{0}; ///< Time spent in transactions.
    std::uint64_t commit_us_max{0};
    std::uint64_t file_bytes{0};      ///< Database and its log.
    std::uint64_t disk_free_bytes{0}; ///< Where the database lies.
};

/// The collector's database: one writer thread that commits in groups, a few readers.
///
/// A *work* is a callable `Result<T> work(Session&)`. Name it on a line of its own before the
/// `co_await` (g++ 12, see STYLE.md). It runs on a thread of the database; what it captures by
/// reference must live until the coroutine goes on. A work whose result is an Error, or that lets
/// an exception of SOCI out, changes nothing. SQLite today; the same stores are to run on
/// PostgreSQL.
class Database
{
public:
    /// Opens or makes the database and brings its tables up to date.
    ///
    /// Errors: `unsupported` when it was written by a newer program; `conflict` when a migration
    /// was changed after it was applied, or when another process has the database open (this class
    /// keeps things in memory, so there is one of it at a time); `io` when the file cannot be used
    /// or is no database.
    static Result<std::unique_ptr<Database>> open(DatabaseOptions options);

    /// The same with other migrations; for tests of the runner.
    static Result<std::unique_ptr<Database>> open(
        DatabaseOptions options, std::span<const EmbeddedFile> migrations);

    /// Finishes what is queued.
    ~Database();

    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs `work` on the writer thread inside a transaction that it shares with others, and
    /// resumes after the commit is durable.
    ///
    /// Besides the work's own errors: `unavailable` when the queue is full or the commit failed;
    /// then nothing is stored. Comes back to the caller's executor; cannot be cancelled.
    template <class Work>
    awaitable<std::invoke_result_t<Work&, Session&>> write(
        Work work, Guard guard = Guard::savepoint);

    /// Runs `work` on a reader: a consistent view of what was durable when it began.
    template <class Work>
    awaitable<std::invoke_result_t<Work&, Session&>> read(Work work);

    /// The same on a reader to which the database shows only what belongs to `sites` and the sites
    /// below them; everything else is not there, whatever the work asks (see narrow_view.hpp).
    template <class Work>
    awaitable<std::invoke_result_t<Work&, Session&>> read_within(
        std::vector<SiteId> sites, Work work);

    /// The same for threads that may wait (tools, tests, the judge); never on an I/O thread, never
    /// inside a work.
    template <class Work>
    std::invoke_result_t<Work&, Session&> write_and_wait(Work work, Guard guard = Guard::savepoint);

    template <class Work>
    std::invoke_result_t<Work&, Session&> read_and_wait(Work work);

    DatabaseHealth health() const;

    const std::filesystem::path& file() const { return options_.file; }

private:
    explicit Database(DatabaseOptions options);

    template <class Work>
    awaitable<std::invoke_result_t<Work&, Session&>> read_on(ReaderPool& readers, Work work);

    DatabaseOptions options_;
    std::optional<platform::LockFile> lock_;
    std::unique_ptr<GroupCommit> writer_;
    std::unique_ptr<ReaderPool> readers_;
    std::unique_ptr<ReaderPool> narrow_readers_;
};

template <class Work>
awaitable<std::invoke_result_t<Work&, Session&>> Database::write(Work work, Guard guard)
{
    std::optional<std::invoke_result_t<Work&, Session&>> outcome;
    std::exception_ptr bug;
    // The coroutine stays suspended until its handler runs, so the references stay good.
    auto start = [this, guard, &work, &outcome, &bug](auto handler) {
        writer_->enqueue(make_waiting_job(work, outcome, bug, guard, std::move(handler)));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        std::move(start), asio::use_awaitable);
    if (bug)
        std::rethrow_exception(bug);
    co_return std::move(*outcome);
}

template <class Work>
awaitable<std::invoke_result_t<Work&, Session&>> Database::read(Work work)
{
    return read_on(*readers_, std::move(work));
}

template <class Work>
awaitable<std::invoke_result_t<Work&, Session&>> Database::read_within(
    std::vector<SiteId> sites, Work work)
{
    auto narrowed = [sites = std::move(sites), work = std::move(work)](Session& session) mutable {
        session.see_only(sites);
        return work(session);
    };
    return read_on(*narrow_readers_, std::move(narrowed));
}

template <class Work>
awaitable<std::invoke_result_t<Work&, Session&>> Database::read_on(ReaderPool& readers, Work work)
{
    std::optional<std::invoke_result_t<Work&, Session&>> outcome;
    std::exception_ptr bug;
    auto start = [&readers, &work, &outcome, &bug](auto handler) {
        readers.enqueue(make_waiting_job(work, outcome, bug, Guard::savepoint, std::move(handler)));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        std::move(start), asio::use_awaitable);
    if (bug)
        std::rethrow_exception(bug);
    co_return std::move(*outcome);
}

template <class Work>
std::invoke_result_t<Work&, Session&> Database::write_and_wait(Work work, Guard guard)
{
    std::optional<std::invoke_result_t<Work&, Session&>> outcome;
    std::exception_ptr bug;
    JobDone done;
    writer_->enqueue(make_blocking_job(work, outcome, bug, guard, done));
    done.wait();
    if (bug)
        std::rethrow_exception(bug);
    return std::move(*outcome);
}

template <class Work>
std::invoke_result_t<Work&, Session&> Database::read_and_wait(Work work)
{
    std::optional<std::invoke_result_t<Work&, Session&>> outcome;
    std::exception_ptr bug;
    JobDone done;
    readers_->enqueue(make_blocking_job(work, outcome, bug, Guard::savepoint, done));
    done.wait();
    if (bug)
        std::rethrow_exception(bug);
    return std::move(*outcome);
}

} // namespace mimamori::collector::storage
