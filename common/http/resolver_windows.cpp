#include "common/base/scope_exit.hpp"
#include "common/http/resolver.hpp"
#include "common/platform/system_windows.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_category.hpp>

#include <windows.h>
#include <winsock2.h>
#include <ws2tcpip.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <utility>

namespace mimamori::http {
namespace {

using Clock = std::chrono::steady_clock;

/// One question to the system, which answers on a thread of its own and may take long. Whoever
/// asked may be gone by then.
struct Question
{
    explicit Question(std::wstring asked)
        : host{std::move(asked)}
    {}

    const std::wstring host;
    std::mutex lock;
    std::shared_ptr<asio::steady_timer> waiting; ///< Null: nobody waits any more.
    bool is_answered{false};
    int status{0};
    std::vector<asio::ip::address> addresses;
};

asio::ip::address address_of(const ADDRINFOW& info)
{
    if (info.ai_family == AF_INET)
    {
        const auto* const address = reinterpret_cast<const sockaddr_in*>(info.ai_addr);
        return asio::ip::address_v4{ntohl(address->sin_addr.s_addr)};
    }
    const auto* const address = reinterpret_cast<const sockaddr_in6*>(info.ai_addr);
    asio::ip::address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), &address->sin6_addr, bytes.size());
    return asio::ip::address_v6{bytes, address->sin6_scope_id};
}

void ask(Question& question)
{
    ADDRINFOW hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ADDRINFOW* found = nullptr;
    const int status = ::GetAddrInfoW(question.host.c_str(), nullptr, &hints, &found);
    const ScopeExit freeing{[&] {
        if (found != nullptr)
            ::FreeAddrInfoW(found);
    }};

    const std::lock_guard guard{question.lock};
    question.is_answered = true;
    question.status = status;
    for (const ADDRINFOW* info = found; info != nullptr; info = info->ai_next)
    {
        if (info->ai_family == AF_INET || info->ai_family == AF_INET6)
            question.addresses.push_back(address_of(*info));
    }
    if (const auto timer = std::exchange(question.waiting, nullptr))
        asio::post(timer->get_executor(), [timer] { timer->cancel(); });
}

DWORD WINAPI ask_on_thread(void* given)
{
    const std::unique_ptr<std::shared_ptr<Question>> question{
        static_cast<std::shared_ptr<Question>*>(given)};
    ask(**question);
    return 0;
}

/// On a thread that goes when it has the answer: names are seldom asked for, and the system's pool
/// would keep its own. The agent does not wait for it when it stops.
bool begin(const std::shared_ptr<Question>& question)
{
    auto given = std::make_unique<std::shared_ptr<Question>>(question);
    const platform::UniqueHandle thread{
        ::CreateThread(nullptr, 0, ask_on_thread, given.get(), 0, nullptr)};
    if (!thread)
        return false;
    static_cast<void>(given.release());
    return true;
}

Error error_of(const std::string& host, int status)
{
    const bool none = status == WSAHOST_NOT_FOUND || status == WSANO_DATA || status == 0;
    const std::string why =
        status == 0 ? "no address" : boost::system::system_category().message(status);
    return Error{none ? Errc::not_found : Errc::io, "resolve \"" + host + "\": " + why};
}

} // namespace

SystemResolver::SystemResolver(std::string servers)
    : servers_{std::move(servers)}
{}

awaitable<Result<std::vector<asio::ip::address>>> SystemResolver::resolve(
    std::string host, Clock::time_point deadline)
{
    boost::system::error_code is_name;
    const auto numeric = asio::ip::make_address(host, is_name);
    if (!is_name)
        co_return std::vector{numeric};

    co_await asio::this_coro::throw_if_cancelled(false);
    const auto executor = co_await asio::this_coro::executor;
    const auto question = std::make_shared<Question>(platform::to_wide(host));
    // Shared with the posted handler that ends the wait, which may run after this is over.
    const auto timer = std::make_shared<asio::steady_timer>(executor, deadline);
    question->waiting = timer;
    const ScopeExit leaving{[&] {
        const std::lock_guard guard{question->lock};
        question->waiting = nullptr;
    }};
    if (!begin(question))
        co_return platform::system_error("resolve \"" + host + "\"", ::GetLastError());
    co_await timer->async_wait(token);

    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        co_return Error{Errc::cancelled, "cancelled"};
    const std::lock_guard guard{question->lock};
    if (!question->is_answered)
        co_return Error{Errc::timeout, "resolve \"" + host + "\": no answer in time"};
    if (question->status != 0 || question->addresses.empty())
        co_return error_of(host, question->status);
    co_return std::move(question->addresses);
}

} // namespace mimamori::http
