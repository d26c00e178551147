#include "agent/report/inventory_loop.hpp"

#include "common/log/log.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <utility>

namespace mimamori::agent::report {
namespace {

constexpr std::string_view held_note = "held probes";

} // namespace

InventoryLoop::InventoryLoop(Parts parts, InventoryPlan plan)
    : parts_{std::move(parts)}
    , plan_{std::move(plan)}
{
    const auto text = parts_.spool.note(held_note);
    if (!text || text->empty())
        return;
    kept_ = *text;
    if (auto held = wire::from_json<HeldProbes>(*text))
        plan_.set_held(std::move(*held));
}

awaitable<void> InventoryLoop::run()
{
    for (;;)
    {
        check_running();
        if (!running_)
            start_next();
        const bool go_on = co_await parts_.alarm.sleep_until(wake_at());
        if (!go_on)
            co_return; // Cancelled. A probe that still runs is waited for by its thread's owner.
    }
}

Alarm::Time InventoryLoop::wake_at() const
{
    if (!running_)
        return plan_.next();
    return running_->is_told ? Alarm::Time::max() : running_->since + plan_.budget().wall;
}

void InventoryLoop::start_next()
{
    const auto now = parts_.alarm.now();
    while (const auto name = plan_.take_due(now))
    {
        in_round_ = true;
        if (const HeldProbe* held = plan_.held(*name, parts_.clock.now()))
        {
            publish_unknown(*name, "held back: " + held->why);
            continue;
        }
        running_ = Running{*name, now};
        auto done = [this, name = *name](ProbeRun run) { finished(name, std::move(run)); };
        parts_.start(*name, std::move(done));
        return;
    }
    if (std::exchange(in_round_, false))
        end_round();
}

void InventoryLoop::finished(const std::string& name, ProbeRun run)
{
    running_.reset();
    if (run.wall > slowest_now_.wall)
        slowest_now_ = {name, run.wall};
    if (!run.section)
    {
        tell(plan_.broke(name, run.section.error().message, parts_.clock.now()));
        publish_unknown(name, run.section.error().message);
    }
    else
    {
        if (const auto event = plan_.ran(name, run.cpu, run.wall, parts_.clock.now()))
            tell(*event);
        const bool is_changed = parts_.reports.found(name, std::move(*run.section));
        has_changes_ = has_changes_ || is_changed;
    }
    parts_.alarm.ring();
}

void InventoryLoop::check_running()
{
    if (!running_ || running_->is_told)
        return;
    if (parts_.alarm.now() < running_->since + plan_.budget().wall)
        return;
    // It cannot be stopped, only be told about; the other probes wait behind it.
    running_->is_told = true;
    const std::string why =
        fmt::format("time more than {} ms, and still running", plan_.budget().wall.count());
    tell(plan_.broke(running_->name, why, parts_.clock.now()));
    publish_unknown(running_->name, why);
    parts_.reports.sections_changed();
}

void InventoryLoop::end_round()
{
    slowest_ = std::exchange(slowest_now_, {});
    keep_held();
    const auto now = parts_.alarm.now();
    const bool is_due =
        !digests_at_ || now >= *digests_at_ + plan_.rhythm() - InventoryPlan::together;
    if (is_due)
    {
        digests_at_ = now;
        parts_.reports.inventory_done();
    }
    else if (has_changes_)
        parts_.reports.sections_changed();
    has_changes_ = false;
    parts_.round_done();
}

void InventoryLoop::publish_unknown(const std::string& name, const std::string& why)
{
    std::string text = R"({"from":{"unknown":[{"why":)";
    wire::append_json_string(text, why);
    text += "}]}}";
    const bool is_changed = parts_.reports.found(name, std::move(text));
    has_changes_ = has_changes_ || is_changed;
}

void InventoryLoop::tell(const wire::Event& event)
{
    log::warn("{}", event.text);
    parts_.reports.happened(event);
    keep_held();
}

void InventoryLoop::keep_held()
{
    std::string text = wire::to_json(plan_.held());
    if (kept_ == text)
        return;
    if (auto done = parts_.spool.set_note(held_note, text); !done)
        log::warn("held probes not kept: {}", done.error().message);
    else
        kept_ = std::move(text);
}

void InventoryLoop::refresh(std::string_view section)
{
    plan_.refresh(section, parts_.alarm.now());
    parts_.alarm.ring();
}

void InventoryLoop::set_rhythm(std::chrono::seconds rhythm)
{
    plan_.set_rhythm(rhythm);
    parts_.alarm.ring();
}

void InventoryLoop::died_in(const std::string& probe)
{
    tell(plan_.broke(probe, "the agent ended while it ran", parts_.clock.now()));
}

std::vector<std::string> InventoryLoop::held_back() const
{
    std::vector<std::string> all;
    for (const auto& held : plan_.held().probes)
        all.push_back(held.name + ": " + held.why);
    return all;
}

} // namespace mimamori::agent::report
