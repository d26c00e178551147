// The collector's transport without what lies behind it: an agents' port whose only route takes a
// report and answers 204. Makes a site's keys in FOLDER (ca.crt, client.crt, client.key for a load
// generator; server.crt, server.key, agents.crt for another server with the same chain), prints
// the port and serves until standard input ends.
//
// usage: transport_server FOLDER [PORT] [THREADS]
#include "collector/http/server.hpp"
#include "common/platform/file.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/test_pki.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

namespace mimamori {
namespace {

namespace http = collector::http;
using namespace std::chrono_literals;

awaitable<http::Response> take_report(const http::Request&)
{
    co_return http::empty(http::Status::no_content);
}

void save(const std::string& path, const std::string& content)
{
    if (auto saved = platform::replace_file(path, content); !saved)
    {
        std::cerr << saved.error().message << '\n';
        std::exit(1);
    }
}

tls::AgentPortOptions make_site(const std::string& folder)
{
    // Load generators judge by the real time.
    const Timestamp now = SystemClock{}.now();
    const tls::Validity validity{now - 24h, now + 24h * 365};
    test::TestPki pki;
    auto options = pki.agent_port();
    options.identity = pki.server({{"localhost"}, {"127.0.0.1"}}, validity);
    options.now = [] { return SystemClock{}.now(); };
    const tls::Identity agent = pki.agent("0F8Q4W", validity);

    std::string server;
    for (const tls::Certificate& certificate : options.identity.chain)
        server += certificate.to_pem();
    save(folder + "/ca.crt", pki.root.to_pem());
    save(folder + "/agents.crt", pki.root.to_pem() + pki.agents_ca.to_pem());
    save(folder + "/server.crt", server);
    save(folder + "/server.key", options.identity.key.to_pem());
    save(folder + "/client.crt", agent.chain.front().to_pem());
    save(folder + "/client.key", agent.key.to_pem());
    return options;
}

int serve(const std::string& folder, std::uint16_t port, std::size_t thread_count)
{
    auto context = tls::Context::agent_port(make_site(folder));
    const http::Router router{
        {{.method = http::Method::post,
          .pattern = "/r",
          .access = http::Access::agent,
          .handler = http::handler<take_report>(),
          .body_size_max = 1024U * 1024}}};
    http::IoThreads threads{thread_count};
    http::ServerOptions options;
    options.name = "agent port";
    options.endpoint = {asio::ip::make_address("127.0.0.1"), port};
    options.limits.pending_per_address_max = 10'000;
    options.limits.idle = 1h;
    options.now = [] { return SystemClock{}.now(); };
    auto server = http::Server::listen(threads, options, context.value(), router);
    if (!server)
    {
        std::cerr << server.error().message << '\n';
        return 1;
    }
    std::cout << (*server)->endpoint().port() << std::endl;
    for (std::string line; std::getline(std::cin, line);)
    {}
    asio::io_context io;
    const bool stopped = test::run_coro(io, (*server)->stop(2s));
    server->reset();
    threads.stop();
    return stopped ? 0 : 1;
}

} // namespace
} // namespace mimamori

int main(int count, char** values)
{
    if (count < 2)
    {
        std::cerr << "usage: transport_server FOLDER [PORT] [THREADS]\n";
        return 2;
    }
    const auto port = static_cast<std::uint16_t>(count > 2 ? std::atoi(values[2]) : 0);
    const auto threads = static_cast<std::size_t>(count > 3 ? std::atoi(values[3]) : 2);
    return mimamori::serve(values[1], port, threads);
}
