#include "collector/rules/neighbour_unknown.hpp"
#include "collector/rules/process_lookalike.hpp"
#include "collector/rules/process_unknown.hpp"
#include "collector/rules/program_kind.hpp"
#include "collector/rules/remote_tool.hpp"
#include "collector/rules/usb_unregistered.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <ostream>

namespace mimamori::collector::rules {
namespace {

using namespace test;

SeenProgram seen(std::string path, Standing standing, std::chrono::milliseconds age = 1h)
{
    SeenProgram made;
    made.program.path = std::move(path);
    made.standing = standing;
    made.first_seen_at = now - age;
    made.first_seen_anywhere_at = now - age;
    return made;
}

BOOST_AUTO_TEST_SUITE(process_unknown)

struct StandingCase
{
    Standing standing;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const StandingCase& c)
    {
        return out << static_cast<int>(c.standing);
    }
};

const StandingCase standings[] = {
    {Standing::approved, "good"},
    {Standing::learned, "good"},
    {Standing::settling, "good"},
    {Standing::unknown, "bad warning"},
};

BOOST_DATA_TEST_CASE(
    only_an_unknown_program_is_a_finding, boost::unit_test::data::make(standings), c)
{
    Case made;
    made.site.programs = {seen("/opt/a", c.standing)};
    BOOST_TEST(made.verdict(judge_process_unknown) == c.expected);
}

BOOST_AUTO_TEST_CASE(the_finding_tells_program_and_prevalence)
{
    Case made;
    auto program = seen("/opt/lab/updater", Standing::unknown);
    program.program.sha256 = "abc";
    program.program.parent = "/usr/sbin/cron";
    program.program.user = "somebody";
    program.devices = 2;
    program.first_seen_anywhere_at = now - days{1};
    made.site.programs = {program};
    const Finding finding = made.finding(judge_process_unknown);
    BOOST_TEST(finding.subject == "/opt/lab/updater");
    BOOST_TEST((finding.happened_at == now - 1h));
    BOOST_TEST(value_of(finding, "program") == "updater");
    BOOST_TEST(value_of(finding, "devices") == "2");
    BOOST_TEST(value_of(finding, "devices_total") == "408");
    BOOST_TEST(value_of(finding, "first_seen_anywhere_at") == "2026-03-09T12:00:00.000Z");
    BOOST_TEST(value_of(finding, "sha256") == "abc");
    BOOST_TEST(value_of(finding, "parent") == "/usr/sbin/cron");
    // Who ran it is for those who may see user names.
    BOOST_TEST(finding.evidence.to_json().find("somebody") == std::string::npos);
}

struct RemarkCase
{
    std::string_view remark;
    const char* signer;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const RemarkCase& c)
    {
        return out << c.remark << ' ' << c.signer;
    }
};

const RemarkCase remarks[] = {
    {remark_user_folder, "", "bad action"},
    {remark_user_folder, "Example Corp", "bad warning"},
    {remark_refused, "Example Corp", "bad action"},
};

BOOST_DATA_TEST_CASE(severity_follows_the_remark, boost::unit_test::data::make(remarks), c)
{
    Case made;
    made.site.programs = {seen("/tmp/a", Standing::unknown)};
    made.site.programs.front().remark = c.remark;
    made.site.programs.front().program.signer = c.signer;
    BOOST_TEST(made.verdict(judge_process_unknown) == c.expected);
    BOOST_TEST(value_of(made.finding(judge_process_unknown), "case") == c.remark);
}

struct OwnRuleCase
{
    Judgement (*rule)(const Inputs&);
    std::string_view remark;
    const char* expected;
};

