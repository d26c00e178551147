#include "agent/app/service.hpp"
#include "agent/app/service_status_windows.hpp"
#include "agent/app/stop_windows.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <windows.h>

namespace mimamori::agent::app {
namespace {

/// How long the service manager is asked to be patient with a stop, which takes two seconds.
constexpr unsigned stop_hint_ms = 5000;

} // namespace

ServiceManager::ServiceManager() = default;

void ServiceManager::ready(std::string_view)
{
    report_service_state(SERVICE_RUNNING);
}

void ServiceManager::stopping()
{
    report_service_state(SERVICE_STOP_PENDING, stop_hint_ms);
}

void ServiceManager::alive() {}

void ServiceManager::ended()
{
    // Without a last word the service manager takes it for a crash and starts the service again.
    report_service_state(SERVICE_STOPPED);
}

namespace {

/// Shared with handlers on their way, which may come after the StopRequest has gone.
struct Asked
{
    explicit Asked(const asio::any_io_executor& executor)
        : timer{executor, asio::steady_timer::time_point::max()}
    {}

    asio::steady_timer timer;
    bool is_asked{false};
};

} // namespace

struct StopRequest::State
{
    std::shared_ptr<Asked> asked;
};

StopRequest::StopRequest(const asio::any_io_executor& executor)
    : state_{new State{std::make_shared<Asked>(executor)}}
{
    listen_to_stop([asked = state_->asked, executor] {
        asio::post(executor, [asked] {
            asked->is_asked = true;
            asked->timer.cancel();
        });
    });
    listen_to_console();
}

StopRequest::~StopRequest()
{
    listen_to_stop({});
}

awaitable<bool> StopRequest::wait()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto asked = state_->asked;
    if (!asked->is_asked)
        co_await asked->timer.async_wait(token);
    co_return asked->is_asked;
}

std::string stop_reason(const std::filesystem::path&)
{
    const std::string reason = asked_to_stop();
    return reason.empty() ? "service stop" : reason;
}

} // namespace mimamori::agent::app
