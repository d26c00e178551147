#include "agent/antivirus/find_products.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace mimamori::agent::antivirus {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const Timestamp now = parse_rfc3339("2026-11-22T10:00:00Z").value();

std::string header_of(std::string_view build_time, unsigned version, std::int64_t since_1970_s)
{
    std::string text =
        "ClamAV-VDB:" + std::string{build_time} + ':' + std::to_string(version)
        + ":1:216:0123456789abcdef0123456789abcdef:X:builder:" + std::to_string(since_1970_s);
    text.resize(512, ' ');
    return text + "what follows is compressed";
}

/// A machine with Debian's ClamAV, made of files below a temporary folder.
struct ClamavMachine
{
    ClamavMachine()
    {
        write(
            "/var/lib/dpkg/status",
            "Package: clamav\nStatus: install ok installed\nVersion: 1.4.6+dfsg-0+deb12u1\n\n"
            "Package: clamav-base\nStatus: install ok installed\n"
            "Version: 1.4.6+dfsg-0+deb12u1\n\n"
            "Package: libclamav11\nStatus: deinstall ok config-files\nVersion: 1.0.9\n\n"
            "Package: libclamav12\nStatus: install ok installed\nVersion: 1.4.6+dfsg-0\n");
        write(
            "/etc/clamav/freshclam.conf", "DatabaseDirectory /var/lib/clamav\n"
                                          "UpdateLogFile /var/log/clamav/freshclam.log\n");
        write("/etc/clamav/clamd.conf", "DatabaseDirectory /var/lib/clamav\n");
        write(
            "/var/log/clamav/freshclam.log",
            "Sat Nov 21 04:10:37 2026 -> ClamAV update process started at Sat Nov 21 04:10:37 "
            "2026\nSun Nov 22 05:10:37 2026 -> --------\n"
            "Sun Nov 22 05:10:37 2026 -> ClamAV update process started at Sun Nov 22 05:10:37 "
            "2026\nSun Nov 22 05:10:37 2026 -> ERROR: Update failed.\n");
        add_process(1, "/usr/lib/systemd/systemd");
        fs::create_directories(at("/var/lib/clamav"));
    }

    fs::path at(std::string_view path) const { return folder.path() / path.substr(1); }

    void write(std::string_view path, std::string_view content)
    {
        fs::create_directories(at(path).parent_path());
        std::ofstream{at(path), std::ios::binary} << content;
    }

    void write_database(
        std::string_view name, std::string_view time, unsigned version, std::int64_t since_1970_s)
    {
        write("/var/lib/clamav/" + std::string{name}, header_of(time, version, since_1970_s));
    }

    void add_process(int pid, const std::string& program)
    {
        const std::string process = "/proc/" + std::to_string(pid);
        fs::create_directories(at(process));
        fs::create_symlink(program, at(process + "/exe"));
    }

    wire::AntivirusProduct clamav() const
    {
        const auto section =
            find_products(embedded_definitions(), LinuxFacts{folder.path(), memory}, now);
        for (const auto& product : section.products)
        {
            if (product.id == "clamav")
                return product;
        }
        return {};
    }

    tests::TempFolder folder;
    mutable LinuxMemory memory;
};

std::string why(const wire::AntivirusProduct& product, std::string_view fact)
{
    for (const auto& unknown : product.unknown)
    {
        if (unknown.fact == fact)
            return unknown.why;
    }
    return {};
}

