#include "agent/app/agent.hpp"
#include "agent/app/resources.hpp"
#include "agent/app/service.hpp"
#include "agent/app/verbs.hpp"
#include "agent/app/wait_for_collector.hpp"
#include "common/log/log.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdlib>

namespace mimamori::agent::app {
namespace {

Agent::Config config_of(const Loaded& loaded, const ServiceManager& service)
{
    Agent::Config config;
    config.settings = loaded.settings;
    config.shown = loaded.shown;
    config.passed_over = loaded.passed_over;
    config.service = service;
    if (!loaded.given.policy.place.empty())
    {
        config.settings_changed = [given = loaded.given] {
            const auto now = read_given_settings();
            return now && *now != given;
        };
    }
    return config;
}

/// The settings of now. A file that was spoilt since the start does not keep a policy from coming,
/// nor the agent from running: it goes on with what it has.
void load_again(const SettingsRequest& request, Loaded& loaded)
{
    auto again = load_settings(request);
    if (again)
    {
        loaded = std::move(*again);
        return;
    }
    log::error("the settings are as before: {}", again.error().message);
    if (auto given = read_given_settings())
        loaded.given = std::move(*given);
}

enum class Ended
{
    stopped,
    settings_changed,
    unusable,
    failed,
};

Ended run_agent(asio::io_context& io, const Loaded& loaded, const ServiceManager& service)
{
    for (const auto& one : loaded.passed_over)
        log::warn("setting not used: {}", one.text);
    const SystemClock clock;
    Agent agent{io, config_of(loaded, service), clock};
    if (auto opened = agent.open(); !opened)
    {
        log::error("{}", opened.error().message);
        return opened.error().code == Errc::invalid_input ? Ended::unusable : Ended::failed;
    }
    agent.start();
    io.run();
    io.restart();
    if (!agent.has_ended())
    {
        // A probe that hangs in the system cannot be wound up; nothing of ours waits for it, and
        // the service manager starts anew what was not asked to stop.
        log::flush();
        if (!agent.wants_settings())
            ServiceManager::ended();
        std::_Exit(agent.wants_settings() ? exit_failed : exit_done);
    }
    return agent.wants_settings() ? Ended::settings_changed : Ended::stopped;
}

} // namespace

int run(const SettingsRequest& request)
{
    auto first = load_settings(request);
    if (!first)
    {
        FileOutput trouble{stderr};
        trouble << first.error().message << '\n';
        return exit_unusable;
    }
    Loaded loaded = std::move(*first);
    const auto refused = hold_back(loaded.settings.memory_mib * 1024 * 1024);
    log::start({loaded.settings.log_level, loaded.settings.log_file.string()});
    for (const auto& one : refused)
        log::warn("{}", one);

    // One thread: the queues of the context need no locks.
    boost::asio::io_context io{1};
    const ServiceManager service;
    Ended ended = Ended::settings_changed;
    while (ended == Ended::settings_changed)
    {
        if (!names_collector(loaded.settings))
        {
            auto found = WaitForCollector{io, request, service}.run();
            if (!found)
                break;
            loaded = std::move(*found);
        }
        ended = run_agent(io, loaded, service);
        if (ended == Ended::settings_changed)
            load_again(request, loaded);
    }
    log::flush();
    if (ended == Ended::unusable)
        return exit_unusable;
    return ended == Ended::failed ? exit_failed : exit_done;
}

} // namespace mimamori::agent::app
