#pragma once

#include "collector/http/server.hpp"
#include "common/async/sleep.hpp"
#include "common/log/log.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/test_pki.hpp"
#include "tests/support/tls_client.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace mimamori::collector::http {

using namespace std::chrono_literals;

inline const test::TestPki& pki()
{
    static const test::TestPki made;
    return made;
}

/// What the handlers of the test routes work with.
struct Services
{
    std::atomic<int> reports{0};
    std::atomic<int> waiting{0};
    std::atomic<bool> cancelled{false};
};

inline awaitable<Response> post_report(const Request& request, Services& services)
{
    ++services.reports;
    co_return text(
        Status::ok, request.peer.agent_id.text() + " " + std::to_string(request.body.size()) + " "
                        + request.body.substr(0, 40));
}

inline awaitable<Response> say_hello(const Request& request)
{
    co_return text(Status::ok, "hello " + std::string{request.param("name")});
}

inline awaitable<Response> say_hello_to_all(const Request&)
{
    co_return text(Status::ok, "hello all");
}

inline awaitable<Response> fail(const Request&)
{
    throw std::runtime_error{"secret detail"};
    co_return Response{};
}

/// Answers after as many milliseconds as its path says.
inline awaitable<Response> answer_later(const Request& request, Services& services)
{
    ++services.waiting;
    const std::chrono::milliseconds wait{std::stoi(std::string{request.param("ms")})};
    const bool slept = co_await async::sleep_for(wait);
    services.cancelled = services.cancelled || !slept;
    --services.waiting;
    co_return text(Status::ok, "late");
}

inline awaitable<Response> send_much(const Request&)
{
    co_return text(Status::ok, std::string(3'000'000, 'x'));
}

/// Three pieces, then silence until cancelled.
class Ticks final : public BodySource
{
public:
    explicit Ticks(int most)
        : most_{most}
    {}

    awaitable<std::optional<std::string>> next() override
    {
        if (sent_ == most_)
        {
            if (most_ == 2)
                co_return std::nullopt;
            co_await async::sleep_for(1h);
            co_return std::nullopt;
        }
        co_return "data: " + std::to_string(++sent_) + "\n\n";
    }

private:
    int most_;
    int sent_{0};
};

inline awaitable<Response> stream_ticks(const Request& request)
{
    Response response;
    response.content_type = "text/event-stream";
    response.stream = std::make_unique<Ticks>(std::stoi(std::string{request.param("count")}));
    co_return response;
}

/// Has nothing to say and never ends; `waiting` counts them.
class Quiet final : public BodySource
{
public:
    explicit Quiet(Services& services)
        : services_{services}
    {
        ++services_.waiting;
    }

    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

    ~Quiet() override { --services_.waiting; }

    awaitable<std::optional<std::string>> next() override
    {
        const bool slept = co_await async::sleep_for(10ms);
        if (!slept)
            co_return std::nullopt;
        co_return std::string{};
    }

private:
    Services& services_;
};

inline awaitable<Response> stream_nothing(const Request&, Services& services)
{
    Response response;
    response.content_type = "text/event-stream";
    response.stream = std::make_unique<Quiet>(services);
    co_return response;
}

inline Router make_router(Services& services)
{
    // clang-format off
    return Router{{
        {.method = Method::post, .pattern = "/agent/v1/report", .access = Access::agent,
         .handler = handler<post_report>(services), .body_size_max = 1000,
         .inflated_size_max = 100'000, .consumes = "application/json"},
        {.method = Method::post, .pattern = "/agent/v1/enroll", .access = Access::anyone,
         .handler = handler<post_report>(services), .body_size_max = 1000,
         .inflated_size_max = 2000},
        {.method = Method::post, .pattern = "/agent/v1/renew",
         .access = Access::agent_even_expired, .handler = handler<post_report>(services),
         .body_size_max = 1000},
        {.method = Method::get, .pattern = "/hello/{name}", .handler = handler<say_hello>()},
        {.method = Method::get, .pattern = "/fail", .handler = handler<fail>()},
        {.method = Method::get, .pattern = "/later/{ms}",
         .handler = handler<answer_later>(services)},
        {.method = Method::get, .pattern = "/much", .handler = handler<send_much>()},
        {.method = Method::get, .pattern = "/ticks/{count}", .handler = handler<stream_ticks>()},
        {.method = Method::get, .pattern = "/quiet", .handler = handler<stream_nothing>(services)},
    }};
    // clang-format on
}

/// A running server and ways to talk to it. Each case sets what it needs, then calls `start`.
struct Running
{
    asio::io_context stopping; ///< Before the threads, which tell it when they are done.
    log::Capture lines;
    Services services;
    Router router{make_router(services)};
    ServerOptions options;
    tls::AgentPortOptions port{pki().agent_port()};
    std::size_t thread_count{2};
    std::optional<IoThreads> threads;
    std::unique_ptr<Server> server;

    Running()
    {
        options.name = "agent port";
        options.endpoint = {asio::ip::make_address("127.0.0.1"), 0};
        options.now = test::pki_now;
    }

    ~Running()
    {
        server.reset();
        threads.reset();
    }

    void start() { start(tls::Context::agent_port(port).value()); }

    void start(tls::Context context)
    {
        threads.emplace(thread_count);
        server = Server::listen(*threads, options, std::move(context), router).value();
    }

    void start_web()
    {
        options.name = "web port";
        options.kind = PortKind::web;
        options.limits = web_limits();
        start(tls::Context::web_port({pki().server()}).value());
    }

    tls::ClientOptions as(const std::string& agent_id) const
    {
        auto client = pki().client();
        if (!agent_id.empty())
            client.identity = pki().agent(agent_id);
        return client;
    }

    /// A connection with its handshake done; the certificate may yet be refused.
    std::unique_ptr<test::TlsClient> connect(const tls::ClientOptions& client) const
    {
        auto made = std::make_unique<test::TlsClient>(server->endpoint(), client);
        made->shake_hands().value();
        return made;
    }

    std::unique_ptr<test::TlsClient> connect(const std::string& agent_id = "AGENT1") const
    {
        return connect(as(agent_id));
    }

    bool stop(std::chrono::milliseconds grace)
    {
        return test::run_coro(stopping, server->stop(grace));
    }

    /// Waits until `is_true`, at most 20 s. For what happens on the server's threads.
    static bool eventually(const std::function<bool()>& is_true)
    {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (!is_true() && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(2ms);
        return is_true();
    }

    bool logged(const std::string& part) const
    {
        return eventually([&] { return lines.contains(part); });
    }
};

inline std::string post(
    const std::string& path,
    const std::string& body,
    const std::string& fields = "Content-Type: application/json\r\n")
{
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + fields
           + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string get(const std::string& path, const std::string& fields = {})
{
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

inline unsigned status_of(const Result<mimamori::http::Response>& response)
{
    return response ? to_number(response->status) : 0;
}

} // namespace mimamori::collector::http