std::string text(const std::optional<Timestamp>& at)
{
    return at ? to_rfc3339(*at).substr(0, 19) : "none";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(clamav, ClamavMachine)

BOOST_AUTO_TEST_CASE(everything_that_clamav_tells_is_read)
{
    write_database("daily.cvd", "23 Oct 2026 09-15 +0000", 27800, 1792746900);
    write_database("main.cvd", "16 Sep 2021 08-32 -0400", 62, 1631795562);
    fs::last_write_time(
        at("/var/lib/clamav/daily.cvd"),
        fs::file_time_type::clock::from_sys(std::chrono::sys_days{2026y / 10 / 24} + 3h + 0s));
    add_process(40, "/usr/sbin/clamd");
    add_process(41, "/usr/sbin/clamonacc (deleted)");

    const auto product = clamav();
    BOOST_TEST(product.vendor == "Cisco");
    BOOST_TEST(product.has_pattern);
    BOOST_TEST(product.version == "1.4.6");
    BOOST_TEST(product.engine_version == "1.4.6");
    BOOST_TEST(product.pattern_version == "27800");
    BOOST_TEST(text(product.pattern_built_at) == "2026-10-23T09:15:00");
    BOOST_TEST(text(product.pattern_applied_at) == "2026-10-24T03:00:00");
    BOOST_TEST((product.realtime == wire::Switch::on));
    BOOST_TEST(product.unknown.empty());
    const auto& sources = product.sources;
    BOOST_TEST(std::count(sources.begin(), sources.end(), "/var/lib/clamav/daily.cvd") == 1);
    // Rounded down to the day, or a working updater would change the section every hour.
    BOOST_TEST(
        (product.update_tried_at
         == std::chrono::floor<std::chrono::days>(*product.update_tried_at)));
}

BOOST_AUTO_TEST_CASE(a_database_that_sigtool_made_thirty_days_ago_is_thirty_days_old)
{
    // The real tool writes the header; faketime sets its clock.
    const fs::path work = at("/work");
    fs::create_directories(work);
    std::ofstream{work / "daily.ndb"} << "Mimamori-Test:0:*:deadbeefdeadbeef\n";
    std::ofstream{work / "COPYING"} << "x\n";
    std::ofstream{work / "daily.info"};
    const std::string command =
        "cd '" + work.string()
        + "' && SIGNDUSER=mimamori TZ=UTC faketime '2026-10-23 09:15:00' sigtool --unsigned "
          "--build=daily.cud --cvd-version=27800 --datadir=. >log 2>&1 </dev/null";
    BOOST_REQUIRE(std::system(command.c_str()) == 0);
    fs::copy_file(work / "daily.cud", at("/var/lib/clamav/daily.cud"));

    const auto product = clamav();
    // The clock of faketime runs on while the tool works.
    BOOST_TEST(text(product.pattern_built_at).substr(0, 15) == "2026-10-23T09:1");
    BOOST_TEST(product.pattern_version == "27800");
    BOOST_TEST(
        (std::chrono::floor<std::chrono::days>(now - *product.pattern_built_at) == 30 * 24h));
}

BOOST_AUTO_TEST_CASE(the_newest_of_cvd_cld_and_cud_counts)
{
    write_database("daily.cvd", "23 Oct 2026 09-15 +0000", 27800, 1792746900);
    write_database("daily.cld", "25 Oct 2026 09-15 +0000", 27802, 1792919700);
    write_database("daily.cud", "24 Oct 2026 09-15 +0000", 27801, 1792833300);
    BOOST_TEST(clamav().pattern_version == "27802");
    BOOST_TEST(text(clamav().pattern_built_at) == "2026-10-25T09:15:00");
}

BOOST_AUTO_TEST_CASE(main_counts_only_without_a_daily)
{
    write_database("main.cvd", "16 Sep 2021 08-32 -0400", 62, 1631795562);
    BOOST_TEST(clamav().pattern_version == "62");
    BOOST_TEST(text(clamav().pattern_built_at) == "2021-09-16T12:32:42");
    write_database("daily.cvd", "23 Oct 2026 09-15 +0000", 27800, 1792746900);
    BOOST_TEST(clamav().pattern_version == "27800");
}

BOOST_AUTO_TEST_CASE(a_damaged_daily_is_unknown_and_main_does_not_stand_in_for_it)
{
    write_database("main.cvd", "16 Sep 2021 08-32 -0400", 62, 1631795562);
    write("/var/lib/clamav/daily.cvd", "ClamAV-VDB:23 Oct 2026 09-15 +0000:27800:1");
    const auto product = clamav();
    BOOST_TEST(text(product.pattern_built_at) == "none");
    BOOST_TEST(product.pattern_version.empty());
    BOOST_TEST(
        why(product, "pattern_built_at")
        == "read /var/lib/clamav/daily.cvd: ClamAV header: it ends after 42 of its 512 bytes");
}

BOOST_AUTO_TEST_CASE(without_a_database_the_product_is_there_and_its_age_unknown)
{
    const auto product = clamav();
    BOOST_TEST(product.id == "clamav");
    BOOST_TEST(text(product.pattern_built_at) == "none");
    BOOST_TEST(
        why(product, "pattern_built_at")
        == "/var/lib/clamav/daily.cvd and 2 others: not there; "
           "/var/lib/clamav/main.cvd and 2 others: not there");
}

BOOST_AUTO_TEST_CASE(the_state_of_watching_is_on_off_or_unknown)
{
    BOOST_TEST((clamav().realtime == wire::Switch::off)); // Neither program runs.
    add_process(40, "/usr/sbin/clamd");
    BOOST_TEST((clamav().realtime == wire::Switch::off)); // A scanner on demand.
    add_process(41, "/usr/sbin/clamonacc");
    BOOST_TEST((clamav().realtime == wire::Switch::on));
}

BOOST_AUTO_TEST_CASE(a_program_that_a_person_started_under_that_name_does_not_count)
{
    add_process(40, "/usr/sbin/clamd");
    add_process(41, "/home/someone/clamonacc");
    BOOST_TEST((clamav().realtime == wire::Switch::on));
    if (::geteuid() != 0)
        return; // Only root can give the process to somebody else.
    BOOST_REQUIRE(::chown(at("/proc/41").c_str(), 1000, 1000) == 0);
    BOOST_TEST((clamav().realtime == wire::Switch::off));
    BOOST_REQUIRE(::chown(at("/proc/41").c_str(), 999, 999) == 0);
    BOOST_TEST((clamav().realtime == wire::Switch::on));
}

BOOST_AUTO_TEST_CASE(an_old_clamd_watches_by_itself_when_told_so)
{
    add_process(40, "/usr/sbin/clamd");
    write("/etc/clamav/clamd.conf", "ScanOnAccess yes\n");
    BOOST_TEST((clamav().realtime == wire::Switch::on));
    write("/etc/clamav/clamd.conf", "ScanOnAccess false\n");
    BOOST_TEST((clamav().realtime == wire::Switch::off));
    write("/etc/clamav/clamd.conf", "ScanOnAccess perhaps\n");
    BOOST_TEST((clamav().realtime == wire::Switch::unknown));
    BOOST_TEST(
        why(clamav(), "realtime").find("the value is not one of the known states")
        != std::string::npos);
}

BOOST_AUTO_TEST_CASE(hidden_processes_make_the_state_unknown_and_are_told)
{
    fs::remove_all(at("/proc"));
    fs::create_directories(at("/proc/77"));
    const auto section =
        find_products(embedded_definitions(), LinuxFacts{folder.path(), memory}, now);
    BOOST_TEST((clamav().realtime == wire::Switch::unknown));
    BOOST_TEST(why(clamav(), "realtime") == "list /proc: processes of others are hidden");
    const auto& blind = section.from.unknown;
    BOOST_TEST(std::any_of(blind.begin(), blind.end(), [](const wire::UnknownFact& unknown) {
        return unknown.fact == "products"
               && unknown.why == "list /proc: processes of others are hidden";
    }));
}

BOOST_AUTO_TEST_CASE(another_database_folder_is_followed_inside_the_places_only)
{
    write("/etc/clamav/freshclam.conf", "DatabaseDirectory /var/lib/clamav/site\n");
    write(
        "/var/lib/clamav/site/daily.cvd", header_of("25 Oct 2026 09-15 +0000", 27802, 1792919700));
    BOOST_TEST(clamav().pattern_version == "27802");

    // The folder exists and holds a database, and still nothing there is opened.
    write("/srv/clamav/daily.cvd", header_of("25 Oct 2026 09-15 +0000", 27802, 1792919700));
    for (const char* other :
         {"/srv/clamav", "/var/lib/clamav/../../../srv/clamav", "/", "relative", "/var/lib/clamav*",
          "/etc"})
    {
        write("/etc/clamav/freshclam.conf", "DatabaseDirectory " + std::string{other} + '\n');
        const auto product = clamav();
        BOOST_TEST(product.pattern_version.empty(), other);
        BOOST_TEST(
            why(product, "pattern_built_at")
            == "the path of ${db} lies outside of the places that may be read");
    }
}

BOOST_AUTO_TEST_CASE(links_are_not_followed_at_any_step)
{
    write("/secret/daily.cvd", header_of("25 Oct 2026 09-15 +0000", 27802, 1792919700));
    fs::create_symlink(at("/secret/daily.cvd"), at("/var/lib/clamav/daily.cvd"));
    auto product = clamav();
    BOOST_TEST(product.pattern_version.empty());
    BOOST_TEST(
        why(product, "pattern_built_at")
        == "open /var/lib/clamav/daily.cvd: links are not followed");

    fs::remove_all(at("/var/lib/clamav"));
    fs::create_directory_symlink(at("/secret"), at("/var/lib/clamav"));
    product = clamav();
    BOOST_TEST(product.pattern_version.empty());
    BOOST_TEST(
        why(product, "pattern_built_at").find("links are not followed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_fifo_in_the_place_of_a_file_does_not_hold_us)
{
    BOOST_REQUIRE(::mkfifo(at("/var/lib/clamav/daily.cvd").c_str(), 0600) == 0);
    BOOST_TEST(
        why(clamav(), "pattern_built_at") == "read /var/lib/clamav/daily.cvd: not a regular file");
}

BOOST_AUTO_TEST_CASE(of_a_huge_log_only_the_end_is_read)
{
    const std::string old = "-> ClamAV update process started at Thu Oct  1 00:00:00 2026\n";
    std::string log = old + std::string(4'000'000, 'x') + '\n';
    write("/var/log/clamav/freshclam.log", log);
    BOOST_TEST(text(clamav().update_tried_at) == "none");
    log += "-> ClamAV update process started at Fri Nov 20 12:00:00 2026\n";
    write("/var/log/clamav/freshclam.log", log);
    BOOST_TEST(text(clamav().update_tried_at) != "none");
}

BOOST_AUTO_TEST_CASE(a_log_that_is_no_text_or_has_wrong_dates_leaves_the_try_unknown)
{
    for (const char* log :
         {"", "\xff\xfe\x80 ClamAV update process started at \xff\xff\xff\xff",
          "ClamAV update process started at Sun Nov 99 05:10:37 2026\n",
          "ClamAV update process started at"})
    {
        write("/var/log/clamav/freshclam.log", log);
        BOOST_TEST(text(clamav().update_tried_at) == "none");
        BOOST_TEST(!why(clamav(), "update_tried_at").empty());
    }
}

BOOST_AUTO_TEST_CASE(without_package_database_the_version_comes_from_the_log_of_clamd)
{
    fs::remove(at("/var/lib/dpkg/status"));
    write_database("daily.cvd", "23 Oct 2026 09-15 +0000", 27800, 1792746900);
    BOOST_TEST(clamav().version.empty());
    BOOST_TEST(why(clamav(), "version").find("/var/lib/dpkg/status") != std::string::npos);
    write(
        "/var/log/clamav/clamav.log",
        "Sun Nov 22 05:13:17 2026 -> clamd daemon 1.4.6 (OS: Linux, ARCH: x86_64)\n");
    BOOST_TEST(clamav().version == "1.4.6");
}

BOOST_AUTO_TEST_CASE(a_machine_without_antivirus_has_no_products)
{
    fs::remove(at("/var/lib/dpkg/status"));
    fs::remove_all(at("/var/lib/clamav"));
    const auto section =
        find_products(embedded_definitions(), LinuxFacts{folder.path(), memory}, now);
    BOOST_TEST(section.products.empty());
    BOOST_TEST(section.definitions_version == embedded_definitions().version);
}

BOOST_AUTO_TEST_CASE(a_folder_that_may_not_be_read_is_told_and_not_taken_for_absence)
{
    write("/opt/eset/x", "");
    BOOST_REQUIRE(::chmod(at("/opt").c_str(), 0) == 0);
    const auto section = [&] {
        if (::geteuid() == 0)
            BOOST_REQUIRE(::seteuid(65534) == 0);
        auto found = find_products(embedded_definitions(), LinuxFacts{folder.path(), memory}, now);
        if (::getuid() == 0)
            BOOST_REQUIRE(::seteuid(0) == 0);
        return found;
    }();
    ::chmod(at("/opt").c_str(), 0700);
    const auto& blind = section.from.unknown;
    BOOST_TEST(std::any_of(blind.begin(), blind.end(), [](const wire::UnknownFact& unknown) {
        return unknown.why == "open /opt/eset: Permission denied";
    }));
}

BOOST_AUTO_TEST_CASE(services_and_whether_they_run_are_seen_at_once)
{
    const auto state_of = [&](std::string_view name) -> std::string {
        const auto services = LinuxFacts{folder.path(), memory}.services();
        BOOST_REQUIRE(services);
        for (const ServiceState& service : *services)
        {
            if (service.name == name)
                return !service.running ? "hidden" : *service.running ? "runs" : "stopped";
        }
        return "not there";
    };
    write("/usr/lib/systemd/system/ssh.service", "");
    BOOST_TEST(state_of("ssh.service") == "hidden");
    BOOST_TEST(state_of("kesl.service") == "not there");

    write("/etc/systemd/system/kesl.service", "");
    fs::create_directories(at("/sys/fs/cgroup/system.slice/ssh.service"));
    BOOST_TEST(state_of("ssh.service") == "runs");
    BOOST_TEST(state_of("kesl.service") == "stopped");

    fs::remove(at("/etc/systemd/system/kesl.service"));
    fs::remove(at("/sys/fs/cgroup/system.slice/ssh.service"));
    BOOST_TEST(state_of("ssh.service") == "stopped");
    BOOST_TEST(state_of("kesl.service") == "not there");
}

BOOST_AUTO_TEST_CASE(a_path_that_is_not_plain_is_refused)
{
    write("/var/lib/clamav/daily.cvd", "x");
    const LinuxFacts facts{folder.path(), memory};
    for (const char* below : {"../clamav/daily.cvd", "./daily.cvd", "x/.."})
    {
        const auto read = facts.read_file_below("/var/lib/clamav", below, FileEnd::head, 10);
        BOOST_REQUIRE_MESSAGE(!read, below);
        BOOST_TEST(read.error().message.ends_with("not a plain path"), read.error().message);
    }
    BOOST_TEST(*facts.read_file_below("/var/lib/clamav", "daily.cvd", FileEnd::head, 10) == "x");
}

BOOST_AUTO_TEST_CASE(two_runs_on_an_idle_machine_are_equal)
{
    write_database("daily.cvd", "23 Oct 2026 09-15 +0000", 27800, 1792746900);
    const LinuxFacts facts{folder.path(), memory};
    const auto first = find_products(embedded_definitions(), facts, now);
    const auto second = find_products(embedded_definitions(), facts, now + 5h);
    BOOST_TEST((first == second));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori::agent::antivirus
