#include "agent/app/wait_for_collector.hpp"

#include "common/async/sleep.hpp"
#include "common/log/log.hpp"

namespace mimamori::agent::app {
namespace {

using namespace std::chrono_literals;

/// A small file or key is read this often, only while there is nothing else to do.
constexpr auto look_every = 10s;

constexpr auto stop_grace = 200ms;

void log_failure(const std::string& task, const std::exception& failure)
{
    log::error("task {} failed: {}", task, failure.what());
}

} // namespace

WaitForCollector::WaitForCollector(
    asio::io_context& io, const SettingsRequest& request, const ServiceManager& service)
    : io_{io}
    , request_{request}
    , service_{service}
    , stop_{io.get_executor()}
    , end_{io.get_executor()}
    , main_{io.get_executor(), log_failure}
    , tasks_{io.get_executor(), log_failure}
{}

std::optional<Loaded> WaitForCollector::run()
{
    main_.spawn("waiting", live());
    io_.run();
    io_.restart();
    return std::move(found_);
}

awaitable<void> WaitForCollector::live()
{
    log::info("waiting for settings: collector.address and collector.ca_fingerprint are not set");
    service_.ready("waiting for settings that name a collector");
    tasks_.spawn("stop", wait_for_stop());
    tasks_.spawn("settings", look());
    if (const auto interval = service_.watchdog())
        tasks_.spawn("watchdog", keep_watchdog_quiet(*interval));
    co_await end_.sleep_until(report::Alarm::Time::max());
    if (!found_)
        service_.stopping();
    const bool is_empty = co_await tasks_.stop(stop_grace);
    if (!is_empty)
        log::warn("waiting for settings did not end in time");
}

awaitable<void> WaitForCollector::look()
{
    for (;;)
    {
        const bool go_on = co_await async::sleep_for(look_every);
        if (!go_on)
            co_return;
        auto loaded = load_settings(request_);
        const std::string trouble = loaded ? "" : loaded.error().message;
        if (!trouble.empty() && trouble != last_trouble_)
            log::warn("{}", trouble);
        last_trouble_ = trouble;
        if (loaded && names_collector(loaded->settings))
        {
            found_ = std::move(*loaded);
            end_.ring();
            co_return;
        }
    }
}

awaitable<void> WaitForCollector::wait_for_stop()
{
    const bool is_asked = co_await stop_.wait();
    if (is_asked)
        end_.ring();
}

awaitable<void> WaitForCollector::keep_watchdog_quiet(std::chrono::milliseconds interval)
{
    bool go_on = true;
    while (go_on)
    {
        service_.alive();
        go_on = co_await async::sleep_for(interval);
    }
}

} // namespace mimamori::agent::app
