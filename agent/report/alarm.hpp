#pragma once

#include "common/async/asio.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace mimamori::agent::report {

/// Where a loop waits, and where it learns how much time has passed. The second implementation
/// lets tests live through an hour at once.
class Alarm
{
public:
    using Time = std::chrono::steady_clock::time_point;

    virtual ~Alarm() = default;

    virtual Time now() const = 0;

    /// Waits until `until` or until it is rung. A ring that came while nobody waited counts. False
    /// when the coroutine was cancelled: it is being stopped and returns.
    virtual awaitable<bool> sleep_until(Time until) = 0;

    virtual void ring() = 0;
};

/// The real one: one timer, used by one coroutine, rung on its executor.
class TimerAlarm final : public Alarm
{
public:
    explicit TimerAlarm(const asio::any_io_executor& executor)
        : timer_{executor}
    {}

    Time now() const override { return std::chrono::steady_clock::now(); }

    awaitable<bool> sleep_until(Time until) override;
    void ring() override;

private:
    asio::steady_timer timer_;
    bool rung_{false};
};

/// Whether the coroutine that asks has been cancelled.
awaitable<bool> is_cancelled();

} // namespace mimamori::agent::report
