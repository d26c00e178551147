#include "common/http/client.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/test_pki.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::http {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

const test::TestPki& pki()
{
    static const test::TestPki made;
    return made;
}

tls::Deadline soon()
{
    return std::chrono::steady_clock::now() + 20s;
}

/// A server that says what it was told to, over real TLS: each connection answers the requests
/// that come with its texts, in order, then ends (rudely, when `rude`).
struct Script
{
    std::vector<std::string> answers;
    bool rude{false};
};

class ScriptedServer
{
public:
    ScriptedServer(asio::io_context& io, tls::Context context)
        : acceptor_{io, {asio::ip::make_address("127.0.0.1"), 0}}
        , port_{acceptor_.local_endpoint().port()}
        , context_{std::move(context)}
    {}

    std::uint16_t port() const { return port_; }

    awaitable<void> run(std::deque<Script> scripts)
    {
        while (!scripts.empty())
        {
            const Script script = scripts.front();
            scripts.pop_front();
            auto [failed, socket] = co_await acceptor_.async_accept(token);
            if (failed)
                co_return;
            ++connections;
            auto connection = tls::Connection::open(std::move(socket), context_).value();
            co_await serve(connection, script);
        }
        acceptor_.close();
    }

    awaitable<void> serve(tls::Connection& connection, const Script& script)
    {
        const auto shaken = co_await connection.handshake(soon());
        for (std::size_t i = 0; shaken && i < script.answers.size(); ++i)
        {
            std::string request;
            while (request.find("\r\n\r\n") == std::string::npos)
            {
                std::array<char, 4096> buffer{};
                const auto count = co_await connection.read_some(buffer, soon());
                if (!count || *count == 0)
                    co_return;
                request.append(buffer.data(), *count);
            }
            requests.push_back(request);
            const auto sent = co_await connection.write_all(script.answers[i], soon());
            if (!sent)
                co_return;
        }
        if (script.rude)
            co_return;
        const auto said = co_await connection.shutdown(soon());
        static_cast<void>(said);
    }

    int connections{0};
    std::vector<std::string> requests;

private:
    tcp::acceptor acceptor_;
    std::uint16_t port_;
    tls::Context context_;
};

/// A resolver that knows one name, with as many addresses as the case needs.
class FixedResolver final : public Resolver
{
public:
    awaitable<Result<std::vector<asio::ip::address>>> resolve(
        std::string host, std::chrono::steady_clock::time_point) override
    {
        if (host != "collector.test")
            co_return Error{Errc::not_found, "resolve \"" + host + "\""};
        co_return addresses;
    }

    std::vector<asio::ip::address> addresses{asio::ip::make_address("127.0.0.1")};
};

struct Site
{
    asio::io_context io;
    ScriptedServer server{io, tls::Context::agent_port(pki().agent_port()).value()};
    FixedResolver resolver;
    std::string host{"collector.test"};
    ClientLimits limits;
    std::optional<Client> client;

    tls::Context context(const tls::ClientOptions& options) const
    {
        return tls::Context::client(options).value();
    }

    tls::ClientOptions options() const
    {
        auto made = pki().client();
        made.server_name = "collector.test";
        made.identity = pki().agent("AGENT1");
        return made;
    }

    awaitable<void> send_all(std::size_t count, std::vector<Result<Response>>& answers)
    {
        Request request;
        request.method = Method::post;
        request.target = "/agent/v1/report";
        for (std::size_t i = 0; i < count; ++i)
            answers.push_back(co_await client->send(request));
        co_await client->shutdown();
    }

    /// Sends so many requests to a server with these scripts.
    std::vector<Result<Response>> talk(std::size_t count, std::deque<Script> scripts)
    {
        if (!client)
            client.emplace(
                io.get_executor(), context(options()), Endpoint{host, server.port()}, resolver,
                limits);
        std::vector<Result<Response>> answers;
        asio::co_spawn(io, server.run(std::move(scripts)), asio::detached);
        auto stop = [this](std::exception_ptr) { io.stop(); };
        asio::co_spawn(io, send_all(count, answers), stop);
        io.run();
        return answers;
    }
};

const std::string hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const std::string last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nlast";

BOOST_AUTO_TEST_SUITE(client)

