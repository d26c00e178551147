// What whoever stands at the PC sees of the agent, and what the agent does to the PC: it reads.

#include "common/wire/sections.hpp"
#include "tests/support/site.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace mimamori {
namespace {

using tests::text;

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

/// On a machine that is busy the first look at everything takes its time.
template <class Condition>
void wait_for(const std::string& what, Condition condition)
{
    tests::wait_until(what, std::move(condition), std::chrono::seconds{180});
}

std::string first_line(const std::string& text)
{
    return text.substr(0, text.find('\n'));
}

struct AtThePc
{
    tests::Site site;
    tests::SiteAgent agent{site, "agent"};

    AtThePc() { site.start_collector(); }

    /// A verb and what it says; shown when the test is asked to talk.
    tests::ProgramOutput say(const std::vector<std::string>& words) const
    {
        const auto output = agent.verb(words);
        BOOST_TEST_MESSAGE("$ mimamori-agent " << words.front() << '\n' << output.text);
        return output;
    }
};

BOOST_FIXTURE_TEST_CASE(enrolling_says_what_happened_and_what_to_do_next, AtThePc)
{
    const auto status = say({"status"}).text;
    BOOST_TEST(contains(status, "enrolment:    not enrolled"), status);
    BOOST_TEST(contains(status, "next:         `mimamori-agent enroll"), status);
    BOOST_TEST(contains(status, "agent:        has not run here yet"), status);

    const auto nothing = say({"enroll"});
    BOOST_TEST(nothing.exit_code == 1);
    BOOST_TEST(contains(nothing.text, "refused: neither an enrolment key nor a ticket"));
    BOOST_TEST(contains(nothing.text, "next: on the collector, `mimamorictl ticket create"));

    const auto typed_wrong = say({"enroll", "--ticket", "foo"});
    BOOST_TEST(typed_wrong.exit_code == 2);
    BOOST_TEST(contains(typed_wrong.text, "ticket: "));

    const auto for_another =
        say({"enroll", "--ticket", first_line(site.ctl({"ticket", "create", "--hostname", "X"}))});
    BOOST_TEST(for_another.exit_code == 1);
    BOOST_TEST(contains(for_another.text, "refused: the ticket is for another hostname"));

    agent.enrol();
    BOOST_TEST(contains(say({"status"}).text, "enrolment:    enrolled"));
    const auto again = say({"enroll"});
    BOOST_TEST(again.exit_code == 0);
    BOOST_TEST(contains(again.text, "enrolled already: as agent " + agent.agent_id()));
}

BOOST_FIXTURE_TEST_CASE(a_key_without_automatic_approval_waits_with_a_code, AtThePc)
{
    const auto key = site.folder() / "enrolment.key";
    std::ofstream{key} << site.ctl({"enrolment-key", "create", "--note", "second floor"});
    tests::AgentOptions options;
    options.more = "[enrolment]\nkey_file = \"" + key.string() + "\"\n";
    tests::SiteAgent waiting{site, "waiting", options};
    waiting.start();
    const auto has_code = [&] {
        return contains(waiting.verb({"status"}).text, "approval code: ");
    };
    wait_for("the code in status", has_code);
    const auto said = waiting.verb({"status"}).text;
    BOOST_TEST_MESSAGE(said);
    const auto code = said.substr(said.find("approval code: ") + 15, 6);

    const auto queue = site.web().json("/api/v1/enrolment-queue");
    BOOST_TEST_REQUIRE(queue.at("items").as_array().size() == 1U);
    const auto entry = queue.at("items").at(0).as_object();
    BOOST_TEST(text(entry, "code") == code);
    site.ctl({"queue", "approve", std::to_string(entry.at("id").to_number<int>())});
    wait_for("the device", [&] {
        return site.web().json("/api/v1/devices").at("total").to_number<int>() == 1;
    });
}

BOOST_FIXTURE_TEST_CASE(the_running_agent_tells_what_it_does_and_what_it_costs, AtThePc)
{
    agent.enrol();
    agent.start();
    wait_for(
        "a receipt", [&] { return contains(agent.verb({"status"}).text, "last receipt: 20"); });
    const auto status = say({"status"}).text;
    for (const auto* line :
         {"agent:        running, process ", "certificate:  until ",
          "watching:     ", "queue:        0 events", "lost:         0 events"})
        BOOST_TEST(contains(status, line), line);

    const auto doctor = say({"doctor"});
    BOOST_TEST(doctor.exit_code == 0);
    BOOST_TEST(contains(doctor.text, "answers, and is the right one"));
    for (const auto* probe :
         {"os ", "patches ", "antivirus ", "usb ", "processes ", "interfaces ", "neighbours ",
          "listeners ", "peers ", "software ", "services ", "accounts ", "security ", "hardware ",
          "logons "})
        BOOST_TEST(
            contains(doctor.text, '\n' + std::string{probe}) == (std::string{"os "} != probe),
            probe);

    // A second agent on the same folder does not disturb the first.
    tests::SiteAgent second{site, "agent"};
    second.start();
    wait_for("its end", [&] { return !second.process().is_running(); });
    BOOST_TEST(*second.process().exit_code() != 0);
    BOOST_TEST(contains(second.log(), "another agent uses"));
    BOOST_TEST(agent.stop() == 0);
    BOOST_TEST(contains(say({"status"}).text, "agent:        stopped 20"));
    BOOST_TEST(contains(agent.log(), "agent stops: "));
}

BOOST_FIXTURE_TEST_CASE(an_agent_that_was_killed_is_told_from_one_that_was_stopped, AtThePc)
{
    agent.enrol();
    agent.start();
    const auto says = [&](std::string_view part) {
        return contains(agent.verb({"status"}).text, part);
    };
    wait_for("the agent", [&] { return says("agent:        running, process "); });
    agent.kill();
    BOOST_TEST(says("agent:        not running: it was killed, or the power went"));
}

BOOST_FIXTURE_TEST_CASE(an_agent_that_is_stopped_says_goodbye_with_its_reason, AtThePc)
{
    agent.enrol();
    agent.start();
    const std::string device = agent.device_id();
    wait_for("its first words", [&] { return !site.events(device).empty(); });
    BOOST_TEST(agent.stop() == 0); // By SIGTERM.
    const auto events = site.events(device);
    BOOST_TEST_REQUIRE(!events.empty());
    BOOST_TEST(text(events.back(), "kind") == "agent_stopped");
    BOOST_TEST(text(events.back(), "text") == "service stop");
    BOOST_TEST(site.findings(device, "device_silent").empty());

    agent.start();
    wait_for("its return", [&] {
        const auto now = site.events(device);
        return now.size() > events.size() && text(now.back(), "kind") != "agent_stopped";
    });
    agent.kill(); // Nobody says anything.
    BOOST_TEST(text(site.events(device).back(), "kind") != "agent_stopped");
}

BOOST_FIXTURE_TEST_CASE(without_a_collector_status_and_doctor_say_what_is_wrong, AtThePc)
{
    agent.enrol();
    site.stop_collector();
    agent.start();
    wait_for("the trouble in status", [&] {
        return contains(agent.verb({"status"}).text, "trouble:      ");
    });
    const auto status = say({"status"}).text;
    BOOST_TEST(contains(status, "last receipt: never"), status);
    const auto doctor = say({"doctor"});
    BOOST_TEST(doctor.exit_code == 1);
    const auto at = doctor.text.find("\nconnection   ");
    BOOST_TEST_REQUIRE(at != std::string::npos, doctor.text);
    BOOST_TEST(contains(doctor.text.substr(at), site.address()), doctor.text.substr(at));
    BOOST_TEST(agent.stop() == 0); // There is nobody to say goodbye to.
}

BOOST_AUTO_TEST_CASE(mistakes_on_the_command_line_are_answered_with_what_is_allowed)
{
    const auto run = [](std::vector<std::string> words) {
        words.insert(words.begin(), MIMAMORI_AGENT);
        return tests::run_program(words);
    };
    const auto verb = run({"strat"});
    BOOST_TEST(verb.exit_code == 2);
    BOOST_TEST(contains(verb.text, "strat"), verb.text);
    BOOST_TEST(contains(verb.text, "The verbs are: run enroll status doctor snapshot"), verb.text);
    BOOST_TEST(run({"snapshot"}).exit_code == 2);
    BOOST_TEST(contains(run({"snapshot"}).text, "--out is required"));
    const auto file = run({"--config", "/nowhere/agent.toml", "run"});
    BOOST_TEST(file.exit_code == 2);
    BOOST_TEST(contains(file.text, "/nowhere/agent.toml"), file.text);
    const auto help = run({"--help"});
    BOOST_TEST(help.exit_code == 0);
    BOOST_TEST(contains(help.text, "collector.ca_fingerprint"));
    const auto version = run({"version"});
    BOOST_TEST(version.exit_code == 0);
    BOOST_TEST(version.text.starts_with("mimamori-agent "), version.text);
}

BOOST_AUTO_TEST_CASE(a_snapshot_is_a_file_for_its_owner_with_all_sections)
{
    const tests::TempFolder folder;
    const auto file = folder.path() / "pc.json";
    const auto output = tests::run_program({MIMAMORI_AGENT, "snapshot", "--out", file.string()});
    BOOST_TEST(output.exit_code == 0);
    BOOST_TEST(contains(output.text, "15 sections"), output.text);
    const auto mode = std::filesystem::status(file).permissions();
    BOOST_TEST(
        (mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)));
    const auto document = boost::json::parse(tests::text_of(file));
    BOOST_TEST(document.at("sections").as_array().size() == 15U);
    const auto nowhere = tests::run_program({MIMAMORI_AGENT, "snapshot", "--out", "/nowhere/x"});
    BOOST_TEST(nowhere.exit_code == 1);
    BOOST_TEST(contains(nowhere.text, "/nowhere/x"));
}

