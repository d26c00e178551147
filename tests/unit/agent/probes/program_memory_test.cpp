#include "agent/probes/package_owner.hpp"
#include "agent/probes/process.hpp"
#include "agent/probes/program_memory.hpp"
#include "common/crypto/hash.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <fstream>

namespace mimamori::agent::probes {
namespace {

using tests::FakeClock;
using tests::RecordedTree;
using namespace std::chrono_literals;

const Timestamp start = parse_rfc3339("2026-03-10T12:00:00Z").value();

/// A machine with processes whose executables are ordinary files.
struct Machine
{
    Machine()
    {
        tree.add(
            "==> /etc/passwd\nroot:x:0:0:root:/root:/bin/bash\nnurse:x:1000:1000::/home/nurse:/bin/"
            "bash\n"
            "==> /usr/sbin/init mode=0755\ninit\n"
            "==> /usr/bin/viewer mode=0755\nviewer 1\n"
            "==> /var/lib/dpkg/info/viewer-tools:amd64.list\n/.\n/usr\n/usr/bin\n/usr/bin/viewer\n"
            "==> /var/lib/dpkg/info/init.list\n/.\n/sbin/init\n"
            "==> /var/lib/dpkg/status\nPackage: init\nStatus: install ok installed\nVersion: "
            "1.65\n\n"
            "Package: viewer-tools\nVersion: 2:3.1-4\n\n");
        start_process(1, 0, 0, "/usr/sbin/init");
    }

    void start_process(int process, int parent, int user, std::string_view path)
    {
        const std::string folder = "/proc/" + std::to_string(process);
        tree.write(
            folder + "/status", "Name:\tx\nPPid:\t" + std::to_string(parent) + "\nUid:\t0\t"
                                    + std::to_string(user) + "\t0\t0\n");
        tree.write(folder + "/cmdline", std::string{"run\0--fast\0", 11});
        std::filesystem::create_symlink(path, tree.root() / folder.substr(1) / "exe");
    }

    std::filesystem::path file() const { return tree.root() / "programs.json"; }

    ProgramMemory memory(ProgramLimits limits = {})
    {
        return ProgramMemory{file(), tree.root(), clock, limits};
    }