BOOST_FIXTURE_TEST_CASE(requests_share_one_kept_connection, Site)
{
    const auto answers = talk(3, {{{hello, hello, hello}}});
    BOOST_TEST(answers.size() == 3u);
    for (const auto& answer : answers)
        BOOST_TEST(answer->body == "hello");
    BOOST_TEST(server.connections == 1);
    const std::string host_line = "Host: collector.test:" + std::to_string(server.port());
    BOOST_TEST(server.requests[0].find(host_line) != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_connection_the_server_closes_is_replaced_for_the_next_request, Site)
{
    const auto answers = talk(2, {{{last}}, {{hello}}});
    BOOST_TEST(answers[0]->body == "last");
    BOOST_TEST(answers[1]->body == "hello");
    BOOST_TEST(server.connections == 2);
}

BOOST_FIXTURE_TEST_CASE(a_kept_connection_that_breaks_is_replaced_and_the_request_sent_again, Site)
{
    const auto answers = talk(2, {{{hello}, true}, {{hello}}});
    BOOST_TEST(answers[1]->body == "hello");
    BOOST_TEST(server.connections == 2);
}

BOOST_FIXTURE_TEST_CASE(a_new_connection_that_breaks_is_an_error_and_no_endless_loop, Site)
{
    const auto answers = talk(1, {{{""}, true}, {{hello}}});
    BOOST_TEST((answers[0].error().code == Errc::io));
    BOOST_TEST(server.connections == 1);
}

BOOST_FIXTURE_TEST_CASE(an_answer_cut_short_is_an_error_and_not_sent_again, Site)
{
    const auto answers =
        talk(2, {{{hello, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"}, true}, {{hello}}});
    BOOST_TEST((answers[1].error().code == Errc::io));
    BOOST_TEST(server.connections == 1);
}

BOOST_FIXTURE_TEST_CASE(continue_comes_before_the_answer, Site)
{
    const auto answers =
        talk(2, {{{"HTTP/1.1 100 Continue\r\n\r\n" + hello, "HTTP/1.1 103 Hints\r\n\r\n" + last}}});
    BOOST_TEST(answers[0]->body == "hello");
    BOOST_TEST(answers[1]->body == "last");
}

BOOST_FIXTURE_TEST_CASE(an_answer_above_the_limit_is_refused, Site)
{
    limits.body_size_max = 5;
    const auto fits = talk(1, {{{hello}}});
    BOOST_TEST(fits[0]->body == "hello");

    Site other;
    other.limits.body_size_max = 4;
    const auto above = other.talk(1, {{{hello}}});
    BOOST_TEST((above[0].error().code == Errc::too_large));
}

BOOST_FIXTURE_TEST_CASE(a_server_that_does_not_answer_ends_at_the_limit, Site)
{
    limits.answer = 100ms;
    const auto answers = talk(1, {{{"", hello}}});
    BOOST_TEST((answers[0].error().code == Errc::timeout));
}

BOOST_FIXTURE_TEST_CASE(a_server_for_another_name_is_refused, Site)
{
    auto wrong = options();
    wrong.server_name = "other.test";
    client.emplace(
        io.get_executor(), context(wrong), Endpoint{host, server.port()}, resolver, limits);
    const auto answers = talk(1, {{{hello}}});
    BOOST_TEST((answers[0].error().code == Errc::unauthenticated));
    BOOST_TEST(answers[0].error().message.find("connect to 127.0.0.1") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(
    a_server_that_refuses_our_certificate_is_told_apart_from_a_broken_line, Site)
{
    const test::TestPki stranger;
    auto wrong = options();
    wrong.identity = stranger.agent("AGENT1");
    client.emplace(
        io.get_executor(), context(wrong), Endpoint{host, server.port()}, resolver, limits);
    const auto answers = talk(1, {{{hello}}});
    BOOST_TEST((answers[0].error().code == Errc::unauthenticated));
}

BOOST_FIXTURE_TEST_CASE(the_next_address_is_tried_when_one_does_not_answer, Site)
{
    // Nobody listens at 127.0.0.9.
    resolver.addresses.insert(resolver.addresses.begin(), asio::ip::make_address("127.0.0.9"));
    const auto answers = talk(1, {{{hello}}});
    BOOST_TEST(answers[0]->body == "hello");
}

BOOST_FIXTURE_TEST_CASE(a_host_nobody_knows_is_not_found, Site)
{
    host = "nobody.test";
    BOOST_TEST((talk(1, {{{hello}}})[0].error().code == Errc::not_found));
}

BOOST_FIXTURE_TEST_CASE(nobody_listening_is_an_io_error_that_names_the_address, Site)
{
    resolver.addresses = {asio::ip::make_address("127.0.0.9")};
    const auto answers = talk(1, {{{hello}}});
    BOOST_TEST((answers[0].error().code == Errc::io));
    BOOST_TEST(answers[0].error().message.find("connect to 127.0.0.9") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(after_enrolment_the_root_can_be_read_and_the_context_replaced, Site)
{
    auto unknown = options();
    unknown.identity.reset();
    unknown.roots.clear();
    unknown.root_fingerprint = pki().root.fingerprint();
    client.emplace(
        io.get_executor(), context(unknown), Endpoint{host, server.port()}, resolver, limits);
    std::optional<tls::Certificate> root;
    auto enrol = [&]() -> awaitable<void> {
        const Request request;
        const auto answer = co_await client->send(request);
        BOOST_TEST(answer.has_value());
        root = client->peer_root();
        BOOST_TEST(client->connected());
        client->replace_context(context(options()));
        BOOST_TEST(!client->connected());
        const auto again = co_await client->send(request);
        BOOST_TEST(again.has_value());
        BOOST_TEST(client->peer()->common_name == "collector.test");
        client->close();
    };
    asio::co_spawn(io, server.run({{{hello}}, {{hello}}}), asio::detached);
    test::run_coro(io, enrol());
    BOOST_TEST((root->fingerprint() == pki().root.fingerprint()));
    BOOST_TEST(server.connections == 2);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::http
