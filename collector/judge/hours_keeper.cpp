#include "collector/judge/hours_keeper.hpp"

#include "collector/rules/closed_days.hpp"
#include "collector/rules/usual_hours.hpp"
#include "collector/storage/presence_store.hpp"
#include "common/async/sleep.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace mimamori::collector::judge {

namespace {

using std::chrono::hours;

constexpr std::chrono::seconds look_every{10};

/// Who reports a minute after the hour may not have been there before.
constexpr std::chrono::minutes late_most{1};

/// Devices in one work, so that reports wait a few milliseconds at most.
constexpr std::size_t devices_per_work = 500;

} // namespace

HoursKeeper::HoursKeeper(Parts parts)
    : parts_{std::move(parts)}
{}

awaitable<void> HoursKeeper::run()
{
    for (;;)
    {
        const bool slept = co_await async::sleep_for(look_every);
        if (!slept)
            co_return;
        co_await look_once();
    }
}

awaitable<void> HoursKeeper::look_once()
{
    const Timestamp now = parts_.clock.now();
    const auto local = (now + parts_.utc_offset).time_since_epoch();
    const auto hour = std::chrono::floor<hours>(local).count();
    const auto before = std::exchange(hour_, hour);
    const Timestamp began = Timestamp{hours{hour}} - parts_.utc_offset;
    const bool is_next = before && *before + 1 == hour;
    if (!is_next || now - began >= late_most
        || parts_.liveness.listening_since() > began - hours{1})
        co_return;
    const Timestamp began_before = began - hours{1};
    // What is usual on a Monday shows on ordinary ones only, and on a Sunday on real ones.
    if (rules::is_closed_day(began_before, parts_.utc_offset))
        co_return;
    co_await note(began_before);
}

awaitable<void> HoursKeeper::note(Timestamp hour_began)
{
    const int hour = rules::hour_of_week(hour_began, parts_.utc_offset);
    const std::vector<storage::HeardDevice> all = parts_.liveness.heard_since(hour_began);
    for (std::size_t from = 0; from < all.size(); from += devices_per_work)
    {
        auto work = [&all, from, hour](storage::Session& session) -> Result<void> {
            const std::size_t until = std::min(from + devices_per_work, all.size());
            for (std::size_t i = from; i < until; ++i)
                storage::note_hour(session, all[i].agent_no, hour, all[i].heard);
            return {};
        };
        const auto done = co_await parts_.database.write(work);
        if (!done)
        {
            log::error("usual hours of devices: {}", done.error().message);
            co_return;
        }
    }
}

} // namespace mimamori::collector::judge
