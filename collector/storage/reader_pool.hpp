#pragma once

#include "collector/storage/job.hpp"
#include "collector/storage/session.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace mimamori::collector::storage {

/// A few threads, each with a connection of its own that cannot write. Internal to storage.
class ReaderPool
{
public:
    ReaderPool(std::vector<std::unique_ptr<Session>> sessions, std::size_t queued_max);

    /// Finishes what is queued.
    ~ReaderPool();

    ReaderPool(const ReaderPool&) = delete;
    ReaderPool& operator=(const ReaderPool&) = delete;

    void enqueue(std::unique_ptr<Job> job);

private:
    void run(Session& session);

    std::vector<std::unique_ptr<Session>> sessions_;
    std::size_t queued_max_;

    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::unique_ptr<Job>> waiting_;
    bool ending_{false};

    std::vector<std::thread> threads_;
};

} // namespace mimamori::collector::storage
