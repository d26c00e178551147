#include "collector/judge/judge_schedule.hpp"

#include <algorithm>

namespace mimamori::collector::judge {

void JudgeSchedule::set_due(const DeviceId& device, Entry& entry, Timestamp due)
{
    if (entry.due)
        due_.erase(Due{*entry.due, entry.place, device});
    entry.due = due;
    entry.place = next_place_++;
    due_.insert(Due{due, entry.place, device});
}

void JudgeSchedule::soon(const DeviceId& device, Timestamp now)
{
    Entry& entry = devices_[device];
    Timestamp due = now;
    // A clock that went back must not make anybody wait.
    if (entry.judged_at && *entry.judged_at <= now)
        due = std::max(due, *entry.judged_at + pause);
    if (!entry.due || due < *entry.due)
        set_due(device, entry, due);
}

void JudgeSchedule::judged(const DeviceId& device, std::optional<Timestamp> moment, Timestamp now)
{
    Entry& entry = devices_[device];
    entry.judged_at = now;
    const Timestamp latest = now + at_latest;
    const Timestamp due = std::max(std::min(moment.value_or(latest), latest), now + pause);
    // Somebody may have asked for it while it was being judged.
    if (!entry.due || due < *entry.due)
        set_due(device, entry, due);
}

void JudgeSchedule::forget(const DeviceId& device)
{
    const auto known = devices_.find(device);
    if (known == devices_.end())
        return;
    if (known->second.due)
        due_.erase(Due{*known->second.due, known->second.place, device});
    devices_.erase(known);
}

std::vector<DeviceId> JudgeSchedule::take_due(Timestamp now, std::size_t count_max)
{
    std::vector<DeviceId> taken;
    while (!due_.empty() && taken.size() < count_max && due_.begin()->at <= now)
    {
        const DeviceId device = due_.begin()->device;
        due_.erase(due_.begin());
        devices_[device].due.reset();
        taken.push_back(device);
    }
    return taken;
}

std::optional<Timestamp> JudgeSchedule::next_due() const
{
    if (due_.empty())
        return {};
    return due_.begin()->at;
}

} // namespace mimamori::collector::judge
