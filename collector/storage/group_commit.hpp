#pragma once

#include "collector/storage/job.hpp"
#include "collector/storage/session.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace mimamori::collector::storage {

struct GroupCommitOptions
{
    std::size_t queued_max{4'096};
    std::size_t group_max{128};
    std::chrono::microseconds gather{1'000};
};

/// The writer thread: takes the works that wait, runs them in one transaction, makes it durable
/// with one sync, then resumes all of them. Internal to storage; any thread may enqueue.
class GroupCommit
{
public:
    GroupCommit(std::unique_ptr<Session> session, GroupCommitOptions options);

    /// Finishes what is queued.
    ~GroupCommit();

    GroupCommit(const GroupCommit&) = delete;
    GroupCommit& operator=(const GroupCommit&) = delete;

    void enqueue(std::unique_ptr<Job> job);

    struct Counters
    {
        std::uint64_t queued{0};
        std::uint64_t works{0};
        std::uint64_t groups{0};
        std::uint64_t groups_failed{0};
        std::uint64_t commit_us{0};
        std::uint64_t commit_us_max{0};
        std::string problem; ///< Why the newest transaction failed; empty when it did not.
    };

    Counters counters() const;

private:
    using Jobs = std::vector<std::unique_ptr<Job>>;

    void run();
    Jobs take();
    void commit(Jobs& jobs);
    static void resume(Jobs jobs);
    Result<void> run_all(Jobs& jobs, std::vector<bool>& succeeded);
    Result<void> run_one(Job& job, bool& succeeded);

    std::unique_ptr<Session> session_;
    GroupCommitOptions options_;

    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    Jobs waiting_;
    bool idle_{false}; ///< The thread waits for a first work.
    bool ending_{false};
    Counters counters_;

    std::thread thread_; ///< Last: it uses everything above.
};

} // namespace mimamori::collector::storage
