#include "agent/report/schedule.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::agent::report {

ReportSchedule::ReportSchedule(const Config& config, Time now, std::uint64_t seed)
    : config_{config}
    , random_{seed}
    , due_{now + random_between(Wait::zero(), config.start_spread)}
    , not_before_{due_} // Agents that start together must not come together.
    , last_{now}
    , retry_ceiling_{config.retry_first}
{}

ReportSchedule::Time ReportSchedule::next() const
{
    return std::max(due_, not_before_);
}

void ReportSchedule::ask_soon(Time now)
{
    due_ = std::min(due_, now + config_.gather);
}

void ReportSchedule::ask_now(Time now)
{
    due_ = std::min(due_, now);
}

void ReportSchedule::delivered(Time now, std::chrono::seconds backoff)
{
    retry_ceiling_ = config_.retry_first;
    last_ = now;
    due_ = now + config_.heartbeat;
    not_before_ = now + jittered(backoff);
}

void ReportSchedule::failed(Time now, std::chrono::seconds retry_after)
{
    const Wait ordered = jittered(retry_after);
    last_ = now;
    not_before_ = now + std::max(ordered, next_retry());
    due_ = not_before_;
}

void ReportSchedule::unwanted(Time now)
{
    retry_ceiling_ = std::max(retry_ceiling_, std::min(config_.unwanted_first, config_.retry_max));
    failed(now, std::chrono::seconds{0});
}

void ReportSchedule::pause(Time now)
{
    last_ = now;
    not_before_ = now + random_between(config_.retry_first / 4, config_.retry_first / 2);
    due_ = not_before_;
}

void ReportSchedule::set_heartbeat(Wait heartbeat)
{
    config_.heartbeat = std::clamp(heartbeat, heartbeat_min, heartbeat_max);
    due_ = std::min(due_, last_ + config_.heartbeat);
}

ReportSchedule::Wait ReportSchedule::random_between(Wait least, Wait most)
{
    std::uniform_int_distribution<Wait::rep> pick{least.count(), most.count()};
    return Wait{pick(random_)};
}

ReportSchedule::Wait ReportSchedule::jittered(std::chrono::seconds ordered)
{
    if (ordered <= std::chrono::seconds::zero())
        return Wait::zero();
    const Wait least = std::min<Wait>(ordered, backoff_max);
    return least + random_between(Wait::zero(), least / 4);
}

ReportSchedule::Wait ReportSchedule::next_retry()
{
    const Wait ceiling =
        std::exchange(retry_ceiling_, std::min(retry_ceiling_ * 2, config_.retry_max));
    return random_between(ceiling / 2, ceiling);
}

} // namespace mimamori::agent::report
