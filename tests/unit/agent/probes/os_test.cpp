#include "agent/probes/os.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::agent::probes {
namespace {

using tests::RecordedMachine;
using namespace std::chrono_literals;

Timestamp at(std::string_view text)
{
    return parse_rfc3339(text).value();
}

BOOST_AUTO_TEST_SUITE(os)

BOOST_AUTO_TEST_CASE(debian_is_understood)
{
    RecordedMachine machine{"debian12"};
    const auto os = read_os(machine.context());
    BOOST_TEST(os.family == "linux");
    BOOST_TEST(os.product == "Debian GNU/Linux 12 (bookworm)");
    BOOST_TEST(os.distribution == "debian");
    BOOST_TEST(os.version == "12");
    BOOST_TEST(os.kernel == "6.1.0-18-amd64");
    BOOST_TEST(os.architecture == "x86_64");
    BOOST_TEST(os.hostname == "ward3-pc17");
    BOOST_TEST(os.locale == "ja_JP.UTF-8");
    BOOST_TEST(os.time_zone == "Asia/Tokyo");
    BOOST_TEST(os.domain == "");
    BOOST_TEST((os.installed_at == at("2024-02-20T05:31:12Z")));
    BOOST_TEST((os.booted_at == at("2026-03-09T00:00:00Z")));
    BOOST_TEST(os.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(ubuntu_tells_its_domain_and_its_extended_support)
{
    RecordedMachine machine{"ubuntu2204"};
    const auto os = read_os(machine.context());
    BOOST_TEST(os.version == "22.04");
    BOOST_TEST(os.domain == "ad.hospital.example");
    BOOST_TEST(os.extended_support == "licensed");
    BOOST_TEST((os.installed_at == at("2023-05-11T01:22:33Z")));
    BOOST_TEST(os.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(rocky_is_a_samba_member)
{
    RecordedMachine machine{"rocky9"};
    const auto os = read_os(machine.context());
    BOOST_TEST(os.product == "Rocky Linux 9.3 (Blue Onyx)");
    BOOST_TEST(os.version == "9.3");
    BOOST_TEST(os.domain == "AD.HOSPITAL.EXAMPLE");
}

BOOST_AUTO_TEST_CASE(centos_7_is_understood)
{
    RecordedMachine machine{"centos7"};
    const auto os = read_os(machine.context());
    BOOST_TEST(os.distribution == "centos");
    BOOST_TEST(os.version == "7");
    BOOST_TEST((os.installed_at == at("2020-12-01T00:00:00Z")));
}

BOOST_AUTO_TEST_CASE(a_bare_system_says_what_it_does_not_know)
{
    RecordedMachine machine{"minimal"};
    const auto os = read_os(machine.context());
    BOOST_TEST(os.product == "Buildroot 2020.02.9");
    BOOST_TEST(os.architecture == "x86");
    std::vector<std::string> unknown;
    for (const auto& fact : os.from.unknown)
        unknown.push_back(fact.fact);
    const std::vector<std::string> expected{"installed_at", "locale", "time_zone"};
    BOOST_TEST(unknown == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(before_os_release_the_release_line_counts)
{
    RecordedMachine machine{"centos7"};
    machine.tree.remove("/etc/os-release");
    machine.tree.write("/etc/centos-release", "CentOS release 6.10 (Final)\n");
    const auto os = read_os(machine.context());
    BOOST_TEST(os.product == "CentOS release 6.10 (Final)");
    BOOST_TEST(os.distribution == "centos");
    BOOST_TEST(os.version == "6.10");
}

BOOST_AUTO_TEST_CASE(a_file_without_a_name_leaves_the_product_unknown)
{
    wire::OsSection os;
    apply_os_release("VERSION_ID=12\n", os);
    BOOST_TEST(os.product == "");
    BOOST_TEST_REQUIRE(os.from.unknown.size() == 1U);
    BOOST_TEST(os.from.unknown[0].fact == "product");
}

struct ClockCase
{
    std::string_view what;
    std::chrono::milliseconds moved;
    std::string_view expected;

    friend std::ostream& operator<<(std::ostream& out, const ClockCase& c) { return out << c.what; }
};

const ClockCase clock_cases[] = {
    {"nothing", 0ms, "2026-03-09T08:00:00Z"},
    {"a second back over the minute", -30s, "2026-03-09T08:00:00Z"},
    {"two minutes", 90s, "2026-03-09T08:00:00Z"},
    {"just above two minutes", 90s + 1ms, "2026-03-09T08:02:00Z"},
    {"an hour back", -1h, "2026-03-09T07:00:00Z"},
};

BOOST_DATA_TEST_CASE(
    small_corrections_of_the_clock_keep_the_boot_time, boost::unit_test::data::make(clock_cases), c)
{
    BootMemory memory;
    const auto first = at("2026-03-09T08:00:30Z");
    BOOST_TEST((settle_boot_time(memory, "boot", first) == at("2026-03-09T08:00:00Z")));
    BOOST_TEST((settle_boot_time(memory, "boot", first + c.moved) == at(c.expected)));
}

BOOST_AUTO_TEST_CASE(another_boot_has_its_own_time)
{
    BootMemory memory;
    settle_boot_time(memory, "first", at("2026-03-09T08:00:30Z"));
    const auto second = settle_boot_time(memory, "second", at("2026-03-09T08:01:59Z"));
    BOOST_TEST((second == at("2026-03-09T08:01:00Z")));
}

BOOST_AUTO_TEST_CASE(ubuntu_pro_without_esm_is_no_licence)
{
    BOOST_TEST(parse_ubuntu_pro(R"({"attached": false, "services": []})") == "none");
    BOOST_TEST(
        parse_ubuntu_pro(
            R"({"attached": true, "services": [{"name": "esm-infra", "status": "disabled"}]})")
        == "none");
    BOOST_TEST(parse_ubuntu_pro("{}") == "");
    BOOST_TEST(parse_ubuntu_pro("not json") == "");
}

BOOST_AUTO_TEST_CASE(a_stand_alone_samba_is_in_no_domain)
{
    BOOST_TEST(parse_samba_domain("[global]\nsecurity = user\nworkgroup = W\n") == "");
    BOOST_TEST(parse_samba_domain("[global]\nsecurity = domain\nworkgroup = W\n") == "W");
}

BOOST_AUTO_TEST_CASE(machines_are_named_alike)
{
    BOOST_TEST(architecture_of("i586") == "x86");
    BOOST_TEST(architecture_of("i686") == "x86");
    BOOST_TEST(architecture_of("aarch64") == "aarch64");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