// ------------------------------------------------------------------ it only reads

/// The agent stays the child of who started it, so that signals and its exit code are its own.
std::vector<std::string> traced_into(const std::filesystem::path& file)
{
    // Without --seccomp-bpf: that would not see what the agent's own lock refuses.
    return {
        "strace",
        "-E", // A search for leaks at the end cannot work while somebody traces.
        "ASAN_OPTIONS=detect_leaks=0",
        "-D",
        "-f",
        "-q",
        "-y",
        "-o",
        file.string(),
        "-e",
        "trace=execve,execveat,fork,vfork,clone,clone3,open,openat,openat2,creat,unlink,unlinkat,"
        "rename,renameat,renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,truncate,"
        "chmod,fchmodat,chown,fchownat,mknod,mknodat,setxattr,utimensat,mount,listen"};
}

struct OnlyWithStrace
{
    boost::test_tools::assertion_result operator()(boost::unit_test::test_unit_id) const
    {
        auto command = traced_into("/dev/null");
        command.emplace_back("true");
        boost::test_tools::assertion_result can{
            tests::has_program("strace") && tests::run_program(command).exit_code == 0};
        can.message() << "needs strace and the right to trace";
        return can;
    }
};

/// What a traced program did besides reading, by kind.
struct Deeds
{
    std::size_t calls{0};
    std::vector<std::string> programs; ///< Programs started, the first being itself.
    std::vector<std::string> children; ///< Processes made; threads are none.
    std::vector<std::string> changes;  ///< What it changed, or made ready to be changed.
};

