#include "collector/judge/neighbour_search.hpp"

#include "collector/storage/presence_store.hpp"
#include "common/async/sleep.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace mimamori::collector::judge {

namespace {

using storage::SoughtDevice;

constexpr std::chrono::seconds look_every{15};
constexpr std::chrono::days sought_for{4};

/// A whole site that lost its power is not asked about one by one.
constexpr std::size_t devices_max = 1'000;

constexpr std::size_t macs_of_one_max = 4;

} // namespace

bool is_looked_for(
    std::chrono::milliseconds quiet,
    std::chrono::milliseconds silence_limit,
    std::chrono::seconds heartbeat)
{
    using std::chrono::hours;
    const auto from = silence_limit / 2;
    if (quiet < from || quiet >= sought_for)
        return false;
    const auto since = quiet - from;
    const auto answered_within =
        std::max<std::chrono::milliseconds>(3 * heartbeat, std::chrono::minutes{3});
    return since < hours{1} || since % hours{1} < answered_within;
}

NeighbourSearch::NeighbourSearch(Parts parts, const rules::Policy& policy)
    : parts_{std::move(parts)}
    , silence_limit_{std::max<std::chrono::milliseconds>(
          parts_.heartbeat * policy.silent_heartbeats, policy.silent_at_least)}
{}

awaitable<void> NeighbourSearch::run()
{
    for (;;)
    {
        const bool slept = co_await async::sleep_for(look_every);
        if (!slept)
            co_return;
        co_await look_once();
    }
}

awaitable<void> NeighbourSearch::look_once()
{
    auto answers = parts_.sought.take_seen();
    if (!answers.empty())
    {
        auto put = [&answers](storage::Session& session) -> Result<std::vector<DeviceId>> {
            std::vector<DeviceId> noted;
            for (const storage::SeenDevice& one : answers)
            {
                if (storage::put_sighting(session, one.device, one.by, one.seen_at, one.heard_at))
                    noted.push_back(one.device);
            }
            return noted;
        };
        const auto noted = co_await parts_.database.write(put);
        if (!noted)
            log::error("devices that neighbours see: {}", noted.error().message);
        else if (parts_.sighted)
            std::for_each(noted->begin(), noted->end(), parts_.sighted);
    }

    const Timestamp now = parts_.clock.now();
    std::vector<SoughtDevice> quiet;
    for (const storage::QuietDevice& one :
         parts_.liveness.quiet(now - sought_for, now - silence_limit_ / 2))
    {
        if (is_looked_for(now - one.last_seen_at, silence_limit_, parts_.heartbeat))
            quiet.push_back({one.device, one.last_seen_at, one.address, {}});
    }
    const auto newer = [](const SoughtDevice& a, const SoughtDevice& b) {
        return a.heard_at > b.heard_at;
    };
    std::sort(quiet.begin(), quiet.end(), newer);
    quiet.resize(std::min(quiet.size(), devices_max));
    if (quiet.empty())
    {
        parts_.sought.set({});
        co_return;
    }
    auto read = [&quiet](storage::Session& session) -> Result<void> {
        for (SoughtDevice& one : quiet)
            one.macs =
                storage::macs_to_look_for(session, one.device, one.heard_at, macs_of_one_max);
        return {};
    };
    const auto known = co_await parts_.database.read(read);
    if (!known)
        log::error("devices to look for: {}", known.error().message);
    else
        parts_.sought.set(quiet);
}

} // namespace mimamori::collector::judge
