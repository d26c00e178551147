// A program that nobody knows is started, a person approves it, and that holds.

#include "common/crypto/random.hpp"
#include "tests/support/site.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>

namespace mimamori {
namespace {

using tests::text;
using tests::wait_until;

struct ProgramSite
{
    tests::Site site;
    tests::TempFolder programs{"/tmp"}; // Where programs may be started.
    tests::SiteAgent agent{site, "agent", options()};

    static tests::AgentOptions options()
    {
        tests::AgentOptions options;
        options.watch = "programs = \"auto\"\nusb = false\nnetwork = false\n";
        return options;
    }

    void start()
    {
        site.start_collector();
        agent.enrol();
        agent.start();
        // What runs already is the baseline, not news.
        wait_until("the first look at programs", [&] {
            const auto device = site.device(agent.device_id());
            return device.at("facts").as_object().contains("processes");
        });
    }

    /// A real program with content that no machine has seen.
    std::filesystem::path new_program(const std::string& name) const
    {
        const auto file = programs.path() / (name + '-' + crypto::random_id_text());
        std::filesystem::copy_file("/bin/sleep", file);
        std::ofstream{file, std::ios::binary | std::ios::app} << crypto::random_id_text();
        std::filesystem::permissions(file, std::filesystem::perms{0755});
        return file;
    }

    /// The findings process_unknown about that file.
    std::vector<boost::json::object> unknown(const std::filesystem::path& file)
    {
        auto all = site.findings(agent.device_id(), "process_unknown");
        std::erase_if(all, [&](const auto& one) { return text(one, "subject") != file.string(); });
        return all;
    }

    std::string state_of(const std::filesystem::path& file)
    {
        const auto all = unknown(file);
        return all.empty() ? "" : text(all.front(), "state");
    }

    std::size_t events_about(const std::filesystem::path& file)
    {
        const auto events = site.events(agent.device_id());
        return static_cast<std::size_t>(
            std::count_if(events.begin(), events.end(), [&](const auto& event) {
                return text(event, "kind") == "process_first_seen"
                       && text(event, "text") == file.string();
            }));
    }

    /// As a person does it on the page of programs.
    void approve_for_the_site(const std::filesystem::path& file)
    {
        const auto page = site.web().json("/api/v1/programs?state=unknown&limit=200");
        boost::json::value id;
        for (const auto& program : page.at("items").as_array())
            if (text(program.as_object(), "path") == file.string())
                id = program.at("id");
        BOOST_TEST_REQUIRE(!id.is_null());
        const boost::json::object wish{
            {"program", id},
            {"scope", "site"},
            {"by", "hash"},
            {"reason", "measures the flow of the new pump"}};
        const auto answer = site.web().post("/api/v1/programs/approvals", wish);
        BOOST_TEST_REQUIRE(answer.status / 100 == 2, answer.body);
    }

    void restart_both()
    {
        BOOST_TEST(agent.stop() == 0);
        site.stop_collector();
        site.start_collector();
        agent.start();
        const auto stored = site.metric("mimamori_reports_stored_total");
        wait_until("reports after the restart", [&] {
            return site.metric("mimamori_reports_stored_total") >= stored + 3;
        });
    }
};

BOOST_FIXTURE_TEST_SUITE(programs_story, ProgramSite)

BOOST_AUTO_TEST_CASE(a_program_never_seen_before_is_told_and_stays_approved_over_restarts)
{
    start();
    const auto pump = new_program("pump-calibration");
    const auto other = new_program("other");

    const auto begun = std::chrono::steady_clock::now();
    tests::ChildProcess running{{pump.string(), "600"}, site.folder() / "pump.log"};
    wait_until("the finding", [&] { return state_of(pump) == "open"; });
    const auto told = std::chrono::steady_clock::now();
    BOOST_TEST_MESSAGE(
        "told after " << std::chrono::duration<double>(told - begun).count() << " s");

    const auto finding = unknown(pump).front();
    BOOST_TEST(text(finding, "severity") == "action"); // Anybody can put a program there.
    const auto evidence = finding.at("evidence").as_object();
    BOOST_TEST(text(evidence, "path") == pump.string());
    BOOST_TEST(text(evidence, "devices") == "1");
    BOOST_TEST(text(evidence, "devices_total") == "1");

    // Its content is read within a moment; people approve content, not places anybody can write to.
    wait_until("its hash", [&] {
        return text(unknown(pump).front().at("evidence").as_object(), "sha256").size() == 64;
    });
    approve_for_the_site(pump);
    wait_until("the end of the finding", [&] { return state_of(pump) == "resolved"; });

    restart_both();
    BOOST_TEST(state_of(pump) == "resolved");
    BOOST_TEST(unknown(pump).size() == 1U);

    // The same program once more is no news, another one is.
    running.kill();
    tests::ChildProcess again{{pump.string(), "600"}, site.folder() / "pump.log"};
    tests::ChildProcess stranger{{other.string(), "600"}, site.folder() / "other.log"};
    wait_until("the other program", [&] { return state_of(other) == "open"; });
    BOOST_TEST(state_of(pump) == "resolved");
    BOOST_TEST(events_about(pump) == 1U);
    BOOST_TEST(events_about(other) == 1U);
}

BOOST_AUTO_TEST_CASE(other_content_in_an_approved_place_is_not_approved)
{
    start();
    const auto tool = new_program("tool");
    {
        tests::ChildProcess running{{tool.string(), "600"}, site.folder() / "tool.log"};
        wait_until("the finding", [&] {
            const auto findings = unknown(tool);
            return !findings.empty()
                   && findings.front().at("evidence").as_object().contains("sha256");
        });
    }
    approve_for_the_site(tool);
    wait_until("the end of the finding", [&] { return state_of(tool) == "resolved"; });

    std::filesystem::rename(new_program("swapped"), tool);
    tests::ChildProcess running{{tool.string(), "600"}, site.folder() / "tool.log"};
    wait_until("a finding for the new content", [&] { return state_of(tool) == "open"; });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
