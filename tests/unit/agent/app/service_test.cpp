#include "agent/app/service.hpp"
#include "common/platform/notify_socket.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/agent/probes/private_bus.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::agent::app {
namespace {

using namespace std::chrono_literals;
using boost::asio::local::datagram_protocol;

/// The service manager's end of $NOTIFY_SOCKET.
class Manager
{
public:
    explicit Manager(const std::string& place)
        : socket_{io_, datagram_protocol::endpoint{place}}
    {
        socket_.non_blocking(true);
        std::string shown = place;
        if (shown.front() == '\0')
            shown.front() = '@';
        ::setenv("NOTIFY_SOCKET", shown.c_str(), 1);
    }

    ~Manager() { ::unsetenv("NOTIFY_SOCKET"); }

    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    /// What was said next; "" when nothing was.
    std::string heard()
    {
        std::string text(512, '\0');
        boost::system::error_code ec;
        text.resize(socket_.receive(boost::asio::buffer(text), 0, ec));
        return ec ? "" : text;
    }

private:
    boost::asio::io_context io_;
    datagram_protocol::socket socket_;
};

void set_watchdog(const char* micros, const std::string& process)
{
    ::setenv("WATCHDOG_USEC", micros, 1);
    if (process.empty())
        ::unsetenv("WATCHDOG_PID");
    else
        ::setenv("WATCHDOG_PID", process.c_str(), 1);
}

BOOST_AUTO_TEST_SUITE(agent_service)

BOOST_AUTO_TEST_CASE(the_manager_hears_each_state_once)
{
    const tests::TempFolder folder;
    Manager manager{(folder.path() / "notify").string()};
    ServiceManager::ready("reports to collector.example");
    BOOST_TEST(manager.heard() == "READY=1\nSTATUS=reports to collector.example");
    ServiceManager::alive();
    BOOST_TEST(manager.heard() == "WATCHDOG=1");
    ServiceManager::stopping();
    BOOST_TEST(manager.heard() == "STOPPING=1");
    BOOST_TEST(manager.heard() == "");
}

BOOST_AUTO_TEST_CASE(a_socket_without_a_file_is_spoken_to_as_well)
{
    Manager manager{'\0' + ("mimamori-notify-" + std::to_string(::getpid()))};
    ServiceManager::alive();
    BOOST_TEST(manager.heard() == "WATCHDOG=1");
}

BOOST_AUTO_TEST_CASE(a_manager_that_is_not_there_does_no_harm)
{
    ::unsetenv("NOTIFY_SOCKET");
    ServiceManager::alive();
    for (const std::string& place :
         {std::string{""}, std::string{"relative"}, std::string{"/nowhere/at/all"},
          '/' + std::string(200, 'x')})
    {
        ::setenv("NOTIFY_SOCKET", place.c_str(), 1);
        ServiceManager::alive();
    }
    ::unsetenv("NOTIFY_SOCKET");
}

BOOST_AUTO_TEST_CASE(the_watchdog_is_called_twice_as_often_as_it_asks)
{
    set_watchdog("600000000", std::to_string(::getpid()));
    const ServiceManager manager;
    BOOST_TEST_REQUIRE(manager.watchdog().has_value());
    BOOST_TEST((*manager.watchdog() == 5min));
    // The variables are for this process and go no further.
    BOOST_TEST((std::getenv("WATCHDOG_USEC") == nullptr));
    BOOST_TEST((std::getenv("WATCHDOG_PID") == nullptr));
}

BOOST_AUTO_TEST_CASE(a_watchdog_for_another_process_or_without_sense_is_none)
{
    set_watchdog("600000000", std::to_string(::getpid() + 1));
    BOOST_TEST(!ServiceManager{}.watchdog().has_value());
    for (const char* micros : {"0", "", "soon", "1s", "-5"})
    {
        set_watchdog(micros, "");
        BOOST_TEST(!ServiceManager{}.watchdog().has_value(), micros);
    }
    set_watchdog("2000000", "");
    BOOST_TEST((ServiceManager{}.watchdog() == 1s));
}

awaitable<bool> asked_to_stop(boost::asio::any_io_executor executor, int signal)
{
    StopRequest request{executor};
    std::raise(signal);
    const bool asked = co_await request.wait();
    co_return asked;
}

BOOST_AUTO_TEST_CASE(both_polite_signals_ask_to_stop)
{
    for (const int signal : {SIGTERM, SIGINT})
    {
        boost::asio::io_context io;
        BOOST_TEST(test::run_coro(io, asked_to_stop(io.get_executor(), signal)), signal);
    }
}

struct StopCase
{
    bool has_systemd;
    std::vector<const char*> jobs;
    bool logins_closed;
    const char* reason;
};

BOOST_AUTO_TEST_CASE(a_machine_that_goes_down_is_told_from_a_service_that_is_stopped)
{
    const StopCase cases[] = {
        {true, {"shutdown.target", "reboot.target"}, false, "shutdown"},
        {true, {"mimamori-agent.service"}, false, "service stop"},
        // Somebody closed the logins for work on the machine: systemd knows better.
        {true, {"mimamori-agent.service"}, true, "service stop"},
        {false, {}, true, "shutdown"},
        {false, {}, false, "service stop"}};
    for (const StopCase& one : cases)
    {
        const probes::test::PrivateBus bus{"run/dbus/system_bus_socket"};
        std::optional<probes::test::FakeSystemd> systemd;
        if (one.has_systemd)
            systemd.emplace(bus.socket(), 1, one.jobs);
        if (one.logins_closed)
            std::ofstream{bus.root() / "run" / "nologin"};
        BOOST_TEST(stop_reason(bus.root()) == one.reason);
    }
    const tests::TempFolder empty; // Not even a bus.
    BOOST_TEST(stop_reason(empty.path()) == "service stop");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::app
