#include "collector/http/server.hpp"

#include "collector/http/shard.hpp"
#include "common/log/log.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <unistd.h>

#include <cassert>
#include <functional>
#include <future>
#include <memory>
#include <utility>

namespace mimamori::collector::http {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

/// Connections the system keeps for us until we accept them.
constexpr int backlog{4096};

std::size_t share_of(std::size_t whole, std::size_t parts)
{
    return (whole + parts - 1) / parts;
}

/// What one of `parts` I/O threads may have.
ServerLimits share(ServerLimits limits, std::size_t parts)
{
    for (std::size_t* const limit :
         {&limits.connections_max, &limits.handshakes_max, &limits.pending_max,
          &limits.pending_per_address_max, &limits.anonymous_requests_per_minute,
          &limits.bodies_in_hand_max_bytes})
        *limit = share_of(*limit, parts);
    return limits;
}

Error bind_error(const tcp::endpoint& endpoint, const boost::system::error_code& why)
{
    return Error{
        Errc::io, "listen on " + endpoint.address().to_string() + " port "
                      + std::to_string(endpoint.port()) + ": " + why.message()};
}

/// Waiting for all shards to be empty; shared by the stop and the notices still on their way.
struct Emptying
{
    Emptying(const asio::any_io_executor& executor, std::size_t shards)
        : changed{executor}
        , left{shards}
    {}

    asio::steady_timer changed;
    std::size_t left;
};

/// To be called once, on a shard's thread: says to who waits on `executor` that one thing less is
/// waited for. Keeps nothing of `emptying`, which belongs to that executor.
std::function<void()> tell(
    const asio::any_io_executor& executor, std::shared_ptr<Emptying> emptying)
{
    return [executor, emptying = std::move(emptying)]() mutable {
        asio::post(executor, [emptying = std::move(emptying)] {
            if (--emptying->left == 0)
                emptying->changed.cancel();
        });
    };
}

awaitable<bool> all_empty(std::shared_ptr<Emptying> emptying, std::chrono::milliseconds grace)
{
    if (emptying->left > 0)
    {
        emptying->changed.expires_after(grace);
        co_await emptying->changed.async_wait(token);
    }
    co_return emptying->left == 0;
}

} // namespace

ServerLimits web_limits()
{
    ServerLimits limits;
    limits.connections_max = 2'000;
    limits.pending_max = 2'000;
    limits.pending_per_address_max = 200;
    limits.anonymous_requests_per_minute = 0; // The login has its own limit.
    limits.anonymous_header_size_max = limits.header_size_max;
    limits.anonymous_body_size_max = 32U * 1024 * 1024; // An imported ledger.
    limits.anonymous_idle = 75s;
    return limits;
}

struct Server::State
{
    std::vector<std::unique_ptr<Shard>> shards;
    tcp::endpoint endpoint;
    bool stopped{false};
};

Server::Server(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

Result<std::unique_ptr<Server>> Server::listen(
    IoThreads& threads, ServerOptions options, tls::Context context, const Router& router)
{
    assert(options.now);
    // On a context of its own, which goes with it (see close_shared).
    asio::io_context passing;
    tcp::acceptor first{passing};
    boost::system::error_code failed;
    first.open(options.endpoint.protocol(), failed);
    if (!failed)
        first.set_option(tcp::acceptor::reuse_address{true}, failed);
    if (!failed)
        first.bind(options.endpoint, failed);
    if (!failed)
        first.listen(backlog, failed);
    if (failed)
        return bind_error(options.endpoint, failed);

    auto state = std::make_unique<State>();
    state->endpoint = first.local_endpoint();
    options.limits = share(options.limits, threads.size());
    for (std::size_t i = 0; i < threads.size(); ++i)
    {
        // All threads accept from the one socket, so a busy one leaves more to the others.
        tcp::acceptor acceptor{threads.at(i)};
        acceptor.assign(options.endpoint.protocol(), ::dup(first.native_handle()), failed);
        if (failed)
            return bind_error(options.endpoint, failed);
        state->shards.push_back(
            std::make_unique<Shard>(threads.at(i), std::move(acceptor), options, context, router));
    }
    for (const auto& shard : state->shards)
        asio::post(shard->io(), [&shard = *shard] { shard.accept(); });
    log::info(
        "{}: listening on {} port {}", options.name, state->endpoint.address().to_string(),
        state->endpoint.port());
    return std::unique_ptr<Server>{new Server{std::move(state)}};
}

Server::~Server()
{
    if (state_->stopped)
        return;
    // Not stopped in order, which only tests and failed starts do: end everything and wait.
    for (const auto& shard : state_->shards)
    {
        std::promise<void> empty;
        asio::post(shard->io(), [&shard = *shard, &empty] {
            shard.begin_stop([&empty] { empty.set_value(); });
            shard.cut();
        });
        empty.get_future().wait();
    }
}

tcp::endpoint Server::endpoint() const
{
    return state_->endpoint;
}

ServerCounters Server::counters() const
{
    ServerCounters sum;
    for (const auto& shard : state_->shards)
    {
        sum.connections += shard->counters.connections;
        sum.accepted += shard->counters.accepted;
        sum.handshakes += shard->counters.handshakes;
        sum.handshakes_failed += shard->counters.handshakes_failed;
        sum.requests += shard->counters.requests;
        sum.refused += shard->counters.refused;
    }
    return sum;
}

void Server::replace_context(tls::Context context)
{
    for (const auto& shard : state_->shards)
        asio::post(shard->io(), [&shard = *shard, context] { shard.replace_context(context); });
}

void Server::close_agent(const AgentId& agent_id)
{
    for (const auto& shard : state_->shards)
        asio::post(shard->io(), [&shard = *shard, agent_id] { shard.close_agent(agent_id); });
}

awaitable<bool> Server::stop(std::chrono::milliseconds grace)
{
    const auto executor = co_await asio::this_coro::executor;
    const auto emptying = std::make_shared<Emptying>(executor, state_->shards.size());
    // What a shard's thread held goes on to the caller's: `emptying` must not end here.
    for (const auto& shard : state_->shards)
    {
        auto begin = [&shard = *shard, told = tell(executor, emptying)]() mutable {
            shard.begin_stop(std::move(told));
        };
        asio::post(shard->io(), std::move(begin));
    }
    state_->stopped = co_await all_empty(emptying, grace);
    if (state_->stopped)
        co_return true;
    // The shards may go as soon as this returns, so it waits for these, too.
    emptying->left += state_->shards.size();
    for (const auto& shard : state_->shards)
    {
        auto cut = [&shard = *shard, told = tell(executor, emptying)]() mutable {
            shard.cut();
            told();
        };
        asio::post(shard->io(), std::move(cut));
    }
    state_->stopped = co_await all_empty(emptying, grace);
    co_return state_->stopped;
}

} // namespace mimamori::collector::http
