#include "agent/probes/accounts.hpp"
#include "agent/probes/logons.hpp"
#include "agent/probes/utmp.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <sqlite3.h>

#include <ostream>

namespace mimamori::agent::probes {
namespace {

using tests::RecordedMachine;
using Texts = std::vector<std::string>;

const wire::Account& account(const wire::AccountsSection& section, std::string_view name)
{
    for (const wire::Account& one : section.accounts)
    {
        if (one.name == name)
            return one;
    }
    throw std::runtime_error{"no account " + std::string{name}};
}

/// A database as another program would have made it.
void make_database(const std::filesystem::path& path, const char* sql)
{
    std::filesystem::create_directories(path.parent_path());
    sqlite3* database = nullptr;
    BOOST_REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    BOOST_REQUIRE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

BOOST_AUTO_TEST_SUITE(accounts)

BOOST_AUTO_TEST_CASE(local_accounts_carry_what_they_may_do)
{
    RecordedMachine machine{"debian12"};
    const auto section = read_accounts(machine.context());
    BOOST_TEST(section.accounts.size() == 6U);
    BOOST_TEST(section.from.unknown.empty());

    const auto& nurse = account(section, "nurse");
    BOOST_TEST(nurse.id == "1000");
    BOOST_TEST((nurse.enabled == true));
    BOOST_TEST(!nurse.administrator); // May only shut down.
    BOOST_TEST(!nurse.remote_logon);  // Group video is denied.
    const Texts groups{"nurse", "video"};
    BOOST_TEST(nurse.groups == groups, boost::test_tools::per_element());
    BOOST_TEST((nurse.last_logon_at == parse_rfc3339("2026-03-09T00:05:00Z")));
    BOOST_TEST((nurse.password_set_on == Date{std::chrono::days{20400}}));
    BOOST_TEST((nurse.password_never_expires == false));
    BOOST_TEST((nurse.password_empty == false));

    const auto& admin = account(section, "admin");
    BOOST_TEST((admin.enabled == false)); // Locked; the keys lie on another machine.
    BOOST_TEST(admin.administrator);
    BOOST_TEST((admin.password_never_expires == true));

    const auto& kiosk = account(section, "kiosk");
    BOOST_TEST((kiosk.enabled == true)); // Expires in some days.
    BOOST_TEST((kiosk.password_empty == true));
    BOOST_TEST(!kiosk.last_logon_at.has_value());

    BOOST_TEST(account(section, "root").administrator);
    BOOST_TEST((account(section, "root").enabled == false));
    BOOST_TEST((account(section, "avahi").enabled == false));
}

BOOST_AUTO_TEST_CASE(an_account_ends_on_its_day)
{
    RecordedMachine machine{"debian12"};
    machine.clock.set(Timestamp{std::chrono::days{20600}} - std::chrono::milliseconds{1});
    BOOST_TEST((account(read_accounts(machine.context()), "kiosk").enabled == true));
    machine.clock.set(Timestamp{std::chrono::days{20600}});
    BOOST_TEST((account(read_accounts(machine.context()), "kiosk").enabled == false));
}

BOOST_AUTO_TEST_CASE(keys_open_an_account_without_a_password)
{
    RecordedMachine machine{"debian12"};
    machine.tree.write("/proc/self/mounts", "/dev/sda1 / ext4 rw 0 0\n");
    const auto section = read_accounts(machine.context());
    const auto& admin = account(section, "admin");
    BOOST_TEST((admin.enabled == true));
    BOOST_TEST(admin.remote_logon);
}

BOOST_AUTO_TEST_CASE(newer_systems_keep_logons_in_a_database)
{
    RecordedMachine machine{"debian12"};
    machine.tree.remove("/var/log/lastlog");
    make_database(
        machine.tree.root() / "var/lib/lastlog/lastlog2.db",
        "CREATE TABLE Lastlog2(Name TEXT PRIMARY KEY, Time INTEGER, TTY TEXT, RemoteHost TEXT, "
        "Service TEXT); INSERT INTO Lastlog2 VALUES('nurse', 1773014700, 'tty2', '', 'login');");
    const auto section = read_accounts(machine.context());
    BOOST_TEST((account(section, "nurse").last_logon_at == from_ms(1773014700000)));
    BOOST_TEST(section.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(sudoers_lines_that_allow_everything_make_administrators)
{
    SudoRights rights;
    apply_sudoers(
        "Defaults env_reset\n# comment\nUser_Alias ADMINS = alice, %ops : OTHERS = zoe\n"
        "ADMINS ALL=(ALL) \\\n  ALL\nOTHERS ALL=/bin/ls\nbob ALL=(ALL:ALL) NOPASSWD: ALL\n"
        "carol ALL=(postgres) ALL\ndave ALL = /bin/a, /bin/b\n%wheel ALL=(ALL) ALL\n%#100 ALL=ALL\n"
        "erin host1=(root) NOPASSWD:SETENV: ALL\n",
        rights);
    const std::set<std::string> users{"alice", "bob", "erin"};
    const std::set<std::string> groups{"ops", "wheel"};
    BOOST_TEST(rights.users == users, boost::test_tools::per_element());
    BOOST_TEST(rights.groups == groups, boost::test_tools::per_element());
    BOOST_TEST(!rights.everyone);
    apply_sudoers("ALL ALL=(ALL) ALL\n", rights);
    BOOST_TEST(rights.everyone);
}

struct SshCase
{
    std::string_view configuration;
    bool may;

    friend std::ostream& operator<<(std::ostream& out, const SshCase& c)
    {
        return out << c.configuration;
    }
};

const SshCase ssh_cases[] = {
    {"", true},
    {"AllowUsers alice\n", true},
    {"AllowUsers al* bob\n", true},
    {"AllowUsers bob\n", false},
    {"AllowUsers alice@10.0.0.0/8\n", true},
    {"DenyUsers bob alice\n", false},
    {"AllowGroups staff\n", true},
    {"AllowGroups=wheel\n", false},
    {"DenyGroups st*\n", false},
    {"Match Group staff\nDenyUsers alice\n", true},
    {"allowusers bob\nALLOWUSERS alice\n", true},
};

BOOST_DATA_TEST_CASE(sshd_lets_in_who_is_allowed, boost::unit_test::data::make(ssh_cases), c)
{
    SshRights rights;
    rights.server = true;
    apply_sshd_config(c.configuration, rights);
    wire::Account alice;
    alice.name = "alice";
    alice.id = "1000";
    alice.groups = {"staff"};
    BOOST_TEST(may_use_ssh(rights, alice) == c.may);
    rights.server = false;
    BOOST_TEST(!may_use_ssh(rights, alice));
}

BOOST_AUTO_TEST_CASE(the_first_word_about_root_counts)
{
    SshRights rights;
    apply_sshd_config("PermitRootLogin no\nPermitRootLogin yes\n", rights);
    BOOST_TEST((rights.root_allowed == false));
}

BOOST_AUTO_TEST_CASE(damaged_lines_are_passed_over)
{
    const auto users =
        parse_passwd("root:x:0:0:root:/root:/bin/sh\nbroken\n+nis::::::\nx:x:-1:0::/:/bin/sh\n"
                     "y:x:1:0::/\nz:x:4294967295:0::/z:/bin/sh\n");
    BOOST_TEST_REQUIRE(users.size() == 2U);
    BOOST_TEST(users[1].user == 4294967295U);
    BOOST_TEST(parse_groups("a:x:1:b,c\nbroken:x\n").size() == 1U);
    BOOST_TEST(parse_shadow("a:!\nb::1:2:3:4:5:6:7\n").size() == 1U);
}

BOOST_AUTO_TEST_CASE(shells_that_let_nobody_in_are_known)
{
    BOOST_TEST(is_login_shell("/bin/bash"));
    BOOST_TEST(is_login_shell(""));
    BOOST_TEST(!is_login_shell("/usr/sbin/nologin"));
    BOOST_TEST(!is_login_shell("/bin/false"));
}

BOOST_AUTO_TEST_CASE(the_last_logon_of_each_kind_is_listed)
{
    RecordedMachine machine{"debian12"};
    const auto section = read_logons(machine.context());
    Texts lines;
    for (const auto& one : section.logons)
        lines.push_back(
            one.user + '|' + one.kind + '|' + one.source + '|' + to_rfc3339(*one.last_at));
    const Texts expected{
        "admin|remote|10.20.9.5|2026-03-09T02:00:00.000Z",
        "nurse|interactive|terminal window|2026-03-09T00:07:00.000Z",
        "nurse|interactive|:0|2026-03-09T00:05:00.000Z",
        "admin|interactive|tty1|2026-03-01T01:00:00.000Z"};
    BOOST_TEST(lines == expected, boost::test_tools::per_element());
    BOOST_TEST(section.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(wtmpdb_takes_the_place_of_wtmp)
{
    RecordedMachine machine{"debian12"};
    machine.tree.remove("/var/log/wtmp");
    make_database(
        machine.tree.root() / "var/lib/wtmpdb/wtmp.db",
        "CREATE TABLE wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL, Login INTEGER,"
        " Logout INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT) STRICT;"
        "INSERT INTO wtmp(Type,User,Login,TTY,RemoteHost) VALUES"
        "(1,'reboot',1773000000000000,'~',''),(3,'nurse',1773014700000000,'tty2',''),"
        "(3,'admin',1773014800000000,'pts/0','10.1.1.1');");
    const auto section = read_logons(machine.context());
    BOOST_TEST_REQUIRE(section.logons.size() == 2U);
    BOOST_TEST(section.logons[0].user == "admin");
    BOOST_TEST(section.logons[0].kind == "remote");
    BOOST_TEST((section.logons[1].last_at == from_ms(1773014700000)));
    BOOST_TEST(section.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(logs_of_64_bit_arm_are_read_by_their_own_form)
{
    BOOST_TEST((utmp_form_of("aarch64") == UtmpForm::wide));
    BOOST_TEST((utmp_form_of("x86_64") == UtmpForm::compact));
    std::string record(400, '\0');
    record[0] = 7;
    record.replace(8, 4, "tty1");
    record.replace(44, 5, "nurse");
    record.replace(344, 4, std::string{"\x10\x27\0\0", 4});
    const auto logons = parse_wtmp(record, UtmpForm::wide);
    BOOST_TEST_REQUIRE(logons.size() == 1U);
    BOOST_TEST(logons[0].at_s == 10'000);
    BOOST_TEST(logons[0].user == "nurse");
}

BOOST_AUTO_TEST_CASE(a_log_that_is_no_whole_number_of_records_is_read_from_its_end)
{
    std::string record(384, '\0');
    record[0] = 7;
    record.replace(44, 1, "x");
    BOOST_TEST(parse_wtmp("", UtmpForm::compact).empty());
    BOOST_TEST(parse_wtmp(record.substr(1), UtmpForm::compact).empty());
    BOOST_TEST(parse_wtmp("abc" + record, UtmpForm::compact).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
