#include "agent/probes/system_bus.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <dbus/dbus.h>
#include <fstream>
#include <spawn.h>
#include <thread>

extern char** environ; // NOLINT: POSIX has no header for it.

namespace mimamori::agent::probes {
namespace {

using namespace std::chrono_literals;

/// A message bus of our own, run by the real dbus-daemon.
class PrivateBus
{
public:
    PrivateBus()
    {
        const auto configuration = folder_.root() / "bus.conf";
        std::ofstream{configuration}
            << "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
               "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
               "<busconfig><type>session</type><auth>EXTERNAL</auth><listen>unix:path="
            << socket()
            << "</listen><policy context=\"default\"><allow send_destination=\"*\"/>"
               "<allow receive_sender=\"*\"/><allow own=\"*\"/></policy></busconfig>\n";
        std::string program = "dbus-daemon";
        std::string option = "--config-file=" + configuration.string();
        std::string stay = "--nofork";
        char* arguments[] = {program.data(), option.data(), stay.data(), nullptr};
        BOOST_REQUIRE(
            ::posix_spawnp(&process_, "dbus-daemon", nullptr, nullptr, arguments, environ) == 0);
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!can_connect() && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(10ms);
    }

    ~PrivateBus()
    {
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
    }

    std::string socket() const { return (folder_.root() / "socket").string(); }

private:
    bool can_connect() const
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, socket().c_str(), sizeof address.sun_path - 1);
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        const bool connected =
            ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(fd);
        return connected;
    }

    tests::RecordedTree folder_;
    pid_t process_{-1};
};

/// Answers ListUnits under systemd's name, with libdbus.
class FakeSystemd
{
public:
    explicit FakeSystemd(const std::string& socket, int units)
        : units_{units}
    {
        DBusError error = DBUS_ERROR_INIT;
        const std::string address = "unix:path=" + socket;
        connection_ = dbus_connection_open_private(address.c_str(), &error);
        BOOST_REQUIRE(connection_ != nullptr);
        BOOST_REQUIRE(dbus_bus_register(connection_, &error));
        BOOST_REQUIRE(
            dbus_bus_request_name(connection_, "org.freedesktop.systemd1", 0, &error)
            == DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER);
        thread_ = std::thread{[this] { serve(); }};
    }

    ~FakeSystemd()
    {
        stop_ = true;
        thread_.join();
        dbus_connection_close(connection_);
        dbus_connection_unref(connection_);
    }

private:
    void serve()
    {
        while (!stop_)
        {
            dbus_connection_read_write(connection_, 20);
            while (DBusMessage* message = dbus_connection_pop_message(connection_))
            {
                if (dbus_message_is_method_call(
                        message, "org.freedesktop.systemd1.Manager", "ListUnits"))
                    answer(message);
                dbus_message_unref(message);
            }
        }
    }

    void answer(DBusMessage* call)
    {
        DBusMessage* reply = dbus_message_new_method_return(call);
        DBusMessageIter whole;
        DBusMessageIter array;
        dbus_message_iter_init_append(reply, &whole);
        dbus_message_iter_open_container(&whole, DBUS_TYPE_ARRAY, "(ssssssouso)", &array);
        for (int i = 0; i < units_; ++i)
        {
            const std::string name = "unit" + std::to_string(i) + ".service";
            const char* texts[] = {
                name.c_str(),
                i % 2 == 0 ? "An even one" : "odd",
                "loaded",
                i == 1 ? "failed" : "active",
                i == 1 ? "failed" : "running",
                ""};
            const char* path = "/org/freedesktop/systemd1/unit/x";
            const char* job_type = "";
            const char* job_path = "/";
            const dbus_uint32_t job = 0;
            DBusMessageIter unit;
            dbus_message_iter_open_container(&array, DBUS_TYPE_STRUCT, nullptr, &unit);
            for (const char* text : texts)
                dbus_message_iter_append_basic(&unit, DBUS_TYPE_STRING, &text);
            dbus_message_iter_append_basic(&unit, DBUS_TYPE_OBJECT_PATH, &path);
            dbus_message_iter_append_basic(&unit, DBUS_TYPE_UINT32, &job);
            dbus_message_iter_append_basic(&unit, DBUS_TYPE_STRING, &job_type);
            dbus_message_iter_append_basic(&unit, DBUS_TYPE_OBJECT_PATH, &job_path);
            dbus_message_iter_close_container(&array, &unit);
        }
        dbus_message_iter_close_container(&whole, &array);
        dbus_connection_send(connection_, reply, nullptr);
        dbus_connection_flush(connection_);
        dbus_message_unref(reply);
    }

    int units_;
    DBusConnection* connection_{nullptr};
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

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
    const tests::RecordedTree folder;
    const std::string path = (folder.root() / "none").string();
    const auto units = list_units(path);
    BOOST_TEST_REQUIRE(units.has_error());
    BOOST_TEST((units.error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_silent_bus_is_left_after_two_seconds)
{
    const tests::RecordedTree folder;
    const std::string path = (folder.root() / "socket").string();
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
