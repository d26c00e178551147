#include "agent/watch/program_watch.hpp"

#include "common/async/sleep.hpp"
#include "common/log/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace mimamori::agent::watch {
namespace {

using namespace std::chrono_literals;

/// Twelve looks a minute are the budget of an idle device; the shorter one is for a minute after
/// something new was seen.
constexpr auto poll_idle = 6s;
constexpr auto poll_busy = 2s;
constexpr auto poll_busy_for = 60s;

/// Where the kernel does not tell us, it is asked again after this.
constexpr auto ask_again = 1h;

/// After too many starts the kernel's word is not listened to for so long.
constexpr auto rest = 5min;

constexpr std::size_t waiting_max = 4096;

wire::Event first_seen(const wire::Program& program, Timestamp now)
{
    wire::Event event;
    event.at = program.first_seen_at.value_or(now);
    event.kind = wire::EventKind::process_first_seen;
    event.text = program.path;
    event.user = program.user;
    event.program = program;
    return event;
}

} // namespace

Looked ProgramLooker::look(const std::vector<std::uint32_t>& processes, bool all)
{
    const bool is_baseline = std::exchange(is_first_, false) && programs_.first_run();
    Looked looked;
    if (all)
    {
        auto found = programs_.observe_all();
        if (found)
            looked.found = std::move(*found);
        else
            log::warn("{}", found.error().message);
    }
    else
    {
        for (const std::uint32_t process : processes)
            if (auto program = programs_.observe(process))
                looked.found.push_back(std::move(*program));
    }
    for (auto& program : programs_.continue_hashing())
    {
        looked.has_changes = true;
        // A new path was told of already; other content of a known path was not.
        if (unhashed_.erase(program.path) == 0)
            looked.found.push_back(std::move(program));
    }
    for (const auto& program : looked.found)
    {
        if (program.sha256.empty())
            unhashed_.insert(program.path);
    }
    looked.has_changes = looked.has_changes || !looked.found.empty();
    looked.hashing_pending = programs_.hashing_pending();
    if (!looked.hashing_pending)
        unhashed_.clear();
    if (is_baseline)
        looked.found.clear();
    return looked;
}

ProgramWatch::ProgramWatch(Parts parts)
    : parts_{std::move(parts)}
    , hash_timer_{parts_.executor}
{}

awaitable<void> ProgramWatch::run()
{
    for (;;)
    {
        auto signals = ExecSignals::open(parts_.executor);
        auto pause = std::chrono::steady_clock::duration{ask_again};
        if (!signals && mode_.empty())
            log::info("program starts are polled: {}", signals.error().message);
        if (signals)
        {
            set_mode("events");
            all_wait_ = true; // What started while nobody listened.
            look();
            const bool go_on = co_await follow(std::move(*signals));
            if (!go_on)
                co_return;
            pause = rest;
        }
        set_mode("polling");
        const bool go_on = co_await poll(pause);
        if (!go_on)
            co_return;
    }
}

awaitable<bool> ProgramWatch::follow(ExecSignals signals)
{
    for (;;)
    {
        const auto batch = co_await signals.next();
        if (!batch)
        {
            const bool is_stopped = batch.error().code == Errc::cancelled;
            if (!is_stopped)
                log::warn("{}", batch.error().message);
            co_return !is_stopped;
        }
        all_wait_ = all_wait_ || batch->some_were_lost;
        started(batch->processes);
        const auto now = std::chrono::steady_clock::now();
        if (rate_.is_too_high(batch->processes.size(), now))
        {
            tell_overload();
            co_return true;
        }
    }
}

awaitable<bool> ProgramWatch::poll(std::chrono::steady_clock::duration length)
{
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + length;
    auto busy_until = Clock::now();
    while (Clock::now() < end)
    {
        if (look_at_list())
            busy_until = Clock::now() + poll_busy_for;
        const std::chrono::milliseconds wait = Clock::now() < busy_until ? poll_busy : poll_idle;
        const bool go_on = co_await async::sleep_for(wait);
        if (!go_on)
            co_return false;
    }
    co_return true;
}

void ProgramWatch::set_mode(std::string_view mode)
{
    if (mode_ == mode)
        return;
    mode_ = mode;
    parts_.mode_changed(mode);
}

bool ProgramWatch::look_at_list()
{
    auto list = parts_.processes.processes();
    if (!list)
        return false;
    std::vector<std::uint32_t> added;
    std::set_difference(
        list->begin(), list->end(), list_.begin(), list_.end(), std::back_inserter(added));
    list_ = std::move(*list);
    started(added);
    return !added.empty();
}

void ProgramWatch::started(const std::vector<std::uint32_t>& processes)
{
    const auto now = std::chrono::steady_clock::now();
    if (!processes.empty())
        parts_.processes.begin_look();
    for (const std::uint32_t process : processes)
    {
        const auto key = parts_.processes.executable_key(process);
        if (!key)
            continue; // Over already, or the kernel's own.
        if (!recent_.was_seen(*key, now))
            waiting_.push_back(process);
    }
    if (waiting_.size() > waiting_max)
        all_wait_ = true;
    if (!waiting_.empty() || all_wait_)
        look();
}

void ProgramWatch::look()
{
    if (std::exchange(is_looking_, true))
        return; // `looked` comes back for what waits.
    auto processes = std::exchange(waiting_, {});
    parts_.look(std::move(processes), std::exchange(all_wait_, false), [this](Looked result) {
        looked(std::move(result));
    });
}

void ProgramWatch::looked(Looked result)
{
    is_looking_ = false;
    std::vector<wire::Event> events;
    for (const auto& program : result.found)
        events.push_back(first_seen(program, parts_.clock.now()));
    if (!events.empty())
        parts_.happened(std::move(events));
    if (result.has_changes)
        parts_.changed("processes");
    if (!waiting_.empty() || all_wait_)
        look();
    else if (result.hashing_pending)
        hash_later();
}

void ProgramWatch::hash_later()
{
    hash_timer_.expires_after(1s);
    hash_timer_.async_wait([this](const boost::system::error_code& ec) {
        if (!ec)
            look();
    });
}

void ProgramWatch::tell_overload()
{
    wire::Event event;
    event.at = parts_.clock.now();
    event.kind = wire::EventKind::budget_exceeded;
    event.text = fmt::format(
        "process watch: {} starts a second of {}; polling for {} minutes", rate_.last_rate(),
        StartRate::starts_per_s_max, std::chrono::minutes{rest}.count());
    log::warn("{}", event.text);
    parts_.happened({event});
}

} // namespace mimamori::agent::watch
