// The real kernel's word. Where this machine's kernel tells nothing the case says so and ends;
// then only another machine can show it.

#include "agent/watch/program_watch.hpp"
#include "agent/watch/signals.hpp"
#include "agent/watch/watcher.hpp"
#include "common/async/sleep.hpp"
#include "common/async/task_group.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <net/if.h>
#include <optional>
#include <sched.h>
#include <spawn.h>
#include <thread>

extern char** environ; // NOLINT: POSIX has no header for it.

namespace mimamori::agent::watch {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 60s;

awaitable<void> stop(async::TaskGroup& tasks)
{
    const bool is_empty = co_await tasks.stop(1s);
    BOOST_TEST(is_empty);
}

/// Runs coroutines until one of them says that it is enough.
struct Stage
{
    asio::io_context io;
    async::TaskGroup tasks{
        io.get_executor(),
        [this](const std::string&, const std::exception& why) { failure = why.what(); }};
    std::string failure;

    void run_until_enough()
    {
        io.run_for(patience);
        BOOST_TEST(failure.empty(), failure);
        BOOST_TEST(io.stopped(), "nothing came");
    }

    ~Stage()
    {
        // What still waits is cut off, then taken away.
        async::TaskGroup last{io.get_executor(), [](const std::string&, const std::exception&) {}};
        last.spawn("stop", stop(tasks));
        io.restart();
        io.run_for(5s);
    }
};

/// Starts a program and waits for its end.
pid_t run_program(std::string path)
{
    char* arguments[] = {path.data(), nullptr};
    pid_t process = -1;
    BOOST_TEST_REQUIRE(
        ::posix_spawn(&process, path.c_str(), nullptr, nullptr, arguments, environ) == 0);
    ::waitpid(process, nullptr, 0);
    return process;
}

/// A program that no machine has seen before.
std::filesystem::path new_program(const std::filesystem::path& folder)
{
    const auto path = folder / "never-seen";
    std::filesystem::copy_file("/bin/sleep", path);
    std::ofstream{path, std::ios::app | std::ios::binary} << folder; // Another content.
    return path;
}

BOOST_FIXTURE_TEST_SUITE(kernel_signals, Stage)

awaitable<void> hear_device(DeviceSignals& signals, asio::io_context& io, std::string subsystem)
{
    for (;;)
    {
        const auto batch = co_await signals.next();
        if (!batch)
            co_return;
        for (const auto& event : batch->events)
            if (event.subsystem == subsystem)
                co_return io.stop();
    }
}

BOOST_AUTO_TEST_CASE(a_device_event_of_the_kernel_is_heard)
{
    auto signals = DeviceSignals::open(io.get_executor());
    BOOST_TEST_REQUIRE(signals.has_value(), (signals ? "" : signals.error().message));
    // This machine need not have a USB bus; any device that repeats its event will do.
    std::ofstream trigger{"/sys/class/net/lo/uevent"};
    trigger << "change" << std::flush;
    if (!trigger)
    {
        BOOST_TEST_MESSAGE("may not write /sys/class/net/lo/uevent");
        return;
    }
    tasks.spawn("hear", hear_device(*signals, io, "net"));
    run_until_enough();
}

awaitable<void> hear_exec(ExecSignals& signals, asio::io_context& io, std::uint32_t wanted)
{
    for (;;)
    {
        const auto batch = co_await signals.next();
        if (!batch)
            co_return;
        const auto& all = batch->processes;
        if (std::find(all.begin(), all.end(), wanted) != all.end())
            co_return io.stop();
    }
}

BOOST_AUTO_TEST_CASE(a_program_that_ends_at_once_is_heard_all_the_same)
{
    auto signals = ExecSignals::open(io.get_executor());
    if (!signals)
    {
        BOOST_TEST_MESSAGE(signals.error().message);
        return;
    }
    const auto started = static_cast<std::uint32_t>(run_program("/bin/true"));
    tasks.spawn("hear", hear_exec(*signals, io, started));
    run_until_enough();
}

awaitable<void> hear_network(NetworkSignals& signals, asio::io_context& io)
{
    const auto changed = co_await signals.next();
    if (changed)
        io.stop();
}

BOOST_AUTO_TEST_CASE(a_link_that_goes_up_is_heard)
{
    // In a network of this thread's own, so that nobody else's is touched.
    bool may = true;
    std::thread elsewhere{[&] {
        may = ::unshare(CLONE_NEWNET) == 0;
        if (!may)
            return;
        auto signals = NetworkSignals::open(io.get_executor());
        BOOST_TEST_REQUIRE(signals.has_value());
        const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        ifreq request{};
        request.ifr_name[0] = 'l';
        request.ifr_name[1] = 'o';
        request.ifr_flags = IFF_UP | IFF_LOOPBACK;
        BOOST_TEST(::ioctl(socket, SIOCSIFFLAGS, &request) == 0);
        ::close(socket);
        tasks.spawn("hear", hear_network(*signals, io));
        run_until_enough();
    }};
    elsewhere.join();
    if (!may)
        BOOST_TEST_MESSAGE("may not have a network of its own");
}

awaitable<void> hear_files(
    FileSignals& signals, asio::io_context& io, std::vector<std::filesystem::path>& changed)
{
    const auto heard = co_await signals.next();
    if (heard)
        changed = *heard;
    io.stop();
}

BOOST_AUTO_TEST_CASE(a_file_that_is_replaced_is_heard_and_folders_can_change)
{
    const tests::TempFolder one;
    const tests::TempFolder two;
    auto signals = FileSignals::open(io.get_executor());
    BOOST_TEST_REQUIRE(signals.has_value());
    signals->watch({one.path(), two.path(), "/no/such/folder"});
    signals->watch({two.path()});
    std::ofstream{one.path() / "daily.cld"} << "x";
    std::ofstream{two.path() / "daily.new"} << "x";
    std::filesystem::rename(two.path() / "daily.new", two.path() / "daily.cld");
    std::vector<std::filesystem::path> changed;
    tasks.spawn("hear", hear_files(*signals, io, changed));
    run_until_enough();
    BOOST_TEST((changed == std::vector{two.path()}));
}

BOOST_AUTO_TEST_CASE(the_watcher_waits_until_a_folder_is_quiet)
{
    const tests::TempFolder folder;
    std::vector<std::string> sections;
    Watcher watcher{io.get_executor(), [&](std::string_view section) {
                        sections.emplace_back(section);
                        io.stop();
                    }};
    watcher.watch({{folder.path(), {"antivirus"}, 300ms, 5s}});
    watcher.start(tasks, {.devices = false, .network = false});
    const auto begun = std::chrono::steady_clock::now();
    std::ofstream{folder.path() / "main.cvd"} << "x";
    run_until_enough();
    BOOST_TEST((std::chrono::steady_clock::now() - begun >= 300ms));
    BOOST_TEST(sections == (std::vector<std::string>{"antivirus"}));
}

/// ProgramWatch with the real memory of programs, all on one thread.
struct Programs
{
    explicit Programs(asio::io_context& io, const std::filesystem::path& folder)
        : memory{folder / "programs.json", "/", clock}
    {
        (void)memory.load();
        watch.emplace(ProgramWatch::Parts{
            io.get_executor(), *source, clock,
            [this](auto processes, bool all, auto done) { done(looker.look(processes, all)); },
            [this, &io](std::vector<wire::Event> events) {
                for (auto& event : events)
                    found.push_back(std::move(event));
                if (std::any_of(found.begin(), found.end(), [&](const auto& event) {
                        return event.text == wanted;
                    }))
                    io.stop();
            },
            [](std::string_view) {}, [this](std::string_view now) { mode = now; }});
    }

