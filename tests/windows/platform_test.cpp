// What only Windows has, by its real calls (here those of Wine).

#include "agent/app/places.hpp"
#include "agent/app/resources.hpp"
#include "agent/app/service.hpp"
#include "agent/app/stop_windows.hpp"
#include "agent/watch/signals.hpp"
#include "common/async/task_group.hpp"
#include "common/http/resolver.hpp"
#include "common/platform/file.hpp"
#include "common/platform/lock_file.hpp"
#include "common/platform/private_folder.hpp"
#include "common/platform/sealed.hpp"
#include "common/platform/system_windows.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <windows.h>

#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace mimamori {
namespace {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(windows_platform)

/// Throws from below this many frames; counts those that were cleaned up on the way.
int throw_from_below(int frames, int& cleaned)
{
    struct Counted
    {
        int& cleaned;

        ~Counted() { ++cleaned; }
    };

    const Counted counted{cleaned};
    if (frames == 0)
        return static_cast<int>(std::string{}.at(1)); // Thrown by the standard library.
    return throw_from_below(frames - 1, cleaned) + 1;
}

// The program is linked without the tables that nobody needs (scripts/windows/link.py): with one
// too few this ends in std::terminate.
BOOST_AUTO_TEST_CASE(an_exception_finds_its_way_through_the_tables_that_were_kept)
{
    int cleaned = 0;
    BOOST_CHECK_THROW(throw_from_below(5, cleaned), std::out_of_range);
    BOOST_TEST(cleaned == 6);
    std::exception_ptr elsewhere;
    std::thread{[&] {
        try
        {
            throw_from_below(3, cleaned);
        }
        catch (const std::exception&)
        {
            elsewhere = std::current_exception();
        }
    }}.join();
    BOOST_CHECK_THROW(std::rethrow_exception(elsewhere), std::logic_error);
    BOOST_TEST(cleaned == 10);
}

BOOST_AUTO_TEST_CASE(a_file_with_a_japanese_name_is_replaced_and_read)
{
    const tests::TempFolder folder;
    const auto path = folder.path() / L"\u898B\u5B88\u308A.toml";
    BOOST_TEST_REQUIRE(platform::replace_file(path, "old").has_value());
    BOOST_TEST_REQUIRE(
        platform::replace_file(path, "new", platform::FileAccess::owner_only).has_value());
    BOOST_TEST(platform::read_file(path).value() == "new");
    BOOST_TEST((platform::read_file(path, 2).error().code == Errc::too_large));
    BOOST_TEST(path.string().ends_with("\xE8\xA6\x8B\xE5\xAE\x88\xE3\x82\x8A.toml"));
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_told_apart_from_one_that_is_forbidden)
{
    const tests::TempFolder folder;
    const auto missing = platform::read_file(folder.path() / "none");
    BOOST_TEST((missing.error().code == Errc::not_found));
    BOOST_TEST(missing.error().message.find("(error 2)") != std::string::npos);
    BOOST_TEST((platform::system_error("x", ERROR_ACCESS_DENIED).code == Errc::forbidden));
}

BOOST_AUTO_TEST_CASE(a_file_that_somebody_reads_is_replaced_all_the_same)
{
    const tests::TempFolder folder;
    const auto path = folder.path() / "file";
    BOOST_TEST_REQUIRE(platform::replace_file(path, "old").has_value());
    // A virus scanner that lets go after a moment.
    platform::UniqueHandle held{::CreateFileW(
        path.c_str(), GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, 0, nullptr)};
    BOOST_TEST_REQUIRE(static_cast<bool>(held));
    std::thread scanner{[&held] {
        ::Sleep(60);
        held = {};
    }};
    const auto replaced = platform::replace_file(path, "new");
    scanner.join();
    BOOST_TEST_REQUIRE(replaced.has_value());
    BOOST_TEST(platform::read_file(path).value() == "new");
}

BOOST_AUTO_TEST_CASE(a_lock_is_held_by_one_and_free_when_it_goes)
{
    const tests::TempFolder folder;
    const auto path = folder.path() / "lock";
    {
        const auto first = platform::LockFile::take(path);
        BOOST_TEST_REQUIRE(first.has_value());
        BOOST_TEST((platform::LockFile::take(path).error().code == Errc::conflict));
    }
    BOOST_TEST(platform::LockFile::take(path).has_value());
}

BOOST_AUTO_TEST_CASE(a_sealed_key_is_not_readable_and_comes_back)
{
    const std::string key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIE\n";
    const auto sealed = platform::seal(key);
    BOOST_TEST_REQUIRE(sealed.has_value());
    BOOST_TEST(sealed->find("PRIVATE") == std::string::npos);
    BOOST_TEST(platform::unseal(*sealed).value() == key);
}

BOOST_AUTO_TEST_CASE(what_was_not_sealed_here_is_refused)
{
    // Wine does not notice every changed bit.
    const auto sealed = platform::seal("secret").value();
    const auto half = platform::unseal(sealed.substr(0, sealed.size() / 2));
    BOOST_TEST_REQUIRE(half.has_error());
    BOOST_TEST((half.error().code == Errc::invalid_input));
    BOOST_TEST((platform::unseal("").error().code == Errc::invalid_input));
    BOOST_TEST(
        (platform::unseal("-----BEGIN PRIVATE KEY-----").error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_private_folder_is_made_with_those_above_and_again)
{
    const tests::TempFolder folder;
    const auto inner = folder.path() / "a" / "b";
    BOOST_TEST_REQUIRE(platform::make_private_folder(inner).has_value());
    BOOST_TEST_REQUIRE(platform::make_private_folder(inner).has_value());
    BOOST_TEST(platform::replace_file(inner / "file", "x").has_value());
    BOOST_TEST(platform::check_trusted(inner).has_value());
}

BOOST_AUTO_TEST_CASE(the_places_are_those_of_windows)
{
    const auto& places = agent::app::default_places();
    BOOST_TEST(places.settings_file.string() == "C:\\ProgramData\\mimamori\\agent.toml");
    BOOST_TEST(places.data_folder.string() == "C:\\ProgramData\\mimamori\\agent");
    BOOST_TEST(agent::app::secure(places).has_value());
}

BOOST_AUTO_TEST_CASE(one_start_of_the_machine_has_one_name)
{
    const std::string name = agent::app::boot_id();
    BOOST_TEST(name.starts_with("started-"));
    BOOST_TEST(agent::app::boot_id() == name);
}

BOOST_AUTO_TEST_CASE(the_footprint_is_that_of_this_process)
{
    const auto footprint = agent::app::measure_footprint();
    // Private bytes and handles, too, on Windows; Wine says 0.
    BOOST_TEST(footprint.rss_bytes > 100'000U);
    BOOST_TEST(footprint.threads >= 1U);
    BOOST_TEST(agent::app::process_exists(agent::app::process_id()));
    BOOST_TEST(!agent::app::process_exists(0));
}

BOOST_AUTO_TEST_CASE(the_probe_that_ran_when_the_agent_died_is_remembered)
{
    const tests::TempFolder folder;
    {
        agent::app::RunningMark mark{folder.path().string()};
        mark.set("antivirus");
        mark.set("usb");
    }
    {
        agent::app::RunningMark mark{folder.path().string()};
        BOOST_TEST(mark.left() == "usb");
        mark.set("");
    }
    BOOST_TEST(agent::app::RunningMark{folder.path().string()}.left().empty());
}

BOOST_AUTO_TEST_CASE(a_stop_asked_on_another_thread_ends_the_wait)
{
    asio::io_context io{1};
    agent::app::StopRequest stop{io.get_executor()};
    std::thread manager{[] {
        ::Sleep(20);
        agent::app::ask_to_stop("shutdown");
        agent::app::ask_to_stop("service stop"); // Too late: the first reason stands.
    }};
    const bool is_asked = test::run_coro(io, stop.wait());
    manager.join();
    BOOST_TEST(is_asked);
    BOOST_TEST(agent::app::stop_reason() == "shutdown");
    asio::io_context later{1};
    agent::app::StopRequest again{later.get_executor()};
    BOOST_TEST(test::run_coro(later, again.wait()));
}

awaitable<void> listen(agent::watch::FileSignals& signals)
{
    const auto folders = co_await signals.next();
    BOOST_TEST(folders.has_error());
}

BOOST_AUTO_TEST_CASE(folders_that_are_named_after_the_end_keep_nothing_running)
{
    // As when the agent is stopped while its first look at the machine goes on.
    const tests::TempFolder folder;
    asio::io_context io{1};
    auto signals = agent::watch::FileSignals::open(io.get_executor());
    BOOST_TEST_REQUIRE(signals.has_value());
    async::TaskGroup tasks{
        io.get_executor(),
        [](const std::string&, const std::exception& failure) { BOOST_ERROR(failure.what()); }};
    signals->watch({folder.path()});
    tasks.spawn("files", listen(*signals));
    BOOST_TEST(test::run_coro(io, tasks.stop(1s)));
    signals->watch({folder.path()});
    io.restart();
    io.run_for(20s);
    BOOST_TEST(io.stopped());
}

awaitable<void> hear_file(
    agent::watch::FileSignals& signals,
    asio::io_context& io,
    std::vector<std::filesystem::path>& changed)
{
    const auto heard = co_await signals.next();
    if (heard)
        changed = *heard;
    io.stop();
}

/// What is heard of first when that is done.
template <class Act>
std::vector<std::filesystem::path> heard_after(
    agent::watch::FileSignals& signals, asio::io_context& io, Act act)
{
    std::vector<std::filesystem::path> changed;
    async::TaskGroup tasks{
        io.get_executor(),
        [](const std::string&, const std::exception& failure) { BOOST_ERROR(failure.what()); }};
    act();
    tasks.spawn("hear", hear_file(signals, io, changed));
    io.restart();
    io.run_for(20s);
    return changed;
}

BOOST_AUTO_TEST_CASE(a_file_that_is_written_is_heard_in_folders_that_change_and_come_again)
{
    using Folders = std::vector<std::filesystem::path>;
    const tests::TempFolder one;
    const tests::TempFolder two;
    asio::io_context io{1};
    auto signals = agent::watch::FileSignals::open(io.get_executor());
    BOOST_TEST_REQUIRE(signals.has_value());
    signals->watch({one.path(), two.path(), L"C:\\no\\such\\folder"});
    signals->watch({two.path()});
    const auto write_both = [&] {
        std::ofstream{one.path() / "pattern.dat"} << "x";
        std::ofstream{two.path() / "pattern.dat"} << "x";
    };
    BOOST_TEST((heard_after(*signals, io, write_both) == Folders{two.path()}));

    // Another list before anything was heard.
    const auto below = one.path() / "below";
    std::filesystem::create_directory(below);
    signals->watch({two.path(), below});
    const auto write_below = [&] { std::ofstream{below / "pattern.dat"} << "x"; };
    BOOST_TEST((heard_after(*signals, io, write_below) == Folders{below}));

    // An update may put the whole folder anew.
    const auto replace = [&] {
        signals->watch({two.path()});
        std::filesystem::remove_all(below);
        std::filesystem::create_directory(below);
        signals->watch({two.path(), below});
        write_below();
    };
    BOOST_TEST((heard_after(*signals, io, replace) == Folders{below}));
}

BOOST_AUTO_TEST_CASE(what_a_stack_held_is_given_back_and_the_stack_goes_on)
{
    const auto deep = [](auto self, int depth) -> int {
        volatile char room[4096] = {};
        room[depth % 4096] = 1;
        return depth == 0 ? 0 : self(self, depth - 1) + room[depth % 4096];
    };
    BOOST_TEST(deep(deep, 100) == 100);
    const std::string kept = "of this frame";
    platform::release_stack();
    BOOST_TEST(kept == "of this frame");
    BOOST_TEST(deep(deep, 150) == 150);
}

BOOST_AUTO_TEST_CASE(names_are_resolved_and_numbers_are_their_own_answer)
{
    asio::io_context io{1};
    http::SystemResolver resolver;
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    const auto number = test::run_coro(io, resolver.resolve("127.0.0.9", deadline));
    BOOST_TEST(number.value().front().to_string() == "127.0.0.9");
    const auto name = test::run_coro(io, resolver.resolve("localhost", deadline));
    BOOST_TEST_REQUIRE(name.has_value());
    BOOST_TEST(name->front().is_loopback());
}

BOOST_AUTO_TEST_CASE(a_question_that_takes_too_long_is_given_up)
{
    asio::io_context io{1};
    http::SystemResolver resolver;
    const auto past = std::chrono::steady_clock::now() - 1s;
    const auto answer = test::run_coro(io, resolver.resolve("localhost", past));
    BOOST_TEST((answer.has_value() || answer.error().code == Errc::timeout));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
