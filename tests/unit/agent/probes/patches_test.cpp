#include "agent/probes/dpkg.hpp"
#include "agent/probes/patches.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <ctime>
#include <ostream>

namespace mimamori::agent::probes {
namespace {

using tests::RecordedMachine;

Timestamp at(std::string_view text)
{
    return parse_rfc3339(text).value();
}

/// dpkg logs local time; the recorded machines are in Japan.
struct InJapan
{
    InJapan() { set("JST-9"); }

    ~InJapan() { set("UTC0"); }

    static void set(const char* zone)
    {
        ::setenv("TZ", zone, 1);
        ::tzset();
    }
};

std::vector<std::string> unknown_facts(const wire::Provenance& from)
{
    std::vector<std::string> facts;
    for (const auto& unknown : from.unknown)
        facts.push_back(unknown.fact);
    return facts;
}

BOOST_FIXTURE_TEST_SUITE(patches, InJapan)

BOOST_AUTO_TEST_CASE(debian_tells_what_waits_and_since_when)
{
    RecordedMachine machine{"debian12"};
    const auto patches = read_patches(machine.context());
    BOOST_TEST((patches.last_update_at == at("2025-12-24T23:59:58Z")));
    BOOST_TEST((patches.lists_updated_at == at("2026-03-09T21:30:00Z")));
    BOOST_TEST((patches.pending_count == 2U));
    BOOST_TEST((patches.pending_security_count == 1U));
    BOOST_TEST_REQUIRE(patches.pending.size() == 2U);
    BOOST_TEST(patches.pending[0].name == "openssh-server");
    BOOST_TEST(patches.pending[0].security);
    BOOST_TEST(patches.pending[0].available == "1:9.2p1-2+deb12u3");
    BOOST_TEST(patches.pending[1].name == "dpkg");
    BOOST_TEST(!patches.pending[1].security);
    BOOST_TEST((patches.reboot_pending == true));
    const std::vector<std::string> reasons{
        "dbus", "kernel 6.1.0-21-amd64 is installed, 6.1.0-18-amd64 runs",
        "linux-image-6.1.0-21-amd64"};
    BOOST_TEST(patches.reboot_reasons == reasons, boost::test_tools::per_element());
    const std::vector<std::string> sources{
        "deb.debian.org", "mirror.hospital.example", "packages.vendor.example"};
    BOOST_TEST(patches.update_sources == sources, boost::test_tools::per_element());
    BOOST_TEST(patches.update_policy == "automatic");
    BOOST_TEST(patches.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(ubuntus_packed_lists_are_read)
{
    RecordedMachine machine{"ubuntu2204"};
    const auto patches = read_patches(machine.context());
    BOOST_TEST((patches.pending_count == 3U));
    BOOST_TEST((patches.pending_security_count == 1U));
    BOOST_TEST_REQUIRE(patches.pending.size() == 3U);
    BOOST_TEST(patches.pending[0].name == "openssl");
    BOOST_TEST(patches.pending[0].available == "3.0.2-0ubuntu1.15");
    BOOST_TEST(patches.pending[0].security);
    BOOST_TEST(patches.pending[1].name == "firefox");
    BOOST_TEST(patches.pending[2].name == "tzdata");
    BOOST_TEST((patches.lists_updated_at == at("2026-03-10T02:00:00Z")));
    BOOST_TEST((patches.last_update_at == at("2026-02-02T02:02:02Z")));
    BOOST_TEST((patches.reboot_pending == false));
    BOOST_TEST(patches.update_policy == "manual");
    BOOST_TEST_REQUIRE(patches.from.unknown.size() == 1U);
    BOOST_TEST(
        patches.from.unknown[0].why
        == "apt preferences for \"/^lib.*/\" use a form that is not understood");
}

BOOST_AUTO_TEST_CASE(rocky_knows_its_dates_but_not_what_waits)
{
    RecordedMachine machine{"rocky9"};
    const auto patches = read_patches(machine.context());
    BOOST_TEST((patches.last_update_at == from_ms(1710471845000)));
    BOOST_TEST((patches.lists_updated_at == at("2026-03-10T06:00:00Z")));
    BOOST_TEST(!patches.pending_count.has_value());
    BOOST_TEST((patches.reboot_pending == false));
    const std::vector<std::string> sources{"file", "mirrors.rockylinux.org"};
    BOOST_TEST(patches.update_sources == sources, boost::test_tools::per_element());
    BOOST_TEST(patches.update_policy == "automatic");
    const std::vector<std::string> unknown{"pending_count", "pending_security_count"};
    BOOST_TEST(unknown_facts(patches.from) == unknown, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_old_database_of_centos_is_named)
{
    RecordedMachine machine{"centos7"};
    const auto patches = read_patches(machine.context());
    BOOST_TEST(!patches.last_update_at.has_value());
    BOOST_TEST_REQUIRE(!patches.from.unknown.empty());
    BOOST_TEST(
        patches.from.unknown[0].why
        == "read /var/lib/rpm/Packages: a Berkeley DB, which is not read");
}

BOOST_AUTO_TEST_CASE(the_lists_are_read_again_only_when_something_changed)
{
    RecordedMachine machine{"debian12"};
    read_patches(machine.context());
    const std::string lists = "/var/lib/apt/lists/";
    const std::string list =
        lists + "deb.debian.org_debian-security_dists_bookworm-security_main_binary-amd64_Packages";
    const std::string inputs = machine.memory.pending.inputs;
    read_patches(machine.context());
    BOOST_TEST(machine.memory.pending.inputs == inputs);

    machine.tree.write(list, "Package: bash\nArchitecture: amd64\nVersion: 5.2.15-2+deb12u1\n");
    const auto patches = read_patches(machine.context());
    BOOST_TEST(machine.memory.pending.inputs != inputs);
    BOOST_TEST(patches.pending.at(0).name == "bash");
}

BOOST_AUTO_TEST_CASE(a_list_that_cannot_be_read_makes_the_counts_unknown)
{
    RecordedMachine machine{"ubuntu2204"};
    machine.tree.write(
        "/var/lib/apt/lists/"
        "security.ubuntu.com_ubuntu_dists_jammy-security_main_binary-amd64_Packages.gz",
        "cut");
    const auto patches = read_patches(machine.context());
    BOOST_TEST(!patches.pending_count.has_value());
    BOOST_TEST_REQUIRE(!patches.from.unknown.empty());
    BOOST_TEST(patches.from.unknown[0].fact == "pending_count");
    BOOST_TEST(patches.from.unknown[0].why.ends_with("Packages.gz: damaged"));
}

struct RebootCase
{
    std::string_view what;
    RebootSigns signs;
    std::optional<bool> expected;

    friend std::ostream& operator<<(std::ostream& out, const RebootCase& c)
    {
        return out << c.what;
    }
};

const RebootCase reboots[] = {
    {"nothing is known", {}, std::nullopt},
    {"the flag is there", {.flag = true}, true},
    {"the flag would be there", {.flag_would_be_set = true}, false},
    {"the newest kernel runs",
     {.running_kernel = "6.1.0-18-amd64", .kernels = {"6.1.0-9-amd64", "6.1.0-18-amd64"}},
     false},
    {"a newer kernel waits",
     {.running_kernel = "6.1.0-9-amd64", .kernels = {"6.1.0-9-amd64", "6.1.0-18-amd64"}},
     true},
    {"another variant's kernel does not count",
     {.running_kernel = "6.1.0-9-amd64", .kernels = {"6.1.0-9-amd64", "6.1.0-18-cloud-amd64"}},
     false},
    {"red hat's kernels have no variant",
     {.running_kernel = "5.14.0-362.8.1.el9_3.x86_64", .kernels = {"5.14.0-362.24.1.el9_3.x86_64"}},
     true},
    {"a kernel from outside cannot be compared",
     {.running_kernel = "6.18.44-host", .kernels = {"6.1.0-9-amd64"}},
     std::nullopt},
};

BOOST_DATA_TEST_CASE(a_restart_is_due_when, boost::unit_test::data::make(reboots), c)
{
    wire::PatchesSection patches;
    judge_reboot(c.signs, patches);
    BOOST_TEST((patches.reboot_pending == c.expected));
    BOOST_TEST(patches.from.unknown.empty() == c.expected.has_value());
}

BOOST_AUTO_TEST_CASE(the_last_installation_is_found_from_the_end)
{
    BOOST_TEST(!newest_change("").has_value());
    BOOST_TEST(!newest_change("\n").has_value());
    BOOST_TEST(!newest_change("2026-01-01 00:00:00 remove x 1 2\n").has_value());
    BOOST_TEST(
        newest_change("2026-01-01 00:00:00 install a\n2026-01-02 00:00:00 upgrade b\n2026-01-03 "
                      "00:00:00 status installed b")
            .value()
        == "2026-01-02 00:00:00");
    BOOST_TEST(newest_change("2026-01-01 00:00:00 install a").value() == "2026-01-01 00:00:00");
}

BOOST_AUTO_TEST_CASE(local_times_are_read_or_refused)
{
    BOOST_TEST((parse_local_time("2026-03-01 09:15:07") == LocalTime{2026, 3, 1, 9, 15, 7}));
    for (const std::string_view wrong :
         {"", "2026-03-01", "2026-03-01T09:15:00", "2026-02-30 09:15:00", "2026-03-01 24:00:00",
          "2026-03-01 09:15:0x", "2026-03-01 -1:15:00"})
        BOOST_TEST(!parse_local_time(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