BOOST_AUTO_TEST_CASE(lookalikes_and_remote_tools_have_rules_of_their_own)
{
    const OwnRuleCase cases[] = {
        {judge_process_lookalike, remark_lookalike, "bad action"},
        {judge_remote_tool, remark_remote_tool, "bad warning"},
    };
    for (const OwnRuleCase& own : cases)
    {
        Case made;
        BOOST_TEST(made.verdict(own.rule) == "good");
        made.site.programs = {seen("/opt/a", Standing::unknown), seen("/opt/b", Standing::unknown)};
        made.site.programs[0].remark = own.remark;
        made.site.programs[0].tool = "ExampleDesk";
        BOOST_TEST(made.verdict(own.rule) == own.expected);
        const Finding finding = made.finding(own.rule);
        BOOST_TEST(finding.subject == "/opt/a");
        BOOST_TEST(value_of(finding, "program") == "a");
        BOOST_TEST(value_of(finding, "tool") == "ExampleDesk");
        // The other one is nobody's but process_unknown's.
        BOOST_TEST(made.finding(judge_process_unknown).subject == "/opt/b");
        made.site.programs[0].standing = Standing::approved;
        made.site.programs[0].standing_until = now + 3h;
        BOOST_TEST(made.verdict(own.rule) == "good");
        BOOST_TEST((made.judge(own.rule).look_again_at == now + 3h));
        // Programs that were not kept are told once, by process_unknown.
        made.site.programs_not_kept = 4;
        BOOST_TEST(made.verdict(own.rule) == "good");
        made.site.programs_unread = "open /proc: Permission denied";
        BOOST_TEST(made.verdict(own.rule) == "unknown: open /proc: Permission denied");
        made.policy.programs_named = 1;
        for (SeenProgram& program : made.site.programs)
        {
            program.standing = Standing::unknown;
            program.remark = own.remark;
        }
        const Judgement many = made.judge(own.rule);
        const auto& findings = std::get<Bad>(many.verdict).findings;
        BOOST_TEST_REQUIRE(findings.size() == 2);
        BOOST_TEST(findings[1].subject == "*");
        BOOST_TEST(value_of(findings[1], "count") == "1");
        BOOST_TEST((findings[1].severity == findings[0].severity));
    }
}

BOOST_AUTO_TEST_CASE(beyond_a_number_the_rest_shares_one_finding)
{
    Case made;
    made.policy.programs_named = 3;
    for (int i = 0; i < 3; ++i)
        made.site.programs.push_back(
            seen("/opt/" + std::to_string(i), Standing::unknown, std::chrono::minutes{i}));
    BOOST_TEST(made.verdict(judge_process_unknown) == "bad 3 warning warning warning");
    made.site.programs.push_back(seen("/opt/old", Standing::unknown, days{2}));
    made.site.programs.push_back(seen("/opt/older", Standing::unknown, days{3}));
    made.site.programs_not_kept = 5;
    const auto judgement = made.judge(judge_process_unknown);
    const auto& findings = std::get<Bad>(judgement.verdict).findings;
    BOOST_TEST_REQUIRE(findings.size() == 4);
    BOOST_TEST(findings[0].subject == "/opt/0"); // The newest first.
    BOOST_TEST(findings[3].subject == "*");
    BOOST_TEST(value_of(findings[3], "count") == "7");
    BOOST_TEST((findings[3].happened_at == now - days{2}));
}

BOOST_AUTO_TEST_CASE(findings_come_newest_first_and_by_path_when_of_one_moment)
{
    Case made;
    made.site.programs = {
        seen("/opt/a", Standing::unknown, 3h), seen("/opt/c", Standing::unknown, 2h),
        seen("/opt/b", Standing::unknown, 2h), seen("/opt/d", Standing::unknown, 1h)};
    const auto judgement = made.judge(judge_process_unknown);
    std::string order;
    for (const Finding& finding : std::get<Bad>(judgement.verdict).findings)
        order += finding.subject.back();
    BOOST_TEST(order == "dbca");
}

BOOST_AUTO_TEST_CASE(programs_that_were_only_counted_have_no_time)
{
    Case made;
    made.site.programs = {seen("/opt/a", Standing::unknown)};
    made.site.programs_not_kept = 5;
    const auto judgement = made.judge(judge_process_unknown);
    const auto& findings = std::get<Bad>(judgement.verdict).findings;
    BOOST_TEST_REQUIRE(findings.size() == 2U);
    BOOST_TEST(value_of(findings[1], "count") == "5");
    BOOST_TEST(!findings[1].happened_at);
}

BOOST_AUTO_TEST_CASE(a_standing_that_ends_is_looked_at_again)
{
    Case made;
    made.site.programs = {seen("/opt/a", Standing::approved)};
    made.site.programs.front().standing_until = now + 3h;
    BOOST_TEST((made.judge(judge_process_unknown).look_again_at == now + 3h));
}

