#include "agent/probes/mounts.hpp"
#include "agent/probes/services.hpp"
#include "common/wire/report.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::agent::probes {
namespace {

using tests::RecordedMachine;
using Texts = std::vector<std::string>;

Texts services_of(const wire::ServicesSection& section)
{
    Texts lines;
    for (const auto& one : section.services)
        lines.push_back(
            one.name + '|' + one.start_type + '|' + one.state + '|' + one.account + '|'
            + one.command);
    return lines;
}

Texts tasks_of(const wire::ServicesSection& section)
{
    Texts lines;
    for (const auto& one : section.tasks)
        lines.push_back(
            one.name + '|' + one.schedule + '|' + one.account + '|' + one.command
            + (one.enabled ? "|on" : "|off"));
    return lines;
}

Texts autoruns_of(const wire::ServicesSection& section)
{
    Texts lines;
    for (const auto& one : section.autoruns)
        lines.push_back(one.location + '|' + one.name + '|' + one.command);
    return lines;
}

BOOST_AUTO_TEST_SUITE(services)

BOOST_AUTO_TEST_CASE(units_are_listed_as_systemd_sees_them)
{
    RecordedMachine machine{"debian12"};
    const auto section = read_services(machine.context());
    const Texts expected{
        "avahi-daemon.socket|automatic|running||/run/avahi-daemon/socket",
        "backup.service|static|stopped|root|/usr/local/bin/backup --all",
        "broken.service|static|failed|dynamic|/usr/bin/broken",
        "cups.service|disabled|running|root|/usr/sbin/cupsd -l",
        "getty@tty1.service|automatic|running|root|/sbin/agetty -o '-p -- \\\\u' --noclear - "
        "$TERM tty1",
        "scanner|automatic||root|/etc/init.d/scanner",
        "ssh.service|automatic|running|root|/usr/sbin/sshd -D      $SSHD_OPTS",
        "systemd-journald.service|static|stopped|root|/lib/systemd/systemd-journald",
        "systemd-timesyncd.service|automatic|stopped|systemd-timesync|/lib/systemd/"
        "systemd-timesyncd",
        "telnet.service|masked|stopped||",
        "viewer.service|disabled|stopped|nurse|/opt/viewer/viewer --server"};
    BOOST_TEST(services_of(section) == expected, boost::test_tools::per_element());
    BOOST_TEST(section.services[6].display_name == "OpenBSD Secure Shell server");
    BOOST_TEST(section.services[4].display_name == "Getty on tty1");
    BOOST_TEST(section.from.unknown.empty());
}

BOOST_AUTO_TEST_CASE(timers_and_cron_are_tasks)
{
    RecordedMachine machine{"debian12"};
    const auto section = read_services(machine.context());
    const Texts expected{
        "/etc/cron.d/e2scrub_all|30 3 * * 0|root|test -e /run/systemd/system || "
        "/sbin/e2scrub_all|on",
        "/etc/cron.d/e2scrub_all|@reboot|nurse|/opt/viewer/warmup|on",
        "/etc/cron.daily/logrotate|daily|root|/etc/cron.daily/logrotate|on",
        "/etc/cron.weekly/off|weekly|root|/etc/cron.weekly/off|off",
        "/etc/crontab|17 * * * *|root|cd / && run-parts --report /etc/cron.hourly|on",
        "/var/spool/cron/crontabs/nurse|*/5 * * * *|nurse|/home/nurse/bin/fetch|on",
        "backup.timer|OnCalendar=*-*-* 02:30:00|root|/usr/local/bin/backup --all|on"};
    BOOST_TEST(tasks_of(section) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(autostart_places_are_listed_and_links_in_homes_lead_nowhere)
{
    RecordedMachine machine{"debian12"};
    const auto section = read_services(machine.context());
    const Texts expected{
        "/etc/ld.so.preload|/usr/lib/libspy.so|", "/etc/rc.local|rc.local|/opt/legacy/start &",
        "/etc/xdg/autostart/notifier.desktop|Notifier|/usr/bin/notifier --tray",
        "/home/nurse/.config/autostart/chat.desktop|Chat|/home/nurse/chat",
        "/home/nurse/.config/systemd/user/default.target.wants|sync.service|"};
    BOOST_TEST(autoruns_of(section) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_the_bus_the_control_groups_tell_what_runs)
{
    RecordedMachine machine{"rocky9"};
    const auto section = read_services(machine.context());
    Texts states;
    for (const auto& one : section.services)
        states.push_back(one.name + ' ' + one.state);
    const Texts expected{
        "chronyd.service stopped", "dnf-makecache.service stopped", "sshd.service running"};
    BOOST_TEST(states == expected, boost::test_tools::per_element());
    BOOST_TEST(section.from.unknown.empty());
    const Texts tasks{
        "dnf-makecache.timer|OnBootSec=10min; OnUnitInactiveSec=1h|root|/usr/bin/dnf makecache "
        "--timer|off"};
    BOOST_TEST(tasks_of(section) == tasks, boost::test_tools::per_element());

    machine.tree.remove("/sys/fs/cgroup/system.slice");
    const auto blind = read_services(machine.context());
    BOOST_TEST(blind.services.at(0).state == "");
    BOOST_TEST_REQUIRE(blind.from.unknown.size() == 1U);
    BOOST_TEST(blind.from.unknown[0].fact == "state");
    BOOST_TEST(blind.from.unknown[0].why == "system bus: not recorded");
}

BOOST_AUTO_TEST_CASE(a_busybox_system_has_scripts_and_an_inittab)
{
    RecordedMachine machine{"minimal"};
    const auto section = read_services(machine.context());
    const Texts expected{
        "dropbear|automatic||root|/etc/init.d/S50dropbear",
        "pump|automatic||root|/etc/init.d/S99pump"};
    BOOST_TEST(services_of(section) == expected, boost::test_tools::per_element());
    const Texts autoruns{
        "/etc/inittab||/etc/init.d/rcS", "/etc/inittab|ttyS0|/sbin/getty -L ttyS0 115200 vt100"};
    BOOST_TEST(autoruns_of(section) == autoruns, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(unit_files_follow_systemds_syntax)
{
    UnitFile unit;
    apply_unit_text(
        "[Service]\nExecStart=/a \\\n# in between\n  b\nExecStart=-+/c\nUser=x\n", unit);
    const Texts commands{"/a    b", "/c"};
    BOOST_TEST(unit.commands == commands, boost::test_tools::per_element());
    BOOST_TEST(!unit.installable);
    apply_unit_text("[Service]\nExecStart=\nDynamicUser=1\n[Install]\n", unit);
    BOOST_TEST(unit.commands.empty());
    BOOST_TEST(unit.dynamic_user);
    BOOST_TEST(!unit.installable); // An empty section enables nothing.
    apply_unit_text("[Install]\nWantedBy=x.target\n", unit);
    BOOST_TEST(unit.installable);
    BOOST_TEST(template_of("getty@tty1.service") == "getty@.service");
    BOOST_TEST(template_of("getty@.service") == "");
    BOOST_TEST(template_of("ssh.service") == "");
    BOOST_TEST(with_instance("on %I, 100%", "getty@tty1.service") == "on tty1, 100%");
    BOOST_TEST(is_template("getty@.service"));
}

struct StateCase
{
    UnitState state;
    std::string_view word;

    friend std::ostream& operator<<(std::ostream& out, const StateCase& c)
    {
        return out << c.state.active_state << ' ' << c.state.sub_state;
    }
};

const StateCase states[] = {
    {{"x", "active", "running"}, "running"},   {{"x", "reloading", "running"}, "running"},
    {{"x", "active", "listening"}, "running"}, {{"x", "active", "exited"}, "stopped"},
    {{"x", "activating", "start"}, "stopped"}, {{"x", "inactive", "dead"}, "stopped"},
    {{"x", "failed", "failed"}, "failed"},
};

BOOST_DATA_TEST_CASE(states_are_said_in_three_words, boost::unit_test::data::make(states), c)
{
    BOOST_TEST(state_word(c.state) == c.word);
}

BOOST_AUTO_TEST_CASE(crontab_lines_are_taken_apart)
{
    const auto jobs = parse_crontab(
        "MAILTO=\"\"\n# x\n\n  5 4 * * sun  echo a=b\n@daily /x\n1 2 3\n", CrontabKind::of_user,
        "/spool/u", "u");
    BOOST_TEST_REQUIRE(jobs.size() == 2U);
    BOOST_TEST(jobs[0].schedule == "5 4 * * sun");
    BOOST_TEST(jobs[0].command == "echo a=b");
    BOOST_TEST(jobs[0].account == "u");
    BOOST_TEST(jobs[1].schedule == "@daily");
}

BOOST_AUTO_TEST_CASE(desktop_files_that_are_switched_off_do_not_count)
{
    BOOST_TEST(parse_desktop_file("[Desktop Entry]\nExec=a\n", "p").has_value());
    BOOST_TEST(!parse_desktop_file("[Desktop Entry]\nName=a\n", "p").has_value());
    BOOST_TEST(!parse_desktop_file("[Desktop Entry]\nExec=a\nHidden=True\n", "p").has_value());
    BOOST_TEST(
        !parse_desktop_file("[Desktop Entry]\nExec=a\nX-GNOME-Autostart-enabled=false\n", "p")
             .has_value());
    BOOST_TEST(
        parse_desktop_file("[Other]\nHidden=true\n[Desktop Entry]\nExec=a\n", "p").has_value());
}

BOOST_AUTO_TEST_CASE(an_rc_local_that_does_nothing_is_nothing)
{
    BOOST_TEST(script_commands("#!/bin/sh -e\n\nexit 0\n") == "");
    BOOST_TEST(script_commands("#!/bin/sh\na\n b # c\nexit 0\n") == "a; b # c");
}

BOOST_AUTO_TEST_CASE(homes_on_other_machines_are_known)
{
    const auto mounts = parse_mounts("/dev/sda1 / ext4 rw 0 0\nsrv:/h /home nfs4 rw 0 0\n/dev/sdb "
                                     "/home/local\\040disk ext4 rw 0 "
                                     "0\nsshfs /mnt fuse.sshfs rw 0 0\n");
    BOOST_TEST(!mounts.may_wait("/root"));
    BOOST_TEST(mounts.may_wait("/home/a"));
    BOOST_TEST(mounts.may_wait("/home"));
    BOOST_TEST(!mounts.may_wait("/homes/a"));
    BOOST_TEST(!mounts.may_wait("/home/local disk/a"));
    BOOST_TEST(mounts.may_wait("/mnt/x"));
}

BOOST_AUTO_TEST_CASE(the_lists_end_at_the_reports_limit)
{
    constexpr std::size_t limit = wire::ReportLimits::elements_max;
    wire::ServicesSection section;
    for (std::size_t i = 0; i <= limit; ++i)
        section.autoruns.emplace_back().name = std::to_string(i);
    settle_services(section);
    BOOST_TEST(section.autoruns.size() == limit);
    BOOST_TEST_REQUIRE(section.from.unknown.size() == 1U);
    BOOST_TEST(section.from.unknown[0].fact == "autoruns");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
