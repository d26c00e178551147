#include "common/platform/file.hpp"
#include "common/platform/lock_file.hpp"
#include "common/platform/private_folder.hpp"
#include "common/platform/sealed.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <optional>

namespace mimamori::platform {
namespace {

namespace fs = std::filesystem;

unsigned mode_of(const fs::path& path)
{
    struct stat state
    {};

    BOOST_TEST_REQUIRE(::stat(path.c_str(), &state) == 0);
    return state.st_mode & 07777U;
}

BOOST_AUTO_TEST_SUITE(platform_file)

BOOST_AUTO_TEST_CASE(a_file_is_read_up_to_its_limit_and_not_beyond)
{
    const tests::TempFolder folder;
    const fs::path path = folder.path() / "file";
    const std::string content(40'000, 'x'); // More than one block.
    BOOST_TEST_REQUIRE(replace_file(path, content).has_value());
    BOOST_TEST((read_file(path, 40'001).value() == content));
    BOOST_TEST((read_file(path, 40'000).value() == content));
    const auto refused = read_file(path, 39'999);
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code == Errc::too_large));
    BOOST_TEST(refused.error().message == "read " + path.string() + ": more than 39999 bytes");
}

BOOST_AUTO_TEST_CASE(files_of_the_kernel_that_say_size_zero_are_read_whole)
{
    BOOST_TEST_REQUIRE(fs::file_size("/proc/self/status") == 0U);
    const auto status = read_file("/proc/self/status");
    BOOST_TEST_REQUIRE(status.has_value());
    BOOST_TEST(status->find("Pid:\t" + std::to_string(::getpid())) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_named_with_its_reason)
{
    const tests::TempFolder folder;
    const auto missing = read_file(folder.path() / "none");
    BOOST_TEST_REQUIRE(missing.has_error());
    BOOST_TEST((missing.error().code == Errc::not_found));
    BOOST_TEST(
        missing.error().message
        == "read " + (folder.path() / "none").string() + ": No such file or directory");
    BOOST_TEST((read_file(folder.path() / "none" / "below").error().code == Errc::not_found));
    BOOST_TEST((read_file(folder.path()).error().code == Errc::io)); // A folder.
}

BOOST_AUTO_TEST_CASE(a_file_is_replaced_whole_with_the_access_that_was_asked_for)
{
    const tests::TempFolder folder;
    const fs::path path = folder.path() / "file";
    BOOST_TEST_REQUIRE(replace_file(path, "for all").has_value());
    BOOST_TEST((mode_of(path) & 0044U) == 0044U);
    BOOST_TEST_REQUIRE(replace_file(path, "secret", FileAccess::owner_only).has_value());
    BOOST_TEST(mode_of(path) == 0600U);
    BOOST_TEST(read_file(path).value() == "secret");
    // Nothing is left beside it.
    BOOST_TEST(std::distance(fs::directory_iterator{folder.path()}, fs::directory_iterator{}) == 1);
}

BOOST_AUTO_TEST_CASE(a_rest_of_a_crash_is_in_nobodys_way)
{
    const tests::TempFolder folder;
    const fs::path path = folder.path() / "file";
    std::ofstream{path.string() + ".new"} << "half a fi";
    BOOST_TEST_REQUIRE(replace_file(path, "whole").has_value());
    BOOST_TEST(read_file(path).value() == "whole");
    BOOST_TEST(!fs::exists(path.string() + ".new"));
}

BOOST_AUTO_TEST_CASE(a_link_in_place_of_the_new_file_is_not_followed)
{
    const tests::TempFolder folder;
    const fs::path path = folder.path() / "file";
    const fs::path other = folder.path() / "other";
    std::ofstream{other} << "untouched";
    fs::create_symlink(other, path.string() + ".new");
    BOOST_TEST_REQUIRE(replace_file(path, "whole").has_value());
    BOOST_TEST(read_file(other).value() == "untouched");
}

BOOST_AUTO_TEST_CASE(the_old_file_stays_when_the_new_one_cannot_be_written)
{
    const tests::TempFolder folder;
    BOOST_TEST(
        (replace_file(folder.path() / "no folder" / "file", "x").error().code == Errc::not_found));
    // A folder with something in it cannot be replaced by a file.
    const fs::path taken = folder.path() / "taken";
    fs::create_directories(taken / "inside");
    BOOST_TEST(replace_file(taken, "x").has_error());
    BOOST_TEST(fs::is_directory(taken / "inside"));
}

BOOST_AUTO_TEST_CASE(a_lock_is_held_once_until_it_is_given_back)
{
    const tests::TempFolder folder;
    const fs::path path = folder.path() / "lock";
    std::optional<LockFile> first;
    {
        auto taken = LockFile::take(path);
        BOOST_TEST_REQUIRE(taken.has_value());
        first.emplace(std::move(*taken));
    }
    const auto second = LockFile::take(path);
    BOOST_TEST_REQUIRE(second.has_error());
    BOOST_TEST((second.error().code == Errc::conflict));
    first.reset();
    BOOST_TEST(LockFile::take(path).has_value());
    BOOST_TEST((LockFile::take(folder.path() / "none" / "lock").error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_lock_ends_with_the_process_however_it_ends)
{
    const tests::TempFolder folder;
    const fs::path path = folder.path() / "lock";
    int ready[2];
    BOOST_TEST_REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0)
    {
        const auto taken = LockFile::take(path);
        const char word = taken ? 'y' : 'n';
        [[maybe_unused]] const auto written = ::write(ready[1], &word, 1);
        ::pause();
        ::_exit(0);
    }
    char word = '?';
    BOOST_TEST_REQUIRE(::read(ready[0], &word, 1) == 1);
    BOOST_TEST(word == 'y');
    BOOST_TEST((LockFile::take(path).error().code == Errc::conflict));
    ::kill(child, SIGKILL);
    int status = 0;
    BOOST_TEST(::waitpid(child, &status, 0) == child);
    BOOST_TEST(LockFile::take(path).has_value());
    ::close(ready[0]);
    ::close(ready[1]);
}

BOOST_AUTO_TEST_CASE(a_private_folder_is_closed_to_others_with_those_above_made)
{
    const tests::TempFolder folder;
    const fs::path inner = folder.path() / "a" / "b";
    BOOST_TEST_REQUIRE(make_private_folder(inner).has_value());
    BOOST_TEST(mode_of(inner) == 0700U);
    ::chmod(inner.c_str(), 0755);
    BOOST_TEST_REQUIRE(make_private_folder(inner).has_value());
    BOOST_TEST(mode_of(inner) == 0700U);
    BOOST_TEST_REQUIRE(replace_file(folder.path() / "file", "x").has_value());
    BOOST_TEST(make_private_folder(folder.path() / "file" / "below").has_error());
}

BOOST_AUTO_TEST_CASE(what_was_sealed_comes_back)
{
    const std::string key{"-----BEGIN PRIVATE KEY-----\0\n", 29};
    BOOST_TEST((unseal(seal(key).value()).value() == key));
    BOOST_TEST(sealed_name("key.pem").starts_with("key.pem"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::platform
