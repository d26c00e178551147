#include "collector/storage/reader_pool.hpp"

#include <utility>

namespace mimamori::collector::storage {

ReaderPool::ReaderPool(std::vector<std::unique_ptr<Session>> sessions, std::size_t queued_max)
    : sessions_{std::move(sessions)}
    , queued_max_{queued_max}
{
    for (auto& session : sessions_)
        threads_.emplace_back([this, &session] { run(*session); });
}

ReaderPool::~ReaderPool()
{
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
        arrived_.notify_all();
    }
    for (auto& thread : threads_)
        thread.join();
}

void ReaderPool::enqueue(std::unique_ptr<Job> job)
{
    {
        const std::lock_guard lock{mutex_};
        if (waiting_.size() < queued_max_ && !ending_)
        {
            waiting_.push_back(std::move(job));
            arrived_.notify_one();
            return;
        }
    }
    job->fail(Error{Errc::unavailable, "too many reads are waiting"});
    job->resume();
}

void ReaderPool::run(Session& session)
{
    for (;;)
    {
        std::unique_ptr<Job> job;
        {
            std::unique_lock lock{mutex_};
            arrived_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
            if (waiting_.empty())
                return;
            job = std::move(waiting_.front());
            waiting_.pop_front();
        }
        // One transaction, so that several statements see the same moment.
        if (auto begun = session.execute("BEGIN"); !begun)
        {
            job->fail(std::move(begun).error().in("read"));
        }
        else
        {
            static_cast<void>(job->run(session));
            // Ends the transaction whatever happened to it; there is nothing to keep.
            static_cast<void>(session.execute("ROLLBACK"));
        }
        job->resume();
    }
}

} // namespace mimamori::collector::storage
