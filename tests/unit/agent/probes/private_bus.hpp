#pragma once

// A message bus of its own with something that answers as systemd does.

#include "tests/support/temp_folder.hpp"

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
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <string>
#include <thread>
#include <utility>
#include <vector>

extern char** environ; // NOLINT: POSIX has no header for it.

namespace mimamori::agent::probes::test {

using namespace std::chrono_literals;

/// A message bus of our own, run by the real dbus-daemon.
class PrivateBus
{
public:
    PrivateBus()
        : PrivateBus{std::filesystem::path{"socket"}}
    {}

    /// The socket is at this place below `root`.
    explicit PrivateBus(const std::filesystem::path& place)
        : socket_{folder_.path() / place}
    {
        std::filesystem::create_directories(socket_.parent_path());
        const auto configuration = folder_.path() / "bus.conf";
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

    std::string socket() const { return socket_.string(); }

    const std::filesystem::path& root() const { return folder_.path(); }

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

    tests::TempFolder folder_;
    std::filesystem::path socket_;
    pid_t process_{-1};
};

/// Answers ListUnits and ListJobs under systemd's name, with libdbus.
class FakeSystemd
{
public:
    FakeSystemd(const std::string& socket, int units, std::vector<const char*> jobs = {})
        : units_{units}
        , jobs_{std::move(jobs)}
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
                if (dbus_message_is_method_call(
                        message, "org.freedesktop.systemd1.Manager", "ListJobs"))
                    answer_jobs(message);
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
        send(reply);
    }

    void answer_jobs(DBusMessage* call)
    {
        DBusMessage* reply = dbus_message_new_method_return(call);
        DBusMessageIter whole;
        DBusMessageIter array;
        dbus_message_iter_init_append(reply, &whole);
        dbus_message_iter_open_container(&whole, DBUS_TYPE_ARRAY, "(usssoo)", &array);
        for (const char* name : jobs_)
        {
            const dbus_uint32_t number = 1;
            const char* type = "start";
            const char* state = "waiting";
            const char* job_path = "/org/freedesktop/systemd1/job/1";
            const char* unit_path = "/org/freedesktop/systemd1/unit/x";
            DBusMessageIter job;
            dbus_message_iter_open_container(&array, DBUS_TYPE_STRUCT, nullptr, &job);
            dbus_message_iter_append_basic(&job, DBUS_TYPE_UINT32, &number);
            for (const char** text : {&name, &type, &state})
                dbus_message_iter_append_basic(&job, DBUS_TYPE_STRING, text);
            for (const char** path : {&job_path, &unit_path})
                dbus_message_iter_append_basic(&job, DBUS_TYPE_OBJECT_PATH, path);
            dbus_message_iter_close_container(&array, &job);
        }
        dbus_message_iter_close_container(&whole, &array);
        send(reply);
    }

    void send(DBusMessage* reply)
    {
        dbus_connection_send(connection_, reply, nullptr);
        dbus_connection_flush(connection_);
        dbus_message_unref(reply);
    }

    int units_;
    std::vector<const char*> jobs_;
    DBusConnection* connection_{nullptr};
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

} // namespace mimamori::agent::probes::test
