#include "agent/probes/system_bus.hpp"
#include "tests/unit/agent/probes/private_bus.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <vector>

namespace mimamori::agent::probes {
namespace {

using namespace test;

BOOST_AUTO_TEST_SUITE(system_bus)

BOOST_AUTO_TEST_CASE(units_come_over_a_real_bus)
{
    const PrivateBus bus;
    const FakeSystemd systemd{bus.socket(), 300};
    const auto units = list_units(bus.socket());
    BOOST_TEST_REQUIRE(units.has_value(), (units ? "" : units.error().message));
    BOOST_TEST(units->size() == 300U);
    BOOST_TEST(((*units)[0] == UnitState{"unit0.service", "active", "running"}));
    BOOST_TEST(((*units)[1] == UnitState{"unit1.service", "failed", "failed"}));
    BOOST_TEST(((*units)[299] == UnitState{"unit299.service", "active", "running"}));
}

BOOST_AUTO_TEST_CASE(a_bus_without_systemd_is_unavailable)
{
    const PrivateBus bus;
    const auto units = list_units(bus.socket());
    BOOST_TEST_REQUIRE(units.has_error());
    BOOST_TEST((units.error().code == Errc::unavailable));
    BOOST_TEST(units.error().message == "system bus: org.freedesktop.DBus.Error.ServiceUnknown");
}

BOOST_AUTO_TEST_CASE(no_bus_at_all_is_not_found)
{
    const tests::TempFolder folder;
    const std::string path = (folder.path() / "none").string();
    const auto units = list_units(path);
    BOOST_TEST_REQUIRE(units.has_error());
    BOOST_TEST((units.error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_silent_bus_is_left_after_two_seconds)
{
    const tests::TempFolder folder;
    const std::string path = (folder.path() / "socket").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    BOOST_REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    BOOST_REQUIRE(::listen(fd, 1) == 0);
    const auto units = list_units(path);
    ::close(fd);
    BOOST_TEST_REQUIRE(units.has_error());
    BOOST_TEST((units.error().code == Errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_machine_goes_down_when_systemd_has_a_job_for_it)
{
    struct JobsCase
    {
        std::vector<const char*> jobs;
        bool goes_down;
    };

    const JobsCase cases[] = {
        {{}, false},
        {{"cron.service", "multi-user.target"}, false},
        {{"mimamori-agent.service"}, false},
        {{"cron.service", "shutdown.target", "poweroff.target"}, true},
        {{"shutdown.target"}, true}};
    for (const JobsCase& one : cases)
    {
        const PrivateBus bus;
        const FakeSystemd systemd{bus.socket(), 3, one.jobs};
        const auto is_down = is_going_down(bus.socket());
        BOOST_TEST_REQUIRE(is_down.has_value(), (is_down ? "" : is_down.error().message));
        BOOST_TEST(*is_down == one.goes_down);
    }
}

BOOST_AUTO_TEST_CASE(whether_it_goes_down_is_not_known_without_systemd)
{
    const PrivateBus bus;
    BOOST_TEST((is_going_down(bus.socket()).error().code == Errc::unavailable));
    BOOST_TEST((is_going_down(bus.socket() + "-gone").error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(damaged_messages_are_refused)
{
    const std::string call = bus_call(7, "a.b", "/c", "d.e", "F");
    BOOST_TEST(call.size() % 8 == 0U);
    BOOST_TEST(bus_message_size(call).value() == call.size());
    BOOST_TEST(parse_bus_message(call).has_value());
    for (std::size_t cut = 0; cut < call.size(); ++cut)
        BOOST_TEST(parse_bus_message(call.substr(0, cut)).has_error(), cut);
    BOOST_TEST(bus_message_size("B" + call.substr(1)).has_error()); // big-endian
    BOOST_TEST(
        bus_message_size(std::string{"l\1\0\1\xff\xff\xff\x7f", 8} + call.substr(8)).has_error());
    BOOST_TEST(parse_unit_list("").has_error());
    BOOST_TEST(parse_unit_list(std::string(8, '\0')).value().empty());
    BOOST_TEST(parse_unit_list(std::string{"\x10\0\0\0\0\0\0\0", 8}).has_error());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
