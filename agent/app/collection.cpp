#include "agent/app/collection.hpp"

#include "agent/app/section_text.hpp"
#include "agent/probes/neighbours.hpp"
#include "common/async/sleep.hpp"
#include "common/log/log.hpp"

#include <fmt/format.h>

#include <chrono>
#include <new>
#include <utility>

namespace mimamori::agent::app {
namespace {

/// What a probe that ran on the other thread brings home.
struct Outcome
{
    report::ProbeRun run;
    wire::Facts facts;
    std::vector<wire::Event> missed; ///< Before this run of the agent.
};

} // namespace

Collection::Collection(Parts parts)
    : parts_{std::move(parts)}
    , processes_{probes::make_process_source(parts_.root)}
    , memory_{parts_.data_folder, parts_.root, parts_.clock}
    , looker_{memory_.programs}
    , mark_{parts_.data_folder.string()}
    , thread_{parts_.home}
{
    memory_.away_since = parts_.away_since;
}

void Collection::load()
{
    if (auto loaded = memory_.load(); !loaded)
        log::warn("what the probes remembered is lost: {}", loaded.error().message);
}

probes::ProbeContext Collection::context(const antivirus::Definitions* definitions)
{
    return {parts_.root, parts_.clock, live_, memory_, options_, definitions};
}

void Collection::run_probe(
    const std::string& name,
    std::function<void(const wire::Facts&)> facts,
    std::function<void(report::ProbeRun)> done)
{
    auto outcome = std::make_shared<Outcome>(); // Shared by the two halves of one job.
    auto work = [this, name, outcome, definitions = definitions_] {
        const probes::Probe* probe = probes::find_probe(name);
        const auto cpu = thread_cpu_time();
        const auto begun = std::chrono::steady_clock::now();
        mark_.set(name);
        // The edge where a probe ends: whatever it runs into costs its section and nothing else.
        try
        {
            probe->run(context(definitions.get()), outcome->facts);
            outcome->missed = std::exchange(memory_.missed_events, {});
            outcome->run.section = section_text(outcome->facts, name).text;
        }
        catch (const std::bad_alloc&)
        {
            outcome->run.section = Error{
                Errc::too_large,
                fmt::format("memory more than {} MiB", parts_.memory_bytes_max / 1024 / 1024)};
        }
        catch (const std::exception& failure)
        {
            outcome->run.section = Error{Errc::internal, failure.what()};
        }
        mark_.set({});
        outcome->run.cpu = thread_cpu_time() - cpu;
        outcome->run.wall = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begun);
    };
    auto home = [this, outcome, facts = std::move(facts), done = std::move(done)] {
        if (!outcome->missed.empty())
            parts_.missed(std::move(outcome->missed));
        if (outcome->run.section)
            facts(outcome->facts);
        done(std::move(outcome->run));
    };
    thread_.run(std::move(work), std::move(home));
}

void Collection::look(
    std::vector<std::uint32_t> processes, bool all, std::function<void(watch::Looked)> done)
{
    auto looked = std::make_shared<watch::Looked>();
    auto work = [this, looked, processes = std::move(processes), all] {
        try
        {
            *looked = looker_.look(processes, all);
        }
        catch (const std::exception& failure)
        {
            log::error("look at programs: {}", failure.what());
        }
    };
    auto home = [looked, done = std::move(done)] { done(std::move(*looked)); };
    thread_.run(std::move(work), std::move(home));
}

void Collection::look_for(
    std::vector<std::string> macs, std::function<void(std::vector<wire::NeighbourSighting>)> done)
{
    auto seen = std::make_shared<std::vector<wire::NeighbourSighting>>(); // As in `run_probe`.
    auto work = [this, seen, macs = std::move(macs)] {
        try
        {
            *seen = probes::look_for_neighbours(context(nullptr), macs);
        }
        catch (const std::exception& failure)
        {
            log::error("look for neighbours: {}", failure.what());
        }
    };
    auto home = [seen, done = std::move(done)] { done(std::move(*seen)); };
    thread_.run(std::move(work), std::move(home));
}

void Collection::save()
{
    auto work = [this] {
        if (auto saved = memory_.save(); !saved)
            log::warn("what the probes remember was not kept: {}", saved.error().message);
    };
    thread_.run(std::move(work), [] {});
}

void Collection::set_options(probes::ProbeOptions options)
{
    auto work = [this, options = std::move(options)] {
        options_ = options;
        memory_.programs.set_command_lines(
            options.command_lines ? probes::CommandLines::kept : probes::CommandLines::dropped);
    };
    thread_.run(std::move(work), [] {});
}

awaitable<bool> Collection::rest()
{
    constexpr std::chrono::minutes most{2};
    constexpr std::chrono::milliseconds between{50};
    const auto until = std::chrono::steady_clock::now() + most;
    bool go_on = true;
    while (go_on && thread_.is_busy() && std::chrono::steady_clock::now() < until)
        go_on = co_await async::sleep_for(between);
    co_return go_on;
}

} // namespace mimamori::agent::app
