#include "common/http/resolver.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <string>
#include <thread>

namespace mimamori::http {
namespace {

using namespace std::chrono_literals;
using asio::ip::udp;
using Addresses = std::vector<asio::ip::address>;

/// A DNS server on loopback with one answer for every A question, and none for other kinds.
class DnsServer
{
public:
    enum class Says
    {
        address, ///< 192.0.2.53
        unknown, ///< NXDOMAIN
        nothing
    };

    explicit DnsServer(Says says)
        : says_{says}
        , thread_{[this] { serve(); }}
    {}

    ~DnsServer()
    {
        // An empty datagram ends it.
        udp::socket{io_, udp::v4()}.send_to(asio::buffer("", 0), socket_.local_endpoint());
        thread_.join();
    }

    std::string address() const
    {
        return "127.0.0.1:" + std::to_string(socket_.local_endpoint().port());
    }

private:
    void serve()
    {
        std::array<char, 512> buffer{};
        for (;;)
        {
            udp::endpoint client;
            const std::size_t size = socket_.receive_from(asio::buffer(buffer), client);
            if (size == 0)
                return;
            if (says_ != Says::nothing)
                socket_.send_to(asio::buffer(answer_to({buffer.data(), size})), client);
        }
    }

    std::string answer_to(std::string question) const
    {
        // Header of 12 bytes, then the question: labels, a zero, type, class.
        const std::size_t end = question.find('\0', 12) + 5;
        const bool asks_for_v4 = question[end - 3] == 1;
        std::string answer = question.substr(0, end);
        answer[2] = '\x81';
        answer[3] = says_ == Says::unknown ? '\x83' : '\x80';
        answer[7] = says_ == Says::address && asks_for_v4 ? 1 : 0;
        answer[11] = 0; // No additional records.
        if (answer[7] == 1)
            answer += std::string("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\x35", 16);
        return answer;
    }

    asio::io_context io_;
    udp::socket socket_{io_, {asio::ip::make_address("127.0.0.1"), 0}};
    Says says_;
    std::thread thread_;
};

Result<Addresses> resolve(SystemResolver resolver, const std::string& host, Errc* = nullptr)
{
    asio::io_context io;
    return test::run_coro(io, resolver.resolve(host, std::chrono::steady_clock::now() + 20s));
}

BOOST_AUTO_TEST_SUITE(resolver)

BOOST_AUTO_TEST_CASE(a_numeric_host_is_its_own_answer)
{
    BOOST_TEST(
        (resolve(SystemResolver{}, "192.0.2.1").value()
         == Addresses{asio::ip::make_address("192.0.2.1")}));
    BOOST_TEST(
        (resolve(SystemResolver{}, "2001:db8::1").value()
         == Addresses{asio::ip::make_address("2001:db8::1")}));
}

BOOST_AUTO_TEST_CASE(the_hosts_file_knows_localhost)
{
    const auto addresses = resolve(SystemResolver{}, "localhost");
    BOOST_REQUIRE(addresses.has_value());
    for (const auto& address : *addresses)
        BOOST_TEST(address.is_loopback());
}

BOOST_AUTO_TEST_CASE(a_name_is_asked_of_the_dns_server)
{
    const DnsServer server{DnsServer::Says::address};
    BOOST_TEST(
        (resolve(SystemResolver{server.address()}, "collector.hospital.test").value()
         == Addresses{asio::ip::make_address("192.0.2.53")}));
}

BOOST_AUTO_TEST_CASE(a_name_nobody_knows_is_not_found)
{
    const DnsServer server{DnsServer::Says::unknown};
    const auto answer = resolve(SystemResolver{server.address()}, "nobody.hospital.test");
    BOOST_TEST((answer.error().code == Errc::not_found));
    BOOST_TEST(answer.error().message.find("nobody.hospital.test") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_answer_ends_at_the_deadline)
{
    const DnsServer server{DnsServer::Says::nothing};
    SystemResolver resolver{server.address()};
    asio::io_context io;
    const auto answer = test::run_coro(
        io, resolver.resolve("slow.hospital.test", std::chrono::steady_clock::now() + 100ms));
    BOOST_TEST((answer.error().code == Errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_question_can_be_cancelled)
{
    const DnsServer server{DnsServer::Says::nothing};
    SystemResolver resolver{server.address()};
    asio::io_context io;
    asio::cancellation_signal stop;
    std::optional<Errc> code;
    auto finished = [&](std::exception_ptr, Result<Addresses> answer) {
        code = answer.error().code;
    };
    asio::co_spawn(
        io, resolver.resolve("slow.hospital.test", std::chrono::steady_clock::now() + 20s),
        asio::bind_cancellation_slot(stop.slot(), finished));
    asio::post(io, [&] { stop.emit(asio::cancellation_type::terminal); });
    io.run();
    BOOST_TEST((code == Errc::cancelled));
}

BOOST_AUTO_TEST_CASE(servers_that_are_no_addresses_are_refused)
{
    BOOST_TEST(
        (resolve(SystemResolver{"not an address"}, "x.test").error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::http
