#include "collector/storage/group_commit.hpp"

#include "common/log/log.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::storage {

GroupCommit::GroupCommit(std::unique_ptr<Session> session, GroupCommitOptions options)
    : session_{std::move(session)}
    , options_{options}
    , thread_{[this] { run(); }}
{}

GroupCommit::~GroupCommit()
{
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
        arrived_.notify_one();
    }
    thread_.join();
}

void GroupCommit::enqueue(std::unique_ptr<Job> job)
{
    {
        const std::lock_guard lock{mutex_};
        if (waiting_.size() < options_.queued_max && !ending_)
        {
            waiting_.push_back(std::move(job));
            // While the thread is busy, or gathers and is not full, it need not be woken.
            if (idle_ || waiting_.size() == options_.group_max)
                arrived_.notify_one();
            return;
        }
    }
    job->fail(Error{Errc::unavailable, "too many writes are waiting"});
    job->resume();
}

GroupCommit::Counters GroupCommit::counters() const
{
    const std::lock_guard lock{mutex_};
    Counters copy = counters_;
    copy.queued = waiting_.size();
    return copy;
}

GroupCommit::Jobs GroupCommit::take()
{
    std::unique_lock lock{mutex_};
    if (waiting_.empty())
    {
        idle_ = true;
        arrived_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        idle_ = false;
    }
    // A moment's patience puts more works under one sync; a full group goes at once.
    if (waiting_.size() < options_.group_max && !ending_)
        arrived_.wait_for(lock, options_.gather, [this] {
            return ending_ || waiting_.size() >= options_.group_max;
        });

    const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), options_.group_max));
    Jobs taken{
        std::make_move_iterator(waiting_.begin()),
        std::make_move_iterator(waiting_.begin() + count)};
    waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    return taken;
}

void GroupCommit::run()
{
    for (;;)
    {
        Jobs jobs = take();
        if (jobs.empty())
            return;
        commit(jobs);
        resume(std::move(jobs));
    }
}

/// Each thread that waits is woken once for all of its works, not once for each.
void GroupCommit::resume(Jobs jobs)
{
    std::vector<std::pair<asio::any_io_executor, Jobs>> homes;
    for (auto& job : jobs)
    {
        const asio::any_io_executor home = job->home();
        if (!home)
        {
            job->resume();
            continue;
        }
        const auto known = std::find_if(
            homes.begin(), homes.end(), [&](const auto& one) { return one.first == home; });
        Jobs& list = known != homes.end() ? known->second : homes.emplace_back(home, Jobs{}).second;
        list.push_back(std::move(job));
    }
    for (auto& [home, list] : homes)
    {
        auto go_on = [resumed = std::move(list)] {
            for (const auto& job : resumed)
                job->resume_here();
        };
        asio::post(home, std::move(go_on));
    }
}

void GroupCommit::commit(Jobs& jobs)
{
    const auto begun = std::chrono::steady_clock::now();
    std::vector<bool> succeeded(jobs.size(), false);
    auto done = run_all(jobs, succeeded);
    if (!done)
    {
        // After some failures (disk full) SQLite has rolled back already.
        if (sqlite3_get_autocommit(session_->native()) == 0)
            static_cast<void>(session_->execute("ROLLBACK"));
        session_->count_rollback();
        for (std::size_t i = 0; i < jobs.size(); ++i)
        {
            if (succeeded[i])
                jobs[i]->fail(Error{Errc::unavailable, "not stored: " + done.error().message});
        }
    }
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - begun);

    std::unique_lock lock{mutex_};
    const std::string problem = done ? std::string{} : done.error().message;
    const bool news = problem != counters_.problem;
    const auto took_us = static_cast<std::uint64_t>(took.count());
    counters_.works += jobs.size();
    counters_.groups += 1;
    counters_.groups_failed += done ? 0 : 1;
    counters_.commit_us += took_us;
    counters_.commit_us_max = std::max(counters_.commit_us_max, took_us);
    counters_.problem = problem;
    lock.unlock();
    if (news && done)
        log::info("database: writes again");
    else if (news)
        log::error("database: cannot write: {}", problem);
}

Result<void> GroupCommit::run_all(Jobs& jobs, std::vector<bool>& succeeded)
{
    // A group that cannot even begin fails as a whole, so each job counts as one that succeeded.
    if (auto begun = session_->execute("BEGIN IMMEDIATE"); !begun)
    {
        succeeded.assign(jobs.size(), true);
        return begun;
    }
    for (std::size_t i = 0; i < jobs.size(); ++i)
    {
        bool this_one = false;
        auto done = run_one(*jobs[i], this_one);
        succeeded[i] = this_one;
        if (!done)
        {
            // Those that did not get their turn fail with the group.
            std::fill(
                succeeded.begin() + static_cast<std::ptrdiff_t>(i) + 1, succeeded.end(), true);
            return done;
        }
    }
    return session_->execute("COMMIT");
}

Result<void> GroupCommit::run_one(Job& job, bool& succeeded)
{
    sqlite3* const connection = session_->native();
    const auto changes_before = sqlite3_total_changes64(connection);
    if (job.guard() == Guard::savepoint)
    {
        if (auto begun = session_->execute("SAVEPOINT work"); !begun)
        {
            succeeded = true; // It has to fail with the group.
            return begun;
        }
    }
    succeeded = job.run(*session_);
    if (!job.storage_problem().empty())
        return Error{Errc::unavailable, job.storage_problem()};
    if (sqlite3_get_autocommit(connection) != 0)
        return Error{Errc::unavailable, "the transaction was undone by the database"};

    if (job.guard() == Guard::none)
    {
        if (!succeeded && sqlite3_total_changes64(connection) != changes_before)
            return Error{Errc::unavailable, "a work without savepoint failed half-way"};
        return {};
    }
    if (!succeeded)
    {
        if (auto back = session_->execute("ROLLBACK TO work"); !back)
            return back;
    }
    return session_->execute("RELEASE work");
}

} // namespace mimamori::collector::storage
