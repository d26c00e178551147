#pragma once

#include "agent/report/alarm.hpp"
#include "common/base/time.hpp"

#include <functional>
#include <map>

namespace mimamori::tests {

/// Time that passes only while somebody sleeps, with things that happen meanwhile. The civil clock
/// goes along until it is set.
class SimulatedTime final : public agent::report::Alarm
{
public:
    using Wait = std::chrono::milliseconds;

    /// Sleepers are told to stop at `end`.
    explicit SimulatedTime(Wait end)
        : end_{begin_ + end}
    {}

    /// Runs `what` at `when` after the begin.
    void at(Wait when, std::function<void()> what)
    {
        script_.emplace(begin_ + when, std::move(what));
    }

    Time now() const override { return now_; }

    struct Civil final : Clock
    {
        explicit Civil(const SimulatedTime& of)
            : time{of}
        {}

        Timestamp now() const override
        {
            return from_ms(1'790'000'000'000) + time.since_begin() + time.clock_set_by;
        }

        const SimulatedTime& time;
    };

    const Clock& civil() const { return civil_; }

    Wait since_begin() const { return std::chrono::duration_cast<Wait>(now_ - begin_); }

    awaitable<bool> sleep_until(Time until) override
    {
        ++sleeps;
        while (!rung_ && !script_.empty() && script_.begin()->first <= std::min(until, end_))
        {
            const auto next = script_.extract(script_.begin());
            now_ = std::max(now_, next.key());
            next.mapped()();
        }
        if (!rung_)
            now_ = std::max(now_, std::min(until, end_));
        rung_ = false;
        co_return now_ < end_;
    }

    void ring() override { rung_ = true; }

    /// The next sleeper is told to stop.
    void end_now() { end_ = now_; }

    Wait clock_set_by{0};
    int sleeps{0};

private:
    Time begin_{std::chrono::hours{1000}};
    Time now_{begin_};
    Time end_;
    bool rung_{false};
    std::multimap<Time, std::function<void()>> script_;
    Civil civil_{*this};
};

} // namespace mimamori::tests
