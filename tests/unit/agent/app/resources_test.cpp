#include "agent/app/resources.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <functional>
#include <thread>

// Where the linker puts the program's first byte and the end of its code.
extern "C" const char __executable_start;
extern "C" const char etext;

namespace mimamori::agent::app {
namespace {

/// Runs `what` in a process of its own, since its limits could never be lifted again. Its answer.
int in_own_process(const std::function<int()>& what)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(what());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// 0 when the program was started; it ends the process with 0.
int start_true()
{
    char name[] = "/bin/true";
    char* const arguments[] = {name, nullptr};
    ::execv(name, arguments);
    return errno;
}

/// Reads a byte of each page; the program's image has holes that no variable covers.
__attribute__((no_sanitize("address"), no_sanitize("undefined"))) char touch(
    const char* begin, std::size_t bytes)
{
    char sum = 0;
    for (std::size_t at = 0; at < bytes; at += 4096)
        sum = static_cast<char>(sum + static_cast<const volatile char*>(begin)[at]);
    return sum;
}

BOOST_AUTO_TEST_SUITE(resources)

BOOST_AUTO_TEST_CASE(no_program_can_be_started_once_programs_are_forbidden)
{
    BOOST_TEST(in_own_process(start_true) == 0); // Else the next lines would prove nothing.
    const auto forbidden = [] { return forbid_programs() ? start_true() : 100; };
    BOOST_TEST(in_own_process(forbidden) == EPERM);
}

BOOST_AUTO_TEST_CASE(threads_and_children_that_come_later_cannot_start_programs_either)
{
    const auto in_thread = [] {
        if (!forbid_programs())
            return 100;
        int outcome = 0;
        std::thread{[&] { outcome = start_true(); }}.join();
        return outcome;
    };
    BOOST_TEST(in_own_process(in_thread) == EPERM);
    const auto in_child = [] { return forbid_programs() ? in_own_process(start_true) : 100; };
    BOOST_TEST(in_own_process(in_child) == EPERM);
}

BOOST_AUTO_TEST_CASE(a_root_user_cannot_take_the_lock_off)
{
    const auto twice = [] {
        const bool done = forbid_programs() && forbid_programs();
        return done ? start_true() : 100;
    };
    BOOST_TEST(in_own_process(twice) == EPERM);
}

BOOST_AUTO_TEST_CASE(releasing_memory_lets_go_of_the_program_itself_and_it_runs_on)
{
    // Several times: what was let go must come back unharmed.
    for (int round = 0; round < 3; ++round)
    {
        const auto bytes = static_cast<std::size_t>(&etext - &__executable_start);
        (void)touch(&__executable_start, bytes);
        const auto before = measure_footprint().rss_bytes;
        release_memory(0);
        const auto after = measure_footprint().rss_bytes;
        BOOST_TEST(after + bytes / 4 < before); // What measures came back meanwhile.
    }
}

BOOST_AUTO_TEST_CASE(a_process_that_is_small_enough_keeps_what_it_has)
{
    const auto bytes = static_cast<std::size_t>(&etext - &__executable_start);
    (void)touch(&__executable_start, bytes);
    const auto before = measure_footprint().rss_bytes;
    release_memory(before * 2);
    BOOST_TEST(measure_footprint().rss_bytes + bytes / 4 >= before);
    release_memory(before / 2);
    BOOST_TEST(measure_footprint().rss_bytes + bytes / 4 < before);
}

BOOST_AUTO_TEST_CASE(holding_back_sets_the_limits_and_names_what_was_refused)
{
    const auto held = [] {
        const auto refused = hold_back(4096ULL * 1024 * 1024);
        rlimit core{};
        rlimit memory{};
        ::getrlimit(RLIMIT_CORE, &core);
        ::getrlimit(RLIMIT_AS, &memory);
        const bool is_limited = memory.rlim_cur == 4096ULL * 1024 * 1024;
        // A memory checker uses more from the start, which is said.
        const bool is_told = !refused.empty() && refused.front().starts_with("memory limit");
        const bool is_nice = ::getpriority(PRIO_PROCESS, 0) >= 5;
        return core.rlim_cur == 0 && (is_limited || is_told) && is_nice ? start_true() : 100;
    };
    BOOST_TEST(in_own_process(held) == EPERM);
}

BOOST_AUTO_TEST_CASE(a_folder_has_one_agent_at_a_time)
{
    const tests::TempFolder folder;
    BOOST_TEST(take_folder(folder.path().string()).has_value());
    const auto other = [&] {
        const auto taken = take_folder(folder.path().string());
        return !taken && taken.error().code == Errc::conflict ? 7 : 1;
    };
    BOOST_TEST(in_own_process(other) == 7);
}

BOOST_AUTO_TEST_CASE(a_mark_tells_in_which_probe_the_agent_died)
{
    const tests::TempFolder folder;
    {
        RunningMark mark{folder.path().string()};
        BOOST_TEST(mark.left().empty());
        mark.set("hardware");
    }
    BOOST_TEST(RunningMark{folder.path().string()}.left() == "hardware");
    RunningMark mark{folder.path().string()};
    mark.set({});
    BOOST_TEST(RunningMark{folder.path().string()}.left().empty());
}

BOOST_AUTO_TEST_CASE(a_mark_of_another_boot_blames_no_probe)
{
    BOOST_TEST(probe_left(mark_line("usb", "boot-1"), "boot-1") == "usb");
    BOOST_TEST(probe_left(mark_line("usb", "boot-1"), "boot-2") == "");
    BOOST_TEST(probe_left(mark_line("", "boot-1"), "boot-1") == "");
    BOOST_TEST(probe_left("boot-1", "boot-1") == "");
}

BOOST_AUTO_TEST_CASE(the_footprint_is_measured)
{
    const auto footprint = measure_footprint();
    BOOST_TEST(footprint.rss_bytes > 1024U * 1024);
    BOOST_TEST(footprint.threads >= 1U);
    BOOST_TEST(footprint.handles >= 3U);
}

BOOST_AUTO_TEST_CASE(the_disk_with_the_system_is_measured)
{
    wire::Footprint footprint;
    measure_disk("relative", footprint); // Of no disk that could be told.
    measure_disk("/var/lib/mimamori/agent", footprint);
    BOOST_TEST(footprint.disk_bytes > 1024U * 1024);
    BOOST_TEST(footprint.disk_free_bytes < footprint.disk_bytes);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::app
