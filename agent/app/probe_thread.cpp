#include "agent/app/probe_thread.hpp"

#include "agent/app/resources.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace mimamori::agent::app {

ProbeThread::ProbeThread(boost::asio::any_io_executor home)
    : home_{std::move(home)}
    , thread_{[this] { work_off(); }}
{}

ProbeThread::~ProbeThread()
{
    (void)stop(std::chrono::milliseconds{0});
    thread_.join();
}

void ProbeThread::run(std::function<void()> work, std::function<void()> done)
{
    {
        const std::lock_guard guard{lock_};
        if (is_stopping_)
            return;
        jobs_.push_back({std::move(work), std::move(done)});
    }
    changed_.notify_all();
}

bool ProbeThread::is_busy()
{
    const std::scoped_lock guard{lock_};
    return is_busy_ || !jobs_.empty();
}

bool ProbeThread::stop(std::chrono::milliseconds grace)
{
    std::unique_lock guard{lock_};
    is_stopping_ = true;
    jobs_.clear();
    changed_.notify_all();
    return changed_.wait_for(guard, grace, [this] { return !is_busy_; });
}

void ProbeThread::work_off()
{
    hold_back_thread();
    std::unique_lock guard{lock_};
    for (;;)
    {
        changed_.wait(guard, [this] { return is_stopping_ || !jobs_.empty(); });
        if (is_stopping_)
            return;
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        is_busy_ = true;
        guard.unlock();
        job.work();
        boost::asio::post(home_, std::move(job.done));
        job = {}; // What it holds goes now, not when the next one comes.
        guard.lock();
        is_busy_ = false;
        changed_.notify_all();
    }
}

} // namespace mimamori::agent::app
