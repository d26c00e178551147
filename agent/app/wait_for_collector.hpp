#pragma once

#include "agent/app/load_settings.hpp"
#include "agent/app/service.hpp"
#include "agent/report/alarm.hpp"
#include "common/async/task_group.hpp"

#include <boost/asio/io_context.hpp>

#include <optional>
#include <string>

namespace mimamori::agent::app {

/// An agent that nobody has told where the collector is: installed by group policy, say, before the
/// policy with the address has arrived. It waits and reads nothing but its settings.
class WaitForCollector
{
public:
    /// `request` must outlive it.
    WaitForCollector(
        asio::io_context& io, const SettingsRequest& request, const ServiceManager& service);

    /// Runs `io` until settings name a collector; nothing when it was asked to stop.
    std::optional<Loaded> run();

private:
    awaitable<void> live();
    awaitable<void> look();
    awaitable<void> wait_for_stop();
    awaitable<void> keep_watchdog_quiet(std::chrono::milliseconds interval);

    asio::io_context& io_;
    const SettingsRequest& request_;
    const ServiceManager& service_;
    StopRequest stop_;
    report::TimerAlarm end_;
    std::optional<Loaded> found_;
    std::string last_trouble_;
    async::TaskGroup main_;
    async::TaskGroup tasks_;
};

} // namespace mimamori::agent::app
