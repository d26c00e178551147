#include "agent/probes/dpkg.hpp"
#include "agent/probes/package_owner.hpp"
#include "agent/probes/rpm_database.hpp"
#include "agent/probes/software.hpp"
#include "common/wire/report.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::agent::probes {
namespace {

using tests::RecordedMachine;

std::vector<std::string> names_of(const wire::SoftwareSection& software)
{
    std::vector<std::string> names;
    for (const auto& package : software.software)
        names.push_back(package.name + ' ' + package.version);
    return names;
}

BOOST_AUTO_TEST_SUITE(software)

BOOST_AUTO_TEST_CASE(installed_packages_of_dpkg_are_listed)
{
    RecordedMachine machine{"debian12"};
    const auto software = read_software(machine.context());
    const std::vector<std::string> expected{
        "bash 5.2.15-2+b2",     "clamav 1.0.3+dfsg-1~deb12u1",      "dpkg 1.21.22",
        "libc6 2.36-9+deb12u4", "openssh-server 1:9.2p1-2+deb12u2", "viewer-pro 3.0~rc1"};
    BOOST_TEST(names_of(software) == expected, boost::test_tools::per_element());
    BOOST_TEST(software.software[0].vendor == "Matthias Klose");
    BOOST_TEST((software.software[0].installed_on == parse_iso_date("2024-02-20")));
    BOOST_TEST((software.software[3].installed_on == parse_iso_date("2024-02-20")));
    BOOST_TEST(software.software[3].architecture == "i386");
    BOOST_TEST(software.software[5].vendor == "Imaging Vendor K.K.");
    BOOST_TEST(software.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(a_database_made_by_rpm_is_read)
{
    RecordedMachine machine{"rocky9"};
    const auto software = read_software(machine.context());
    const std::vector<std::string> expected{
        "bash 5.1.8-6.el9_1", "kernel-core 5.14.0-362.24.1.el9_3",
        "openssh-server 8.7p1-34.el9_3.3", "openssl-libs 1:3.0.7-25.el9_3", "tzdata 2024a-1.el9"};
    BOOST_TEST(names_of(software) == expected, boost::test_tools::per_element());
    BOOST_TEST(software.software[0].vendor == "Rocky Enterprise Software Foundation");
    BOOST_TEST(software.software[0].architecture == "x86_64");
    BOOST_TEST((software.software[0].installed_on == parse_iso_date("2024-03-12")));
    BOOST_TEST(software.software[4].architecture == "noarch");
    BOOST_TEST(software.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_written_beside_the_rpm_database)
{
    RecordedMachine machine{"rocky9"};
    read_software(machine.context());
    const Tree tree{machine.tree.root()};
    BOOST_TEST(tree.names("/var/lib/rpm").value().size() == 1U);
}

BOOST_AUTO_TEST_CASE(changes_that_wait_beside_the_rpm_database_are_told)
{
    RecordedMachine machine{"rocky9"};
    machine.tree.write("/var/lib/rpm/rpmdb.sqlite-wal", "some frames");
    const auto software = read_software(machine.context());
    BOOST_TEST(software.software.size() == 5U);
    BOOST_TEST_REQUIRE(software.from.unknown.size() == 1U);
    BOOST_TEST(
        software.from.unknown[0].why
        == "/var/lib/rpm/rpmdb.sqlite-wal: holds changes that are not read yet");
}

BOOST_AUTO_TEST_CASE(a_damaged_rpm_database_is_an_error_and_no_crash)
{
    RecordedMachine machine{"rocky9"};
    machine.tree.write("/var/lib/rpm/rpmdb.sqlite", std::string(8192, 'x'));
    const auto software = read_software(machine.context());
    BOOST_TEST(software.software.empty());
    BOOST_TEST_REQUIRE(!software.from.unknown.empty());
    BOOST_TEST(software.from.unknown[0].fact == "software");
}

BOOST_AUTO_TEST_CASE(the_berkeley_db_is_unknown_and_named)
{
    RecordedMachine machine{"centos7"};
    const auto software = read_software(machine.context());
    BOOST_TEST(software.software.empty());
    BOOST_TEST_REQUIRE(software.from.unknown.size() == 2U);
    BOOST_TEST(
        software.from.unknown[1].why
        == "read /var/lib/rpm/Packages: a Berkeley DB, which is not read");
}

BOOST_AUTO_TEST_CASE(opkg_and_apk_are_read_too)
{
    RecordedMachine machine{"minimal"};
    machine.tree.write(
        "/lib/apk/db/installed",
        "C:Q1xx\nP:musl\nV:1.2.4-r2\nA:x86_64\nm:Timo <t@example.org>\nF:lib\n\nP:busybox\nV:2\n");
    const auto software = read_software(machine.context());
    const std::vector<std::string> expected{"busybox 2", "busybox 1.31.1-r0", "musl 1.2.4-r2"};
    BOOST_TEST(names_of(software) == expected, boost::test_tools::per_element());
    BOOST_TEST(software.software[2].vendor == "Timo");
}

BOOST_AUTO_TEST_CASE(the_list_ends_at_the_reports_limit)
{
    constexpr std::size_t limit = wire::ReportLimits::elements_max;
    wire::SoftwareSection software;
    for (std::size_t i = 0; i < limit; ++i)
        software.software.emplace_back().name = "p" + std::to_string(i);
    settle_software(software);
    BOOST_TEST(software.from.unknown.empty());
    software.software.emplace_back().name = "one more";
    settle_software(software);
    BOOST_TEST(software.software.size() == limit);
    BOOST_TEST(software.from.unknown.size() == 1U);
}

BOOST_AUTO_TEST_CASE(files_find_their_rpm)
{
    RecordedMachine machine{"rocky9"};
    const Tree tree{machine.tree.root()};
    PackageOwners packages;
    const auto owners = packages.find(tree, {"/usr/sbin/sshd", "/bin/bash", "/opt/x", "/tmp/sshd"});
    BOOST_TEST(owners.size() == 2U);
    BOOST_TEST(owners.at("/usr/sbin/sshd").package == "rpm:openssh-server");
    BOOST_TEST(owners.at("/usr/sbin/sshd").version == "8.7p1-34.el9_3.3");
    BOOST_TEST(owners.at("/bin/bash").package == "rpm:bash");
}

BOOST_AUTO_TEST_CASE(files_find_their_dpkg_package_also_after_packages_changed)
{
    tests::RecordedTree machine;
    int changes = 0;
    const auto list = [&](const std::string& package, const std::string& files) {
        // As dpkg does it: the folder changes, also within one tick of the file system's clock.
        const std::string path = "/var/lib/dpkg/info/" + package + ".list";
        machine.write(path + "-new", files);
        std::filesystem::rename(
            machine.root() / (path.substr(1) + "-new"), machine.root() / path.substr(1));
        std::filesystem::last_write_time(
            machine.root() / "var/lib/dpkg/info",
            std::filesystem::file_time_type::clock::now() + std::chrono::seconds{++changes});
    };
    machine.write(
        "/var/lib/dpkg/status", "Package: viewer\nStatus: install ok installed\nVersion: 1.0\n\n"
                                "Package: editor\nStatus: install ok installed\nVersion: 2.0\n\n");
    list("viewer:amd64", "/.\n/usr\n/usr/bin\n/usr/bin/viewer\n/usr/share/doc/viewer\n");
    list("editor", "/usr/share/editor/editor\n/usr/lib/editor/plug-in.so\n");
    const Tree tree{machine.root()};
    PackageOwners packages;
    auto owners = packages.find(
        tree, {"/usr/bin/viewer", "/usr/share/editor/editor", "/usr/lib/editor/plug-in.so",
               "/usr/bin/late", "/usr/share/late", "/usr/bin", ""});
    BOOST_TEST(owners.size() == 4U); // With the folder, which is listed as well.
    BOOST_TEST((owners.at("/usr/bin/viewer") == PackageOwner{"dpkg:viewer", "1.0"}));
    // A program in a place where programs are not expected is searched for in all lists.
    BOOST_TEST((owners.at("/usr/share/editor/editor") == PackageOwner{"dpkg:editor", "2.0"}));
    BOOST_TEST((owners.at("/usr/lib/editor/plug-in.so") == PackageOwner{"dpkg:editor", "2.0"}));

    list("late", "/usr/bin/late\n");
    owners = packages.find(tree, {"/usr/bin/late"});
    BOOST_TEST((owners.at("/usr/bin/late") == PackageOwner{"dpkg:late", ""}));
    list("late", "/usr/bin/later\n");
    BOOST_TEST(packages.find(tree, {"/usr/bin/late"}).empty());
}

BOOST_AUTO_TEST_CASE(headers_are_checked_at_every_offset)
{
    const auto number = [](std::uint32_t value) {
        std::string bytes;
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes += static_cast<char>(value >> static_cast<unsigned>(shift));
        return bytes;
    };
    const auto blob = [&](std::uint32_t tag, std::uint32_t type, std::uint32_t offset,
                          std::uint32_t count, const std::string& data) {
        return number(1) + number(static_cast<std::uint32_t>(data.size())) + number(tag)
               + number(type) + number(offset) + number(count) + data;
    };
    const std::string good = blob(1000, 6, 0, 1, std::string{"vim\0", 4});
    BOOST_TEST(RpmHeader::parse(good).value().text(RpmTag::name).value() == "vim");
    BOOST_TEST(RpmHeader::parse(good.substr(0, 7)).has_error());
    BOOST_TEST(RpmHeader::parse(good.substr(0, good.size() - 1)).has_error());
    BOOST_TEST(RpmHeader::parse("").has_error());

    const std::string outside = blob(1000, 6, 4, 1, std::string{"vim\0", 4});
    BOOST_TEST(!RpmHeader::parse(outside).value().text(RpmTag::name).has_value());
    const std::string endless = blob(1000, 6, 0, 1, "vim");
    BOOST_TEST(!RpmHeader::parse(endless).value().text(RpmTag::name).has_value());
    const std::string list = blob(1117, 8, 0, 3, std::string{"a\0b\0", 4});
    const auto header = RpmHeader::parse(list).value();
    BOOST_TEST(header.text_at(RpmTag::base_names, 1).value() == "b");
    BOOST_TEST(!header.text_at(RpmTag::base_names, 2).has_value());
    BOOST_TEST(!header.text_at(RpmTag::base_names, 3).has_value());
    const std::string numbers = blob(1116, 4, 0, 9, std::string{"\0\0\0\1\0\0\0\2\0", 9});
    const auto indexes = RpmHeader::parse(numbers).value();
    BOOST_TEST(indexes.number(RpmTag::dir_indexes, 1).value() == 2U);
    BOOST_TEST(!indexes.number(RpmTag::dir_indexes, 2).has_value());
}

BOOST_AUTO_TEST_CASE(the_name_of_a_maintainer_ends_before_the_address)
{
    BOOST_TEST(maintainer_name("A Team <a@example.org>") == "A Team");
    BOOST_TEST(maintainer_name("A Team") == "A Team");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