BOOST_AUTO_TEST_CASE(a_list_that_was_not_read_is_unknown_but_hides_no_finding)
{
    Case made;
    made.site.programs_unread = "open /proc: Permission denied";
    BOOST_TEST(made.verdict(judge_process_unknown) == "unknown: open /proc: Permission denied");
    made.site.programs = {seen("/opt/a", Standing::unknown)};
    BOOST_TEST(made.verdict(judge_process_unknown) == "bad warning");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(usb_unregistered)

SeenMedium medium(std::string serial, std::chrono::milliseconds age = 1h)
{
    SeenMedium made;
    made.device.vendor_id = "0781";
    made.device.product_id = "5567";
    made.device.serial = std::move(serial);
    made.device.device_class = "storage";
    made.last_attached_at = now - age;
    return made;
}

Case with_media(std::vector<SeenMedium> media)
{
    Case made;
    made.device.facts.usb.emplace();
    made.site.media = std::move(media);
    return made;
}

BOOST_AUTO_TEST_CASE(a_medium_that_is_not_registered_is_a_finding)
{
    auto stick = medium("A1");
    const Finding finding = with_media({stick}).finding(judge_usb_unregistered);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(finding.subject == "0781:5567:A1");
    BOOST_TEST((finding.happened_at == now - 1h));
    BOOST_TEST(value_of(finding, "serial") == "A1");
    stick.registered = true;
    BOOST_TEST(with_media({stick}).verdict(judge_usb_unregistered) == "good");
}

BOOST_AUTO_TEST_CASE(a_registration_that_ends_is_looked_at_again)
{
    auto stick = medium("A1");
    stick.registered = true;
    stick.registered_until = now + 2h;
    const auto judgement = with_media({stick}).judge(judge_usb_unregistered);
    BOOST_TEST((judgement.look_again_at == now + 2h));
}

BOOST_AUTO_TEST_CASE(what_stores_nothing_is_no_medium)
{
    auto keyboard = medium("K");
    keyboard.device.device_class = "hid";
    BOOST_TEST(with_media({keyboard}).verdict(judge_usb_unregistered) == "good");
}

BOOST_AUTO_TEST_CASE(a_serial_that_the_system_made_up_tells_nothing)
{
    auto stick = medium("6&1f");
    stick.device.serial_made_up = true;
    const Finding finding = with_media({stick, stick}).finding(judge_usb_unregistered);
    BOOST_TEST(finding.subject == "0781:5567:");
    BOOST_TEST(value_of(finding, "case") == "no_serial");
}

BOOST_AUTO_TEST_CASE(where_storage_is_blocked_it_is_for_information)
{
    Case made = with_media({medium("A1")});
    made.device.facts.usb->storage_policy = "blocked";
    BOOST_TEST(made.verdict(judge_usb_unregistered) == "bad info");
    made.device.facts.usb->storage_policy = "read_only";
    BOOST_TEST(made.verdict(judge_usb_unregistered) == "bad warning");
}

BOOST_AUTO_TEST_CASE(beyond_a_number_media_share_one_finding)
{
    Case made = with_media({medium("A", 1h), medium("B", 2h), medium("C", 3h), medium("D", 4h)});
    made.policy.media_named = 4;
    BOOST_TEST(made.verdict(judge_usb_unregistered).starts_with("bad 4"));
    made.policy.media_named = 2;
    const auto judgement = made.judge(judge_usb_unregistered);
    const auto& findings = std::get<Bad>(judgement.verdict).findings;
    BOOST_TEST_REQUIRE(findings.size() == 3);
    BOOST_TEST(findings[0].subject == "0781:5567:A");
    BOOST_TEST(findings[2].subject == "*");
    BOOST_TEST(value_of(findings[2], "count") == "2");
    BOOST_TEST((findings[2].happened_at == now - 3h));
}

BOOST_AUTO_TEST_CASE(devices_that_were_not_read_are_unknown)
{
    BOOST_TEST(Case{}.verdict(judge_usb_unregistered) == "unknown: usb was not collected");
    Case unread = with_media({});
    unread.device.facts.usb->from.unknown = {{"", "open /sys/bus/usb: No such file"}};
    BOOST_TEST(
        unread.verdict(judge_usb_unregistered) == "unknown: open /sys/bus/usb: No such file");
    unread.site.media = {medium("A1")};
    BOOST_TEST(unread.verdict(judge_usb_unregistered) == "bad warning");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(neighbour_unknown)

BOOST_AUTO_TEST_CASE(strangers_share_one_finding_with_their_number)
{
    Case made;
    BOOST_TEST(made.verdict(judge_neighbour_unknown) == "good");
    for (int i = 0; i < 7; ++i)
        made.site.strangers.push_back(
            {fmt::format("02:00:00:00:00:{:02x}", i), "10.0.0.9", now - std::chrono::hours{i}});
    made.site.strangers_not_kept = 9'993;
    const Finding finding = made.finding(judge_neighbour_unknown);
    BOOST_TEST((finding.severity == Severity::warning));
    BOOST_TEST(finding.subject == "");
    BOOST_TEST(value_of(finding, "count") == "10000");
    BOOST_TEST((finding.happened_at == now));
    BOOST_TEST(value_of(finding, "newest").starts_with("02:00:00:00:00:00 (10.0.0.9), "));
    BOOST_TEST(value_of(finding, "newest").find("02:00:00:00:00:04") != std::string::npos);
    BOOST_TEST(value_of(finding, "newest").find("02:00:00:00:00:05") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(strangers_come_newest_first_and_by_address_when_of_one_moment)
{
    Case made;
    made.site.strangers = {
        {"02:00:00:00:00:01", "10.0.0.1", now - 3h},
        {"02:00:00:00:00:03", "10.0.0.3", now - 2h},
        {"02:00:00:00:00:02", "10.0.0.2", now - 2h},
        {"02:00:00:00:00:04", "10.0.0.4", now - 1h}};
    BOOST_TEST(
        value_of(made.finding(judge_neighbour_unknown), "newest")
        == "02:00:00:00:00:04 (10.0.0.4), 02:00:00:00:00:02 (10.0.0.2), "
           "02:00:00:00:00:03 (10.0.0.3), 02:00:00:00:00:01 (10.0.0.1)");
}

BOOST_AUTO_TEST_CASE(while_a_site_is_being_rolled_out_it_is_for_information)
{
    Case made;
    made.site.strangers = {{"02:00:00:00:00:01", "10.0.0.9", now}};
    made.site.first_device_at = now - days{14} + 1ms;
    BOOST_TEST(made.verdict(judge_neighbour_unknown) == "bad info");
    made.site.first_device_at = now - days{14};
    BOOST_TEST(made.verdict(judge_neighbour_unknown) == "bad warning");
}

BOOST_AUTO_TEST_CASE(a_table_that_was_not_read_is_unknown)
{
    Case made;
    made.site.neighbours_unread = "read /proc/net/arp: No such file";
    BOOST_TEST(
        made.verdict(judge_neighbour_unknown) == "unknown: read /proc/net/arp: No such file");
    made.site.strangers_not_kept = 1;
    BOOST_TEST(made.verdict(judge_neighbour_unknown) == "bad warning");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(program_kind)

struct PlaceCase
{
    const char* path;
    bool user_place;

    friend std::ostream& operator<<(std::ostream& out, const PlaceCase& c) { return out << c.path; }
};

const PlaceCase places[] = {
    {"/usr/bin/ls", false},
    {"/opt/lab/x", false},
    {"/tmp/x", true},
    {"/tmpfiles/x", false},
    {"/var/tmp/x", true},
    {"/dev/shm/x", true},
    {"/home/a/bin/x", true},
    {"/root/x", true},
    {"/media/stick/x", true},
    {"memfd:x", true},
    {"C:\\Program Files\\A\\a.exe", false},
    {"C:\\Users\\a\\AppData\\Local\\a.exe", true},
    {"c:\\USERS\\a\\a.exe", true},
    {"C:\\Windows\\System32\\a.exe", false},
    {"C:\\Windows\\Temp\\a.exe", true},
    {"\\\\server\\share\\a.exe", true},
};

BOOST_DATA_TEST_CASE(places_that_users_can_write_to, boost::unit_test::data::make(places), c)
{
    wire::Program program;
    program.path = c.path;
    BOOST_TEST(is_user_place(program) == c.user_place);
    program.user_writable = true;
    BOOST_TEST(is_user_place(program));
}

struct NameCase
{
    const char* path;
    const char* signer;
    bool lookalike;

    friend std::ostream& operator<<(std::ostream& out, const NameCase& c) { return out << c.path; }
};

const NameCase names[] = {
    {"C:\\Windows\\System32\\svchost.exe", "", false},
    {"C:\\Windows\\explorer.exe", "", false},
    {"C:\\Windows\\System32\\taskhost.exe", "", false},
    {"D:\\tools\\svchost.exe", "", true},
    {"C:\\ProgramData\\svch0st.exe", "", true},
    {"C:\\ProgramData\\svhcost.exe", "", true},
    {"C:\\ProgramData\\scvhost.exe", "", true},
    {"C:\\ProgramData\\svchosts.exe", "", true},
    {"C:\\ProgramData\\svchst.exe", "", true},
    {"C:\\ProgramData\\svchast.exe", "", true},
    {"C:\\ProgramData\\svchost22.exe", "", false}, // Two steps.
    {"C:\\ProgramData\\scvhosx.exe", "", false},
    {"C:\\ProgramData\\srnss.exe", "", true},
    {"C:\\ProgramData\\vvininit.exe", "", true},
    {"C:\\Program Files\\Lab\\labview.exe", "", false},
    {"C:\\Program Files\\Lab\\explore.exe", "", true},
    {"/usr/lib/systemd/systemd", "dpkg:systemd", false},
    {"/usr/bin/systemctl", "dpkg:systemd", false},
    {"/opt/x/systemd", "", false},
    {"/opt/x/systemd_", "", true},
    {"/opt/x/5ystemd", "", true},
    {"/usr/bin/bash", "", false},
    {"/opt/x/ssh", "", false},
};

BOOST_DATA_TEST_CASE(names_that_imitate_the_system, boost::unit_test::data::make(names), c)
{
    wire::Program program;
    program.path = c.path;
    program.signer = c.signer;
    BOOST_TEST(is_lookalike(program) == c.lookalike);
}

/// Whether each is an action; else a warning.
const NameCase lookalikes[] = {
    {"C:\\Program Files\\Backup\\service.exe", "Example Backup", false},
    {"C:\\Program Files\\Backup\\service.exe", "", true},
    {"C:\\Users\\sato\\service.exe", "Example Backup", true},
    {"C:\\Program Files\\Backup\\services.exe", "Example Backup", true},
    {"C:\\Program Files\\Backup\\5ervices.exe", "Example Backup", true},
};

BOOST_DATA_TEST_CASE(
    a_signature_excuses_only_what_may_be_chance, boost::unit_test::data::make(lookalikes), c)
{
    Case made;
    made.site.programs = {seen(c.path, Standing::unknown)};
    made.site.programs[0].remark = remark_lookalike;
    made.site.programs[0].program.signer = c.signer;
    BOOST_TEST(
        made.verdict(judge_process_lookalike) == (c.lookalike ? "bad action" : "bad warning"));
}

BOOST_AUTO_TEST_CASE(paths_of_windows_are_compared_without_case)
{
    BOOST_TEST(comparable_path("C:\\Tools\\A.EXE") == "c:\\tools\\a.exe");
    BOOST_TEST(comparable_path("C:\\[Z]@.EXE") == "c:\\[z]@.exe");
    BOOST_TEST(comparable_path("C:/Tools/A.EXE") == "c:/tools/a.exe");
    BOOST_TEST(comparable_path("C:\\") == "c:\\");
    BOOST_TEST(comparable_path("C:") == "C:");
    BOOST_TEST(comparable_path("C:A") == "C:A");
    BOOST_TEST(comparable_path("/opt/A") == "/opt/A");
    BOOST_TEST(file_name("C:\\Tools/A.EXE") == "A.EXE");
    BOOST_TEST(file_name("/opt/a\\b") == "a\\b");
    BOOST_TEST(file_name("plain") == "plain");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::rules
