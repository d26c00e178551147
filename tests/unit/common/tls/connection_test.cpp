#include "common/tls/connection.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/test_pki.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <string>

namespace mimamori::tls {
namespace {

using asio::ip::tcp;

const test::TestPki& pki()
{
    static const test::TestPki made;
    return made;
}

Deadline soon()
{
    return std::chrono::steady_clock::now() + std::chrono::seconds{10};
}

/// Both ends of one TCP connection over loopback.
struct Sockets
{
    asio::io_context io;
    tcp::socket server{io};
    tcp::socket client{io};

    Sockets()
    {
        tcp::acceptor acceptor{io, {asio::ip::make_address("127.0.0.1"), 0}};
        client.connect(acceptor.local_endpoint());
        server = acceptor.accept();
    }
};

awaitable<void> shake(Connection& connection, Result<void>& outcome)
{
    outcome = co_await connection.handshake(soon());
    if (!outcome)
        connection.socket().close();
}

/// What both ends know after a handshake, and after the client has read its first byte: in TLS 1.3
/// the client learns only then whether its certificate was accepted.
struct Outcome
{
    Result<void> server;
    Result<void> client;
    std::optional<PeerCertificate> client_seen;
    std::optional<PeerCertificate> server_seen;
    std::optional<Certificate> root_seen;
};

awaitable<void> greet(Connection& connection, Result<void>& outcome)
{
    co_await shake(connection, outcome);
    if (outcome)
        outcome = co_await connection.write_all("hello", soon());
}

awaitable<void> be_greeted(Connection& connection, Result<void>& outcome)
{
    co_await shake(connection, outcome);
    if (!outcome)
        co_return;
    std::array<char, 16> buffer{};
    const auto count = co_await connection.read_some(buffer, soon());
    if (!count)
        outcome = count.error();
}

Outcome meet(const Context& server_context, const Context& client_context)
{
    Sockets sockets;
    auto server = Connection::open(std::move(sockets.server), server_context).value();
    auto client = Connection::open(std::move(sockets.client), client_context).value();
    Outcome outcome;
    asio::co_spawn(sockets.io, greet(server, outcome.server), asio::detached);
    asio::co_spawn(sockets.io, be_greeted(client, outcome.client), asio::detached);
    sockets.io.run();
    outcome.client_seen = server.peer();
    outcome.server_seen = client.peer();
    outcome.root_seen = client.peer_root();
    return outcome;
}

Outcome meet(const AgentPortOptions& server, const ClientOptions& client)
{
    return meet(Context::agent_port(server).value(), Context::client(client).value());
}

ClientOptions client_as(Identity identity)
{
    auto options = pki().client();
    options.identity = std::move(identity);
    return options;
}

BOOST_AUTO_TEST_SUITE(connection)

BOOST_AUTO_TEST_CASE(an_agent_and_its_collector_know_each_other_after_the_handshake)
{
    const auto agent = pki().agent("AGENT1");
    const Outcome outcome = meet(pki().agent_port(), client_as(agent));
    BOOST_REQUIRE(outcome.server.has_value());
    BOOST_REQUIRE(outcome.client.has_value());
    BOOST_REQUIRE(outcome.client_seen.has_value());
    BOOST_TEST(outcome.client_seen->common_name == "AGENT1");
    BOOST_TEST((outcome.client_seen->standing == Standing::valid));
    BOOST_TEST((outcome.client_seen->fingerprint == agent.chain.front().fingerprint()));
    BOOST_TEST((outcome.client_seen->key_fingerprint == agent.key.public_key().fingerprint()));
    BOOST_TEST(outcome.client_seen->serial == agent.chain.front().info().serial);
    BOOST_TEST((outcome.root_seen->fingerprint() == pki().root.fingerprint()));
}

BOOST_AUTO_TEST_CASE(a_client_without_a_certificate_connects_and_is_nobody)
{
    const Outcome outcome = meet(pki().agent_port(), pki().client());
    BOOST_TEST(outcome.server.has_value());
    BOOST_TEST(outcome.client.has_value());
    BOOST_TEST(!outcome.client_seen.has_value());
}

BOOST_AUTO_TEST_CASE(before_enrolment_the_fingerprint_of_the_root_is_enough)
{
    auto client = pki().client();
    client.roots.clear();
    client.root_fingerprint = pki().root.fingerprint();
    const Outcome outcome = meet(pki().agent_port(), client);
    BOOST_TEST(outcome.client.has_value());
    BOOST_TEST((outcome.root_seen->to_pem() == pki().root.to_pem()));
}

BOOST_AUTO_TEST_CASE(another_fingerprint_is_not)
{
    auto client = pki().client();
    client.roots.clear();
    client.root_fingerprint = pki().servers_ca.fingerprint();
    client.root_fingerprint->back() ^= 1;
    const Outcome outcome = meet(pki().agent_port(), client);
    BOOST_TEST((outcome.client.error().code == Errc::unauthenticated));
    BOOST_TEST(!outcome.server.has_value());
}

BOOST_AUTO_TEST_CASE(the_fingerprint_of_an_issuing_ca_does_not_make_it_a_root)
{
    auto client = pki().client();
    client.roots.clear();
    client.root_fingerprint = pki().servers_ca.fingerprint();
    BOOST_TEST((meet(pki().agent_port(), client).client.error().code == Errc::unauthenticated));
}

BOOST_AUTO_TEST_CASE(an_agent_of_another_site_is_refused)
{
    const test::TestPki other;
    const Outcome outcome = meet(pki().agent_port(), client_as(other.agent("AGENT1")));
    BOOST_TEST((outcome.server.error().code == Errc::unauthenticated));
    BOOST_TEST((outcome.client.error().code == Errc::unauthenticated));
    BOOST_TEST(outcome.client.error().message.find("alert") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_of_another_site_is_refused)
{
    const test::TestPki other;
    const Outcome outcome = meet(other.agent_port(), pki().client());
    BOOST_TEST((outcome.client.error().code == Errc::unauthenticated));
}

BOOST_AUTO_TEST_CASE(an_agents_certificate_presented_as_a_servers_is_refused)
{
    auto port = pki().agent_port();
    auto agent = pki().agent("collector.test");
    agent.chain.push_back(pki().agents_ca);
    agent.chain.push_back(pki().root);
    port.identity = agent;
    const Outcome outcome = meet(port, pki().client());
    BOOST_TEST((outcome.client.error().code == Errc::unauthenticated));
}

BOOST_AUTO_TEST_CASE(a_servers_certificate_presented_as_an_agents_is_refused)
{
    auto server = pki().server();
    const Outcome outcome = meet(pki().agent_port(), client_as(server));
    BOOST_TEST((outcome.server.error().code == Errc::unauthenticated));
    BOOST_TEST((outcome.client.error().code == Errc::unauthenticated));
}

BOOST_AUTO_TEST_CASE(an_agents_ca_that_the_collector_does_not_name_is_refused)
{
    // The same root has signed it, but it is not the issuer in use.
    const auto key = PrivateKey::generate().value();
    const auto rogue = issue_ca(
                           {pki().root, pki().root_key}, key.public_key(), "Rogue agents CA",
                           CaPurpose::agents, test::days_around_now(1, 100))
                           .value();
    auto leaf_key = PrivateKey::generate().value();
    auto leaf =
        issue_agent({rogue, key}, leaf_key.public_key(), "AGENT1", test::days_around_now(1, 50))
            .value();
    auto port = pki().agent_port();
    port.roots.push_back(rogue); // As if it had been learned somewhere.
    const Outcome outcome = meet(port, client_as({leaf_key, {leaf}}));
    BOOST_TEST((outcome.server.error().code == Errc::unauthenticated));
    BOOST_TEST(outcome.server.error().message.find("agents' CA") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_for_another_name_is_refused)
{
    auto client = pki().client();
    client.server_name = "127.0.0.2";
    BOOST_TEST((meet(pki().agent_port(), client).client.error().code == Errc::unauthenticated));
    client.server_name = "other.test";
    BOOST_TEST((meet(pki().agent_port(), client).client.error().code == Errc::unauthenticated));
    client.server_name = "collector.test";
    BOOST_TEST(meet(pki().agent_port(), client).client.has_value());
}

BOOST_AUTO_TEST_CASE(an_expired_agent_connects_as_expired_until_the_grace_ends)
{
    using namespace std::chrono_literals;
    // Expired one second less than 400 days ago, and exactly 400 days ago.
    const tls::Validity just_inside{test::pki_now() - 490 * 24h, test::pki_now() - 400 * 24h + 1s};
    const tls::Validity just_outside{test::pki_now() - 490 * 24h, test::pki_now() - 400 * 24h};

    const Outcome inside = meet(pki().agent_port(), client_as(pki().agent("A", just_inside)));
    BOOST_REQUIRE(inside.client_seen.has_value());
    BOOST_TEST((inside.client_seen->standing == Standing::expired));

    const Outcome outside = meet(pki().agent_port(), client_as(pki().agent("A", just_outside)));
    BOOST_TEST((outside.server.error().code == Errc::unauthenticated));
    BOOST_TEST(outside.server.error().message.find("too long ago") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_agents_certificate_of_the_future_is_refused)
{
    const tls::Validity future{
        test::pki_now() + std::chrono::hours{1}, test::pki_now() + std::chrono::hours{100}};
    const Outcome outcome = meet(pki().agent_port(), client_as(pki().agent("A", future)));
    BOOST_TEST((outcome.server.error().code == Errc::unauthenticated));
}

BOOST_AUTO_TEST_CASE(an_expired_server_is_refused_by_the_time_the_client_trusts)
{
    using namespace std::chrono_literals;
    auto client = pki().client();
    client.now = [] { return test::pki_now() + 301 * 24h; };
    BOOST_TEST((meet(pki().agent_port(), client).client.error().code == Errc::unauthenticated));
    client.now = [] { return test::pki_now() + 299 * 24h; };
    BOOST_TEST(meet(pki().agent_port(), client).client.has_value());
}

BOOST_AUTO_TEST_CASE(a_client_that_is_behind_accepts_a_server_renewed_meanwhile)
{
    auto client = pki().client();
    client.now = [] { return Timestamp{}; };
    BOOST_TEST(meet(pki().agent_port(), client).client.has_value());
}

BOOST_AUTO_TEST_CASE(whose_certificate_was_refused_is_named)
{
    const test::TestPki other;
    const Outcome outcome = meet(other.agent_port(), pki().client());
    BOOST_TEST(
        outcome.client.error().message.find(
            "certificate of \"collector.test\" issued by \"Test servers CA\"")
        != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_revoked_agent_is_told_so)
{
    auto port = pki().agent_port();
    port.check = [](const CertificateInfo& leaf) -> Result<void> {
        if (leaf.common_name == "LOST")
            return Error{Errc::forbidden, "revoked on 2026-11-20"};
        return Result<void>{};
    };
    const Outcome outcome = meet(port, client_as(pki().agent("LOST")));
    BOOST_TEST((outcome.server.error().code == Errc::unauthenticated));
    BOOST_TEST(
        outcome.server.error().message
        == "tls handshake: certificate of \"LOST\": revoked on 2026-11-20");
    BOOST_TEST((outcome.client.error().code == Errc::unauthenticated));
    BOOST_TEST(outcome.client.error().message.find("revoked") != std::string::npos);
    BOOST_TEST(meet(port, client_as(pki().agent("OTHER"))).server.has_value());
}

BOOST_AUTO_TEST_CASE(a_revoked_agent_is_refused_even_when_expired)
{
    auto port = pki().agent_port();
    port.check = [](const CertificateInfo&) -> Result<void> {
        return Error{Errc::forbidden, "revoked"};
    };
    const Outcome outcome = meet(port, client_as(pki().agent("A", test::days_around_now(100, -5))));
    BOOST_TEST((outcome.server.error().code == Errc::unauthenticated));
    BOOST_TEST(!outcome.client_seen.has_value());
}

BOOST_AUTO_TEST_CASE(a_check_that_throws_lets_nobody_in)
{
    auto port = pki().agent_port();
    port.check = [](const CertificateInfo&) -> Result<void> {
        throw std::runtime_error{"the directory is broken"};
    };
    const Outcome outcome = meet(port, client_as(pki().agent("A")));
    BOOST_TEST((outcome.server.error().code == Errc::unauthenticated));
}

BOOST_AUTO_TEST_CASE(the_agents_check_can_refuse_an_older_server)
{
    auto client = pki().client();
    client.check = [](const CertificateInfo& leaf) -> Result<void> {
        if (leaf.not_before < test::pki_now() - std::chrono::hours{1})
            return Error{Errc::conflict, "older than the one seen before"};
        return Result<void>{};
    };
    const Outcome outcome = meet(pki().agent_port(), client);
    BOOST_TEST((outcome.client.error().code == Errc::unauthenticated));
    BOOST_TEST(outcome.client.error().message.find("older than") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_the_certificates_makes_no_context)
{
    auto port = pki().agent_port();
    port.identity.key = PrivateKey::generate().value();
    BOOST_TEST((Context::agent_port(port).error().code == Errc::invalid_input));
    auto client = pki().client();
    client.roots.clear();
    BOOST_TEST((Context::client(client).error().code == Errc::invalid_input));
    auto unchecked = pki().agent_port();
    unchecked.check = nullptr;
    BOOST_TEST((Context::agent_port(unchecked).error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_silent_peer_ends_the_handshake_at_its_deadline)
{
    Sockets sockets;
    auto context = Context::agent_port(pki().agent_port()).value();
    auto server = Connection::open(std::move(sockets.server), context).value();
    const auto outcome = test::run_coro(
        sockets.io,
        server.handshake(std::chrono::steady_clock::now() + std::chrono::milliseconds{30}));
    BOOST_TEST((outcome.error().code == Errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_peer_that_speaks_something_else_is_invalid_input)
{
    Sockets sockets;
    auto context = Context::agent_port(pki().agent_port()).value();
    auto server = Connection::open(std::move(sockets.server), context).value();
    asio::write(sockets.client, asio::buffer(std::string{"GET / HTTP/1.1\r\nHost: x\r\n\r\n"}));
    const auto outcome = test::run_coro(sockets.io, server.handshake(soon()));
    BOOST_TEST((outcome.error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_peer_that_leaves_during_the_handshake_is_io)
{
    Sockets sockets;
    auto context = Context::agent_port(pki().agent_port()).value();
    auto server = Connection::open(std::move(sockets.server), context).value();
    sockets.client.close();
    const auto outcome = test::run_coro(sockets.io, server.handshake(soon()));
    BOOST_TEST((outcome.error().code == Errc::io));
    BOOST_TEST(outcome.error().message == "tls handshake: the other side closed the connection");
}

BOOST_AUTO_TEST_CASE(a_cancelled_wait_says_so_and_stays_cancelled)
{
    Sockets sockets;
    auto context = Context::agent_port(pki().agent_port()).value();
    auto server = Connection::open(std::move(sockets.server), context).value();
    asio::cancellation_signal stop;
    Result<void> outcome;
    auto finished = [&](std::exception_ptr, Result<void> result) { outcome = std::move(result); };
    asio::co_spawn(
        sockets.io, server.handshake(soon()), asio::bind_cancellation_slot(stop.slot(), finished));
    asio::post(sockets.io, [&] { stop.emit(asio::cancellation_type::terminal); });
    sockets.io.run();
    BOOST_TEST((outcome.error().code == Errc::cancelled));
}

awaitable<void> send_much(Connection& connection, std::string_view bytes, Result<void>& outcome)
{
    outcome = co_await connection.handshake(soon());
    if (outcome)
        outcome = co_await connection.write_all(bytes, soon());
    if (outcome)
        outcome = co_await connection.shutdown(soon());
}

awaitable<void> receive_all(Connection& connection, std::string& received)
{
    const auto shaken = co_await connection.handshake(soon());
    std::array<char, 5000> buffer{};
    while (shaken)
    {
        const auto count = co_await connection.read_some(buffer, soon());
        if (!count || *count == 0)
        {
            received += count ? "|goodbye" : "|" + count.error().message;
            co_return;
        }
        received.append(buffer.data(), *count);
    }
}

BOOST_AUTO_TEST_CASE(what_is_more_than_the_socket_holds_arrives_whole_and_ends_with_a_goodbye)
{
    Sockets sockets;
    auto server =
        Connection::open(std::move(sockets.server), Context::agent_port(pki().agent_port()).value())
            .value();
    auto client =
        Connection::open(
            std::move(sockets.client), Context::client(client_as(pki().agent("A"))).value())
            .value();
    std::string sent;
    for (int i = 0; i < 800'000; ++i)
        sent += std::to_string(i);
    Result<void> outcome;
    std::string received;
    asio::co_spawn(sockets.io, send_much(client, sent, outcome), asio::detached);
    asio::co_spawn(sockets.io, receive_all(server, received), asio::detached);
    sockets.io.run();
    BOOST_TEST(outcome.has_value());
    BOOST_TEST((received == sent + "|goodbye"));
}

awaitable<void> shake_and_vanish(Connection& connection)
{
    const auto shaken = co_await connection.handshake(soon());
    BOOST_TEST(shaken.has_value());
    connection.socket().close();
}

BOOST_AUTO_TEST_CASE(a_cut_connection_is_not_a_goodbye)
{
    Sockets sockets;
    auto server =
        Connection::open(std::move(sockets.server), Context::agent_port(pki().agent_port()).value())
            .value();
    auto client =
        Connection::open(std::move(sockets.client), Context::client(pki().client()).value())
            .value();
    std::string received;
    asio::co_spawn(sockets.io, shake_and_vanish(client), asio::detached);
    asio::co_spawn(sockets.io, receive_all(server, received), asio::detached);
    sockets.io.run();
    BOOST_TEST(received == "|tls read: the other side closed the connection");
}

awaitable<void> write_until_refused(Connection& connection, Result<void>& outcome)
{
    outcome = co_await connection.handshake(soon());
    while (outcome)
        outcome = co_await connection.write_all(std::string(10'000, 'x'), soon());
}

BOOST_AUTO_TEST_CASE(writing_to_a_peer_that_has_gone_is_an_error_and_not_a_signal)
{
    Sockets sockets;
    auto server =
        Connection::open(std::move(sockets.server), Context::agent_port(pki().agent_port()).value())
            .value();
    auto client =
        Connection::open(std::move(sockets.client), Context::client(pki().client()).value())
            .value();
    Result<void> outcome;
    asio::co_spawn(sockets.io, shake_and_vanish(client), asio::detached);
    asio::co_spawn(sockets.io, write_until_refused(server, outcome), asio::detached);
    sockets.io.run();
    BOOST_TEST((outcome.error().code == Errc::io));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::tls
