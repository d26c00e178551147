#include "agent/report/inventory_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::agent::report {
namespace {

constexpr std::chrono::seconds default_rhythm{900};
constexpr std::chrono::seconds rhythm_min{10};
constexpr std::chrono::hours rhythm_max{24};

} // namespace

InventoryPlan::InventoryPlan(std::vector<PlannedProbe> probes, ProbeBudget budget, Time first)
    : budget_{budget}
{
    for (auto& probe : probes)
        entries_.push_back({std::move(probe), first});
}

InventoryPlan::Time InventoryPlan::next() const
{
    Time next = Time::max();
    for (const auto& entry : entries_)
        next = std::min(next, entry.due);
    return next;
}

std::optional<std::string> InventoryPlan::take_due(Time now)
{
    const auto due = std::find_if(
        entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.due <= now; });
    if (due == entries_.end())
        return std::nullopt;
    // The others that would be due soon need no wake-up of their own.
    for (auto& entry : entries_)
    {
        if (entry.due > now && entry.due <= now + together && entry.refreshed < now - together)
            entry.due = now;
    }
    due->due = now + interval_of(*due);
    due->refreshed = now;
    return due->probe.name;
}

void InventoryPlan::refresh(std::string_view name, Time now)
{
    for (auto& entry : entries_)
    {
        if (entry.probe.name == name)
            entry.due = std::min(entry.due, std::max(now, entry.refreshed + refresh_gap));
    }
}

void InventoryPlan::set_rhythm(std::chrono::seconds rhythm)
{
    const auto before = rhythm_;
    rhythm_ = std::clamp<std::chrono::seconds>(rhythm, rhythm_min, rhythm_max);
    if (rhythm_ == before)
        return;
    for (auto& entry : entries_)
    {
        if (entry.refreshed != Time{})
            entry.due = std::min(entry.due, entry.refreshed + interval_of(entry));
    }
}

std::optional<wire::Event> InventoryPlan::ran(
    std::string_view name,
    std::chrono::milliseconds cpu,
    std::chrono::milliseconds wall,
    Timestamp now)
{
    const auto over = [&](std::string_view resource, auto value, auto limit) {
        return hold(
            name, fmt::format("{} {} ms of {} ms", resource, value.count(), limit.count()), now);
    };
    if (cpu > budget_.cpu)
        return over("cpu", cpu, budget_.cpu);
    if (wall > budget_.wall)
        return over("time", wall, budget_.wall);
    std::erase_if(held_.probes, [&](const HeldProbe& held) { return held.name == name; });
    return std::nullopt;
}

wire::Event InventoryPlan::broke(std::string_view name, std::string_view why, Timestamp now)
{
    return hold(name, std::string{why}, now);
}

wire::Event InventoryPlan::hold(std::string_view name, std::string why, Timestamp now)
{
    auto held = std::find_if(held_.probes.begin(), held_.probes.end(), [&](const auto& one) {
        return one.name == name;
    });
    if (held == held_.probes.end())
        held = held_.probes.insert(held, HeldProbe{std::string{name}, 0, {}, {}});
    held->strikes += 1;
    const auto doublings = std::min(held->strikes - 1, 10U);
    held->until = now
                  + std::min<std::chrono::milliseconds>(
                      std::chrono::milliseconds{hold_first} * (1U << doublings), hold_max);
    held->why = std::move(why);

    wire::Event event;
    event.at = now;
    event.kind = wire::EventKind::budget_exceeded;
    event.text =
        fmt::format("probe {}: {}; held back until {}", name, held->why, to_rfc3339(held->until));
    return event;
}

const HeldProbe* InventoryPlan::held(std::string_view name, Timestamp now) const
{
    for (const auto& one : held_.probes)
    {
        // A clock that was set back must not hold a probe for years.
        if (one.name == name && now < one.until && one.until - now <= hold_max)
            return &one;
    }
    return nullptr;
}

std::chrono::milliseconds InventoryPlan::interval_of(const Entry& entry) const
{
    const std::chrono::milliseconds meant{entry.probe.interval};
    return std::max<std::chrono::milliseconds>(
        meant * rhythm_.count() / default_rhythm.count(), rhythm_min);
}

} // namespace mimamori::agent::report
