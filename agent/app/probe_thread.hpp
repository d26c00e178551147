#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace mimamori::agent::app {

/// The one thread on which everything runs that may block.
class ProbeThread
{
public:
    /// `home`: where `done` of the jobs is called.
    explicit ProbeThread(boost::asio::any_io_executor home);

    /// Stops; waits for a job that runs, so call `stop` first and leave the process when it fails.
    ~ProbeThread();

    ProbeThread(const ProbeThread&) = delete;
    ProbeThread& operator=(const ProbeThread&) = delete;

    /// Runs `work` on the thread, after what was asked for before, then `done` at home. Neither
    /// may throw.
    void run(std::function<void()> work, std::function<void()> done);

    /// Whether a job runs or waits.
    bool is_busy();

    /// Drops what waits. False when a job still runs after `grace`: it hangs.
    [[nodiscard]] bool stop(std::chrono::milliseconds grace);

private:
    struct Job
    {
        std::function<void()> work;
        std::function<void()> done;
    };

    void work_off();

    boost::asio::any_io_executor home_;
    std::mutex lock_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool is_stopping_{false};
    bool is_busy_{false};
    std::thread thread_;
};

} // namespace mimamori::agent::app
