#include "agent/app/service.hpp"
#include "agent/probes/system_bus.hpp"
#include "common/platform/notify_socket.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>

#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdlib>

namespace mimamori::agent::app {
namespace {

std::string take_variable(const char* name)
{
    const char* value = std::getenv(name);
    std::string taken = value ? value : "";
    ::unsetenv(name);
    return taken;
}

template <class Number>
std::optional<Number> number_of(const std::string& text)
{
    Number number{};
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || ec != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

} // namespace

// sd_watchdog_enabled(3), without its library.
ServiceManager::ServiceManager()
{
    const auto micros = number_of<std::uint64_t>(take_variable("WATCHDOG_USEC"));
    const auto process = number_of<pid_t>(take_variable("WATCHDOG_PID"));
    if (micros && *micros > 0 && (!process || *process == ::getpid()))
        watchdog_ = std::chrono::milliseconds{*micros / 1000 / 2};
}

void ServiceManager::ready(std::string_view status)
{
    platform::notify_service("READY=1\nSTATUS=" + std::string{status});
}

void ServiceManager::stopping()
{
    platform::notify_service("STOPPING=1");
}

void ServiceManager::alive()
{
    platform::notify_service("WATCHDOG=1");
}

void ServiceManager::ended() {} // systemd sees it by itself.

struct StopRequest::State
{
    asio::signal_set signals;
};

StopRequest::StopRequest(const asio::any_io_executor& executor)
    : state_{new State{asio::signal_set{executor, SIGTERM, SIGINT}}}
{
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGHUP, SIG_IGN);
}

StopRequest::~StopRequest() = default;

awaitable<bool> StopRequest::wait()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto [ec, number] = co_await state_->signals.async_wait(token);
    co_return !ec;
}

std::string stop_reason(const std::filesystem::path& root)
{
    if (const auto is_down = probes::is_going_down(root / "run/dbus/system_bus_socket"))
        return *is_down ? "shutdown" : "service stop";
    // Without systemd: logins are closed while the machine goes down, and at no other time.
    return ::access((root / "run/nologin").c_str(), F_OK) == 0 ? "shutdown" : "service stop";
}

} // namespace mimamori::agent::app