    SystemClock clock;
    std::unique_ptr<probes::ProcessSource> source{probes::make_process_source("/")};
    probes::ProgramMemory memory;
    ProgramLooker looker{memory};
    std::string wanted;
    std::string mode;
    std::vector<wire::Event> found;
    std::optional<ProgramWatch> watch;
};

awaitable<void> start_program_later(std::string path, pid_t& process)
{
    const bool go_on = co_await async::sleep_for(1500ms);
    if (!go_on)
        co_return;
    std::string seconds = "60";
    char* arguments[] = {path.data(), seconds.data(), nullptr};
    ::posix_spawn(&process, path.c_str(), nullptr, nullptr, arguments, environ);
}

BOOST_AUTO_TEST_CASE(a_program_never_seen_before_is_told_and_what_ran_already_is_not)
{
    const tests::TempFolder folder;
    const auto path = new_program(folder.path());
    Programs programs{io, folder.path()};
    programs.wanted = path.string();
    pid_t process = -1;
    tasks.spawn("programs", programs.watch->run());
    tasks.spawn("later", start_program_later(path.string(), process));
    run_until_enough();
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
    BOOST_TEST_MESSAGE("programs are watched by " << programs.mode);
    BOOST_TEST_REQUIRE(!programs.found.empty());
    const auto& event = programs.found.back();
    BOOST_TEST((event.kind == wire::EventKind::process_first_seen));
    BOOST_TEST_REQUIRE(event.program.has_value());
    BOOST_TEST(event.program->path == path.string());
    // The programs of this machine, this test among them, were the baseline.
    for (const auto& other : programs.found)
        BOOST_TEST(other.text != std::filesystem::read_symlink("/proc/self/exe").string());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::watch
