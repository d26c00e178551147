#include "agent/app/stop_windows.hpp"

#include <windows.h>

#include <atomic>
#include <mutex>
#include <utility>

namespace mimamori::agent::app {
namespace {

struct Stop
{
    std::mutex lock;
    std::string reason;
    std::function<void()> listener;
};

Stop& stop()
{
    static Stop instance;
    return instance;
}

/// When the console goes, the process ends as soon as this returns: the agent gets its two seconds.
constexpr DWORD last_moments_ms = 2500;

std::atomic<bool>& is_service()
{
    static std::atomic<bool> answer{false};
    return answer;
}

BOOL WINAPI on_console(DWORD what)
{
    if (is_service())
        return TRUE;
    const bool is_shutdown = what == CTRL_SHUTDOWN_EVENT || what == CTRL_LOGOFF_EVENT;
    ask_to_stop(is_shutdown ? "shutdown" : "service stop");
    if (is_shutdown || what == CTRL_CLOSE_EVENT)
        ::Sleep(last_moments_ms);
    return TRUE;
}

} // namespace

void ask_to_stop(std::string_view reason)
{
    Stop& all = stop();
    const std::lock_guard guard{all.lock};
    if (!all.reason.empty())
        return;
    all.reason = reason;
    if (all.listener)
        all.listener();
}

std::string asked_to_stop()
{
    const std::lock_guard guard{stop().lock};
    return stop().reason;
}

void listen_to_stop(std::function<void()> listener)
{
    Stop& all = stop();
    const std::lock_guard guard{all.lock};
    all.listener = std::move(listener);
    if (all.listener && !all.reason.empty())
        all.listener();
}

void obey_service_manager_only()
{
    is_service() = true;
}

void listen_to_console()
{
    ::SetConsoleCtrlHandler(on_console, TRUE);
}

} // namespace mimamori::agent::app
