// A process with a spool is killed at random moments, many times over.

#include "agent/report/spool.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"
#include "tests/support/fake_collector.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <random>
#include <set>
#include <string>

namespace mimamori::agent::report {
namespace {

constexpr int rounds = 25;
constexpr int events_a_round = 1'000'000;

void say(int channel, const std::string& text)
{
    if (::send(channel, text.data(), text.size(), MSG_NOSIGNAL) < 0)
        ::_exit(0);
}

std::string hear(int channel)
{
    static std::array<char, 256 * 1024> buffer;
    const ssize_t got = ::recv(channel, buffer.data(), buffer.size(), 0);
    return got > 0 ? std::string{buffer.data(), static_cast<std::size_t>(got)} : std::string{};
}

/// The victim: stores events, says so, and sends reports, until it is killed.
[[noreturn]] void live(const std::filesystem::path& folder, int channel, int first)
{
    const SystemClock clock;
    auto spool = Spool::open(folder, clock);
    if (!spool)
        ::_exit(1);
    for (int number = first;; ++number)
    {
        wire::Event event;
        event.at = clock.now();
        event.kind = wire::EventKind::usb_attached;
        event.text = std::to_string(number);
        if (!(*spool)->put(event))
            ::_exit(1);
        say(channel, "S" + event.text);
        if (number % 3 != 0)
            continue;
        const auto outgoing =
            (*spool)->next_report({AgentId{"A"}, "0", "boot", clock.now(), false, {}});
        if (!outgoing)
            ::_exit(1);
        say(channel, "R" + outgoing->text);
        const auto receipt = wire::from_json<wire::Receipt>(hear(channel));
        if (receipt && !(*spool)->settle(*receipt))
            ::_exit(1);
    }
}

/// Plays the collector until the victim, killed after `life`, is gone.
void attend(
    int channel,
    pid_t victim,
    std::chrono::milliseconds life,
    tests::FakeCollector& collector,
    std::set<std::string>& stored)
{
    const auto end = std::chrono::steady_clock::now() + life;
    bool is_killed = false;
    for (;;)
    {
        if (!is_killed && std::chrono::steady_clock::now() >= end)
        {
            ::kill(victim, SIGKILL);
            is_killed = true;
        }
        const std::string heard = hear(channel);
        if (heard.empty())
            return;
        if (heard[0] == 'S')
            stored.insert(heard.substr(1));
        else
        {
            const auto delivery = collector.take(heard.substr(1));
            const std::string answer = wire::to_json(delivery.receipt);
            ::send(channel, answer.data(), answer.size(), MSG_NOSIGNAL);
        }
    }
}

BOOST_AUTO_TEST_SUITE(spool_crash)

BOOST_AUTO_TEST_CASE(a_killed_agent_loses_nothing_and_doubles_nothing)
{
    const tests::TempFolder folder;
    tests::FakeCollector collector;
    std::set<std::string> stored;
    std::mt19937 random{std::random_device{}()};
    for (int round = 0; round < rounds; ++round)
    {
        int channel[2];
        BOOST_TEST_REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) == 0);
        const pid_t victim = ::fork();
        if (victim == 0)
        {
            ::close(channel[0]);
            live(folder.path(), channel[1], round * events_a_round);
        }
        ::close(channel[1]);
        const std::chrono::milliseconds life{random() % 120};
        attend(channel[0], victim, life, collector, stored);
        ::close(channel[0]);
        int status = 0;
        ::waitpid(victim, &status, 0);
        BOOST_TEST(WIFSIGNALED(status));
    }

    const SystemClock clock;
    const auto spool = Spool::open(folder.path(), clock).value();
    while (spool->has_backlog())
    {
        const auto outgoing =
            spool->next_report({AgentId{"A"}, "0", "boot", clock.now(), false, {}}).value();
        BOOST_TEST_REQUIRE(spool->settle(collector.take(outgoing.text).receipt).has_value());
    }
    const auto texts = collector.texts();
    const std::set<std::string> arrived{texts.begin(), texts.end()};
    BOOST_TEST_MESSAGE(stored.size() << " events stored over " << rounds << " kills");
    BOOST_TEST(stored.size() > 20);
    BOOST_TEST(arrived.size() == texts.size()); // None twice.
    for (const auto& text : stored)
        BOOST_TEST(arrived.count(text) == 1);
    for (std::size_t i = 1; i < texts.size(); ++i)
        BOOST_TEST(std::stoi(texts[i - 1]) < std::stoi(texts[i])); // In order.
    BOOST_TEST(collector.complaints.empty());
    BOOST_TEST(collector.lost.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::report