    RecordedTree tree;
    FakeClock clock{start};
};

BOOST_AUTO_TEST_SUITE(program_memory)

BOOST_AUTO_TEST_CASE(a_program_is_new_once)
{
    Machine machine;
    machine.start_process(200, 1, 1000, "/usr/bin/viewer");
    auto memory = machine.memory();
    const auto program = memory.observe(200);
    BOOST_TEST_REQUIRE(program.has_value());
    BOOST_TEST(program->path == "/usr/bin/viewer");
    BOOST_TEST(program->sha256 == crypto::sha256_hex("viewer 1\n"));
    BOOST_TEST(program->signer == "dpkg:viewer-tools");
    BOOST_TEST(program->version == "2:3.1-4");
    BOOST_TEST(program->user == "nurse");
    BOOST_TEST(program->parent == "/usr/sbin/init");
    BOOST_TEST((program->first_seen_at == start));
    BOOST_TEST(program->command_line == "");
    BOOST_TEST(!memory.observe(200).has_value());
    machine.start_process(201, 1, 0, "/usr/bin/viewer");
    BOOST_TEST(!memory.observe(201).has_value());
}

BOOST_AUTO_TEST_CASE(the_old_name_of_a_merged_folder_finds_its_package)
{
    Machine machine;
    auto memory = machine.memory();
    BOOST_TEST(memory.observe(1).value().signer == "dpkg:init");
}

BOOST_AUTO_TEST_CASE(what_was_seen_is_known_after_a_restart)
{
    Machine machine;
    {
        auto memory = machine.memory();
        BOOST_TEST(memory.load().has_value());
        BOOST_TEST(memory.first_run());
        BOOST_TEST(memory.observe_all().value().size() == 1U);
        BOOST_TEST(memory.save().has_value());
    }
    auto memory = machine.memory();
    BOOST_TEST(memory.load().has_value());
    BOOST_TEST(!memory.first_run());
    BOOST_TEST(memory.observe_all().value().empty());
    BOOST_TEST_REQUIRE(memory.programs().size() == 1U);
    BOOST_TEST(memory.programs()[0].sha256 == crypto::sha256_hex("init\n"));
}

BOOST_AUTO_TEST_CASE(other_content_at_the_same_path_is_a_new_program)
{
    Machine machine;
    machine.start_process(200, 1, 0, "/usr/bin/viewer");
    auto memory = machine.memory();
    BOOST_TEST(memory.observe(200).has_value());
    machine.tree.write("/usr/bin/viewer", "viewer 2\n");
    machine.tree.set_time("/usr/bin/viewer", start);
    const auto second = memory.observe(200);
    BOOST_TEST_REQUIRE(second.has_value());
    BOOST_TEST(second->sha256 == crypto::sha256_hex("viewer 2\n"));
    BOOST_TEST(memory.programs().size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_same_content_in_a_new_file_is_no_new_program)
{
    Machine machine;
    machine.start_process(200, 1, 0, "/usr/bin/viewer");
    auto memory = machine.memory();
    BOOST_TEST(memory.observe(200).has_value());
    machine.tree.write("/usr/bin/viewer", "viewer 1\n");
    machine.tree.set_time("/usr/bin/viewer", start);
    BOOST_TEST(!memory.observe(200).has_value());
    BOOST_TEST(memory.programs().size() == 1U);
}

BOOST_AUTO_TEST_CASE(hashing_keeps_to_its_rate)
{
    Machine machine;
    machine.tree.write("/opt/big", std::string(3'000, 'x'));
    machine.start_process(200, 1, 0, "/opt/big");
    auto memory = machine.memory({.hash_bytes_per_s = 1'000, .hash_burst_bytes = 2'000});
    const auto early = memory.observe(200);
    BOOST_TEST_REQUIRE(early.has_value()); // A new path does not wait for its hash.
    BOOST_TEST(early->sha256 == "");
    BOOST_TEST(memory.hashing_pending());
    BOOST_TEST(!memory.observe(200).has_value());

    // 1,500 at once, a quarter being kept back; then what the clock allows.
    BOOST_TEST(memory.continue_hashing().empty());
    machine.clock.advance(1s);
    BOOST_TEST(memory.continue_hashing().empty());
    machine.clock.advance(600ms);
    const auto done = memory.continue_hashing();
    BOOST_TEST_REQUIRE(done.size() == 1U);
    BOOST_TEST(done[0].sha256 == crypto::sha256_hex(std::string(3'000, 'x')));
    BOOST_TEST(!memory.hashing_pending());
    BOOST_TEST(memory.programs().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_look_at_everything_hashes_only_a_little_at_once)
{
    Machine machine; // init has 5 bytes, viewer 9.
    machine.start_process(200, 1, 0, "/usr/bin/viewer");
    auto memory = machine.memory({.hash_at_once_bytes = 13});
    const auto news = memory.observe_all().value();
    BOOST_TEST_REQUIRE(news.size() == 2U);
    BOOST_TEST(news[0].sha256 != "");
    BOOST_TEST(news[1].sha256 == "");
    BOOST_TEST(memory.continue_hashing().at(0).sha256 == crypto::sha256_hex("viewer 1\n"));
}

BOOST_AUTO_TEST_CASE(a_small_program_need_not_wait_for_a_big_one)
{
    Machine machine;
    machine.tree.write("/opt/big", std::string(30'000, 'x'));
    machine.start_process(200, 1, 0, "/opt/big");
    machine.start_process(201, 1, 0, "/usr/bin/viewer");
    auto memory = machine.memory({.hash_bytes_per_s = 1'000, .hash_burst_bytes = 2'000});
    BOOST_TEST(memory.observe(200).value().sha256 == "");
    BOOST_TEST(memory.continue_hashing().empty());
    BOOST_TEST(memory.observe(201).value().sha256 != "");
}

BOOST_AUTO_TEST_CASE(a_changed_file_is_announced_only_when_it_is_known_to_differ)
{
    Machine machine;
    machine.tree.write("/opt/big", std::string(1'000, 'x'));
    machine.start_process(200, 1, 0, "/opt/big");
    auto memory = machine.memory({.hash_bytes_per_s = 1'000, .hash_burst_bytes = 1'001});
    BOOST_TEST(memory.observe(200).value().sha256 != "");
    machine.tree.write("/opt/big", std::string(1'000, 'y'));
    machine.tree.set_time("/opt/big", start);
    BOOST_TEST(!memory.observe(200).has_value());
    BOOST_TEST(memory.continue_hashing().empty());
    machine.clock.advance(2s);
    BOOST_TEST(memory.continue_hashing().empty()); // 751 of 1,000.
    machine.clock.advance(2s);
    const auto done = memory.continue_hashing();
    BOOST_TEST_REQUIRE(done.size() == 1U);
    BOOST_TEST(done[0].sha256 == crypto::sha256_hex(std::string(1'000, 'y')));
}

BOOST_AUTO_TEST_CASE(hashing_goes_on_after_a_restart)
{
    Machine machine;
    const ProgramLimits slow{.hash_bytes_per_s = 1'000, .hash_burst_bytes = 4};
    {
        auto memory = machine.memory(slow);
        BOOST_TEST(memory.observe(1).value().sha256 == "");
        BOOST_TEST(memory.save().has_value());
    }
    auto memory = machine.memory();
    BOOST_TEST(memory.load().has_value());
    BOOST_TEST(memory.hashing_pending());
    BOOST_TEST(memory.continue_hashing().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_file_above_the_limit_stays_without_hash)
{
    Machine machine;
    auto memory = machine.memory({.hash_file_bytes_max = 4});
    const auto program = memory.observe(1);
    BOOST_TEST_REQUIRE(program.has_value());
    BOOST_TEST(program->sha256 == "");
    BOOST_TEST(!memory.hashing_pending());
}

BOOST_AUTO_TEST_CASE(what_did_not_run_for_thirty_days_is_forgotten)
{
    Machine machine;
    machine.start_process(200, 1, 0, "/usr/bin/viewer");
    auto memory = machine.memory();
    BOOST_TEST(memory.observe_all().value().size() == 2U);
    machine.tree.remove("/proc/200");

    machine.clock.advance(std::chrono::hours{24 * 30});
    BOOST_TEST(memory.observe_all().value().empty()); // init still runs.
    BOOST_TEST(memory.save().has_value());
    BOOST_TEST(memory.programs().size() == 2U);

    machine.clock.advance(1ms);
    BOOST_TEST(memory.save().has_value());
    BOOST_TEST_REQUIRE(memory.programs().size() == 1U);
    BOOST_TEST(memory.programs()[0].path == "/usr/sbin/init");

    machine.start_process(200, 1, 0, "/usr/bin/viewer");
    BOOST_TEST(memory.observe(200).has_value());
}

BOOST_AUTO_TEST_CASE(the_number_of_programs_is_bounded)
{
    Machine machine;
    auto memory = machine.memory({.programs_max = 2});
    for (int i = 0; i < 5; ++i)
    {
        machine.clock.advance(1s);
        const std::string path = "/opt/p" + std::to_string(i);
        machine.tree.write(path, path);
        machine.start_process(300 + i, 1, 0, path);
        BOOST_TEST(memory.observe(static_cast<std::uint32_t>(300 + i)).has_value());
    }
    const auto left = memory.programs();
    BOOST_TEST_REQUIRE(left.size() == 2U);
    BOOST_TEST(left[0].path == "/opt/p3");
    BOOST_TEST(left[1].path == "/opt/p4");
}

BOOST_AUTO_TEST_CASE(a_damaged_memory_is_reported_and_starts_empty)
{
    Machine machine;
    std::ofstream{machine.file()} << "{\"format\":1,\"programs\":[{";
    auto memory = machine.memory();
    const auto loaded = memory.load();
    BOOST_TEST_REQUIRE(loaded.has_error());
    BOOST_TEST((loaded.error().code == Errc::invalid_input));
    BOOST_TEST(memory.observe_all().value().size() == 1U);
    BOOST_TEST(memory.save().has_value());
    auto again = machine.memory();
    BOOST_TEST(again.load().has_value());
}

BOOST_AUTO_TEST_CASE(command_lines_are_kept_only_on_demand)
{
    Machine machine;
    auto memory = machine.memory();
    memory.set_command_lines(CommandLines::kept);
    BOOST_TEST(memory.observe(1).value().command_line == "run --fast");
    memory.set_command_lines(CommandLines::dropped);
    BOOST_TEST(memory.programs()[0].command_line == "");
}

BOOST_AUTO_TEST_CASE(a_process_that_is_gone_is_nothing)
{
    Machine machine;
    auto memory = machine.memory();
    BOOST_TEST(!memory.observe(4711).has_value());
}

BOOST_AUTO_TEST_CASE(the_real_process_of_this_test_is_seen)
{
    SystemClock clock;
    ProgramMemory memory{{}, "/", clock};
    const auto program = memory.observe(static_cast<std::uint32_t>(::getpid()));
    BOOST_TEST_REQUIRE(program.has_value());
    BOOST_TEST(program->path == std::filesystem::read_symlink("/proc/self/exe").string());
    BOOST_TEST(program->parent != "");
}

BOOST_AUTO_TEST_CASE(who_may_replace_a_file)
{
    const auto status = [](FileKind kind, std::uint32_t mode, std::uint32_t user,
                           std::uint32_t group) {
        FileStatus s;
        s.kind = kind;
        s.mode = mode;
        s.user = user;
        s.group = group;
        return s;
    };
    BOOST_TEST(!lets_users_write(status(FileKind::regular, 0755, 0, 0)));
    BOOST_TEST(lets_users_write(status(FileKind::regular, 0755, 1000, 0)));
    BOOST_TEST(lets_users_write(status(FileKind::regular, 0757, 0, 0)));
    BOOST_TEST(lets_users_write(status(FileKind::regular, 0775, 0, 50)));
    BOOST_TEST(!lets_users_write(status(FileKind::regular, 0775, 0, 0)));
    BOOST_TEST(lets_users_write(status(FileKind::folder, 0777, 0, 0)));
    BOOST_TEST(!lets_users_write(status(FileKind::folder, 01777, 0, 0)));
}

BOOST_AUTO_TEST_CASE(a_deleted_executable_keeps_its_name)
{
    BOOST_TEST(executable_path("/usr/bin/vi (deleted)") == "/usr/bin/vi");
    BOOST_TEST(executable_path("/usr/bin/vi") == "/usr/bin/vi");
}

BOOST_AUTO_TEST_CASE(list_files_name_their_package)
{
    BOOST_TEST(package_of_list_file("libc6:amd64.list") == "libc6");
    BOOST_TEST(package_of_list_file("bash.list") == "bash");
    BOOST_TEST(package_of_list_file("bash.md5sums") == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