/// Reads lines such as `812 openat(AT_FDCWD</>, "/etc/passwd", O_RDONLY) = 3</etc/passwd>`.
Deeds deeds_in(const std::filesystem::path& trace)
{
    Deeds deeds;
    std::istringstream lines{tests::text_of(trace)};
    for (std::string line; std::getline(lines, line);)
    {
        const auto begin = std::min(line.find_first_not_of("0123456789 "), line.size());
        const auto name = line.substr(begin, line.find('(', begin) - begin);
        if (name.empty() || name.front() == '<' || name.front() == '+' || name.front() == '-')
            continue; // The second half of a call, an end, a signal.
        ++deeds.calls;
        const bool opens = name.starts_with("open");
        if (name.starts_with("exec"))
            deeds.programs.push_back(line);
        else if (name == "fork" || name == "vfork")
            deeds.children.push_back(line);
        else if (name.starts_with("clone") && !contains(line, "CLONE_THREAD"))
            deeds.children.push_back(line);
        else if (name.starts_with("clone"))
            continue;
        else if (!opens || contains(line, "O_WRONLY") || contains(line, "O_RDWR"))
            deeds.changes.push_back(line);
    }
    return deeds;
}

BOOST_AUTO_TEST_CASE(
    the_agent_starts_no_program_and_writes_nowhere_but_to_its_folder,
    *boost::unit_test::precondition(OnlyWithStrace{}))
{
    tests::Site site;
    site.start_collector();
    tests::SiteAgent{site, "agent"}.enrol();
    const auto trace = site.folder() / "trace";
    tests::AgentOptions options;
    options.watch = "programs = \"auto\"\nusb = true\nnetwork = true\n";
    options.prefix = traced_into(trace);
    tests::SiteAgent agent{site, "agent", options};
    agent.start();
    // From the first look at all sections, over some rounds, to the goodbye.
    wait_for("all sections", [&] {
        const auto devices = site.web().json("/api/v1/devices").at("items").as_array();
        if (devices.empty())
            return false;
        const std::string id = devices.front().at("id").as_string().c_str();
        return site.device(id).at("facts").as_object().size() >= wire::section_count - 1;
    });
    const auto stored = site.metric("mimamori_reports_stored_total");
    wait_for(
        "more reports", [&] { return site.metric("mimamori_reports_stored_total") >= stored + 5; });
    BOOST_TEST(agent.stop() == 0);
    const auto end = fmt::format("{:<5} +++ exited with 0 +++", agent.process().pid());
    wait_for("the end of the trace", [&] { return contains(tests::text_of(trace), end); });

    auto deeds = deeds_in(trace);
    std::erase_if(deeds.changes, [&](const std::string& line) {
        // Builds that measure coverage write their counters, those that look for races a file of
        // their own.
        return contains(line, agent.data().string()) || contains(line, "\"/dev/null\"")
               || contains(line, ".gcda\"") || contains(line, "/tsan.rodata.");
    });
    BOOST_TEST(deeds.calls > 1'000U); // It did look at the machine.
    BOOST_TEST(deeds.programs.size() == 1U, "the agent itself and nothing else");
    BOOST_TEST(deeds.children == std::vector<std::string>{}, boost::test_tools::per_element());
    BOOST_TEST(deeds.changes == std::vector<std::string>{}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(the_kernel_holds_the_agent_to_it, AtThePc)
{
    agent.enrol();
    agent.start();
    wait_for("the agent", [&] { return contains(agent.log(), "data in"); });
    const auto status =
        tests::text_of("/proc/" + std::to_string(agent.process().pid()) + "/status");
    BOOST_TEST(contains(status, "Seccomp:\t2"), status);
    BOOST_TEST(contains(status, "NoNewPrivs:\t1"), status);
}

} // namespace
} // namespace mimamori
