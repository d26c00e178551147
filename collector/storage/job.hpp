#pragma once

#include "collector/storage/session.hpp"
#include "common/async/asio.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace mimamori::collector::storage {

/// What protects the other works of a group from one that fails.
enum class Guard
{
    savepoint, ///< The work runs inside a savepoint of its own.

    /// None: cheaper. The work promises to fail only before it has changed anything; if it breaks
    /// that promise the whole group is undone and every work of it answers `unavailable`.
    none
};

/// One work that waits in a queue, with whoever waits for it. Internal to storage.
class Job
{
public:
    explicit Job(Guard guard)
        : guard_{guard}
    {}

    virtual ~Job() = default;

    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    Guard guard() const { return guard_; }

    /// Does the work; false when it failed. Never throws.
    virtual bool run(Session& session) = 0;

    /// Puts `error` in place of what the work returned.
    virtual void fail(Error error) = 0;

    /// Wakes who waits. The job is used up.
    virtual void resume() = 0;

    /// Where who waits is resumed; none for a thread that waits.
    virtual asio::any_io_executor home() const { return {}; }

    /// The same as `resume`, called on `home`: goes on right here.
    virtual void resume_here() { resume(); }

    /// Why the storage itself (full disk, damaged file) made the work fail; empty when it did not.
    const std::string& storage_problem() const { return storage_problem_; }

protected:
    void set_storage_problem(std::string problem) { storage_problem_ = std::move(problem); }

private:
    Guard guard_;
    std::string storage_problem_;
};

/// An exception of SOCI or of our raw interface as an Error.
struct CaughtError
{
    Error error;
    bool storage_failed{false}; ///< The disk or the file, not the statement, is to blame.
};

/// The exception that is being handled; nothing when it is not the database's, so a bug.
std::optional<CaughtError> caught_error();

/// The part of a job that knows the work's type.
template <class Work, class Outcome>
class JobOf : public Job
{
public:
    JobOf(Work& work, std::optional<Outcome>& outcome, std::exception_ptr& bug, Guard guard)
        : Job{guard}
        , work_{work}
        , outcome_{outcome}
        , bug_{bug}
    {}

    bool run(Session& session) final
    {
        try
        {
            outcome_.emplace(work_(session));
            return outcome_->has_value();
        }
        catch (...)
        {
            // Here is the edge where exceptions of the database become errors.
            if (auto caught = caught_error())
            {
                if (caught->storage_failed)
                    this->set_storage_problem(caught->error.message);
                outcome_.emplace(std::move(caught->error));
            }
            else
            {
                bug_ = std::current_exception();
            }
            return false;
        }
    }

    void fail(Error error) final { outcome_.emplace(std::move(error)); }

private:
    Work& work_;
    std::optional<Outcome>& outcome_;
    std::exception_ptr& bug_;
};

/// A job that resumes a coroutine on its own executor.
template <class Work, class Outcome, class Handler>
class WaitingJob final : public JobOf<Work, Outcome>
{
public:
    WaitingJob(
        Work& work,
        std::optional<Outcome>& outcome,
        std::exception_ptr& bug,
        Guard guard,
        Handler handler)
        : JobOf<Work, Outcome>{work, outcome, bug, guard}
        , home_{asio::make_work_guard(handler)}
        , handler_{std::move(handler)}
    {}

    void resume() override
    {
        // The handler's frame may go as soon as it is posted; nothing of it is touched after.
        const auto executor = home_.get_executor();
        asio::post(executor, std::move(handler_));
    }

    asio::any_io_executor home() const override { return home_.get_executor(); }

    void resume_here() override
    {
        const auto executor = home_.get_executor();
        asio::dispatch(executor, std::move(handler_));
    }

private:
    asio::executor_work_guard<asio::associated_executor_t<Handler>> home_;
    Handler handler_;
};

template <class Work, class Outcome, class Handler>
std::unique_ptr<Job> make_waiting_job(
    Work& work,
    std::optional<Outcome>& outcome,
    std::exception_ptr& bug,
    Guard guard,
    Handler handler)
{
    return std::make_unique<WaitingJob<Work, Outcome, Handler>>(
        work, outcome, bug, guard, std::move(handler));
}

/// What a blocked thread waits for.
class JobDone
{
public:
    void set()
    {
        // Notified under the lock: the waiter destroys this object as soon as it may go on.
        const std::lock_guard lock{mutex_};
        done_ = true;
        changed_.notify_one();
    }

    void wait()
    {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return done_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool done_{false};
};

/// A job that a blocked thread waits for.
template <class Work, class Outcome>
class BlockingJob final : public JobOf<Work, Outcome>
{
public:
    BlockingJob(
        Work& work,
        std::optional<Outcome>& outcome,
        std::exception_ptr& bug,
        Guard guard,
        JobDone& done)
        : JobOf<Work, Outcome>{work, outcome, bug, guard}
        , done_{done}
    {}

    void resume() override { done_.set(); }

private:
    JobDone& done_;
};

template <class Work, class Outcome>
std::unique_ptr<Job> make_blocking_job(
    Work& work,
    std::optional<Outcome>& outcome,
    std::exception_ptr& bug,
    Guard guard,
    JobDone& done)
{
    return std::make_unique<BlockingJob<Work, Outcome>>(work, outcome, bug, guard, done);
}

} // namespace mimamori::collector::storage
