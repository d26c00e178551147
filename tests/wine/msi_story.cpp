// The agent's package in the hands of Windows Installer, as Wine has it: installed, upgraded,
// removed, and what of it the agent makes. Wine's has no repair, and hides nothing in its log.

#include "tests/wine/recording.hpp"
#include "tests/wine/windows_package.hpp"

#include <boost/json/array.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace mimamori {
namespace {

using tests::install;
using tests::installer_log;
using tests::make_msi;
using tests::registry_values;
using tests::text;
using tests::wait_until;
using namespace std::chrono_literals;

constexpr auto patience = 120s;
const std::string settings_key = R"(HKLM\Software\Mimamori\Agent)";
const std::string ticket_key = settings_key + R"(\Enrolment)";

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

/// A PC of a hospital that has its first package and reports.
struct InstalledPc
{
    tests::Site site;
    tests::WinePc pc;
    std::filesystem::path msi;
    std::string ticket;

    InstalledPc()
        : pc{site, tests::WinePc::Told::nothing}
    {
        site.start_collector();
        tests::lay(pc.prefix(), {"os/windows-7-sp1", "antivirus/eset", "antivirus/eset-stale"});
        pc.stay_on();
        msi = make_msi(site.folder(), 0);
        ticket = pc.ticket();
        const auto done = install(
            pc, "/i", msi,
            {"COLLECTOR_URL=https://" + site.agent_place() + '/',
             "CA_FINGERPRINT=" + site.fingerprint(), "ENROLL_TICKET=" + ticket, "SITE=南館"});
        BOOST_TEST_REQUIRE(done.exit_code == 0, done.text << installer_log(pc));
        wait_for_reports();
    }

    void wait_for_reports()
    {
        const auto before = site.metric("mimamori_reports_stored_total");
        wait_until(
            "reports", [&] { return site.metric("mimamori_reports_stored_total") >= before + 2; },
            patience);
    }

    /// A setting as the agent reported it: its value and who said it.
    std::string reported(const std::string& key)
    {
        const auto device = site.device(pc.device_id());
        for (const auto& setting : device.at("facts").at("self").at("settings").as_array())
            if (text(setting.as_object(), "key") == key)
                return text(setting.as_object(), "value") + ", "
                       + text(setting.as_object(), "origin");
        return "absent";
    }

    std::size_t devices()
    {
        return site.web().json("/api/v1/devices").at("items").as_array().size();
    }

    std::string installed_bytes() const { return tests::text_of(installed_program(pc)); }
};

BOOST_FIXTURE_TEST_SUITE(msi_story, InstalledPc)

BOOST_AUTO_TEST_CASE(a_package_with_a_ticket_installs_a_service_that_enrols_and_reports)
{
    BOOST_TEST(std::filesystem::file_size(msi) <= 3U * 1024 * 1024);
    BOOST_TEST(pc.service_state() == "RUNNING");
    const auto values = registry_values(pc, settings_key);
    BOOST_TEST(values.at("collector.address") == "https://" + site.agent_place() + '/');
    BOOST_TEST(values.at("collector.ca_fingerprint") == site.fingerprint());

    BOOST_TEST(reported("collector.address") == '"' + site.agent_place() + "\", installer");
    BOOST_TEST(reported("collector.ca_fingerprint") == '"' + site.fingerprint() + "\", installer");
    BOOST_TEST(reported("agent.site") == "\"南館\", installer");
    BOOST_TEST(reported("report.heartbeat").ends_with(", default"));

    // The ticket worked once, and is nowhere any more.
    BOOST_TEST(registry_values(pc, ticket_key).count("ticket") == 0U);
    BOOST_TEST(!std::filesystem::exists(pc.data() / "ticket"));
    pc.prefix().restart(); // Only now Wine writes its registry into these files.
    for (const auto* hive : {"system.reg", "user.reg"})
        BOOST_TEST(
            !contains(tests::text_of(pc.prefix().drive_c().parent_path() / hive), ticket), hive);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_the_pc_becomes_findings_and_nothing_else_does)
{
    const std::string device = pc.device_id();
    const auto only = [&](const std::string& rule) {
        wait_until(
            rule, [&] { return !site.findings(device, rule).empty(); }, patience);
        const auto found = site.findings(device, rule);
        BOOST_TEST_REQUIRE(found.size() == 1U, rule);
        return found.front();
    };
    const auto stale = only("av_stale");
    BOOST_TEST(text(stale, "severity") == "action");
    const auto line = text(stale.at("line").as_object(), "en");
    BOOST_TEST(contains(line, "2026-10-23"), line);
    const auto unsupported = only("os_unsupported");
    BOOST_TEST(text(unsupported, "severity") == "action");
    BOOST_TEST(contains(text(unsupported.at("line").as_object(), "en"), "Windows 7"));
    const auto facts = site.device(device).at("facts");
    const auto& products = facts.at("antivirus").at("products").as_array();
    BOOST_TEST_REQUIRE(products.size() == 1U);
    BOOST_TEST(text(products.front().as_object(), "id") == "eset");
    // There is a product, and it is known.
    BOOST_TEST(site.findings(device, "av_missing").empty());
}

BOOST_AUTO_TEST_CASE(an_upgrade_without_properties_keeps_settings_and_device)
{
    const auto before = registry_values(pc, settings_key);
    const auto device = pc.device_id();
    const auto old_program = installed_bytes();
    const auto newer = make_msi(site.folder(), 1);
    const auto upgraded = install(pc, "/i", newer);
    BOOST_TEST_REQUIRE(upgraded.exit_code == 0, upgraded.text << installer_log(pc));
    BOOST_TEST(installed_bytes() != old_program);
    BOOST_TEST((registry_values(pc, settings_key) == before));
    wait_for_reports();
    BOOST_TEST(pc.service_state() == "RUNNING");
    BOOST_TEST(pc.device_id() == device);
    BOOST_TEST(devices() == 1U);
    BOOST_TEST(reported("agent.site") == "\"南館\", installer");

    // Back is refused, and what is there goes on.
    const auto new_program = installed_bytes();
    const auto refused = install(pc, "/i", msi);
    BOOST_TEST(refused.exit_code != 0);
    BOOST_TEST(installed_bytes() == new_program);
    BOOST_TEST((registry_values(pc, settings_key) == before));
    BOOST_TEST(pc.service_state() == "RUNNING");

    const auto changed = install(pc, "/i", make_msi(site.folder(), 2), {"SITE=east"});
    BOOST_TEST_REQUIRE(changed.exit_code == 0, changed.text << installer_log(pc));
    const auto after = registry_values(pc, settings_key);
    BOOST_TEST(after.at("agent.site") == "east");
    BOOST_TEST(after.at("collector.address") == before.at("collector.address"));
}

BOOST_AUTO_TEST_CASE(a_removal_leaves_the_data_folder_and_nothing_else)
{
    pc.stop_service(); // Wine's installer does not wait until it has.
    const auto removed = install(pc, "/x", msi);
    BOOST_TEST_REQUIRE(removed.exit_code == 0, removed.text << installer_log(pc));
    BOOST_TEST(pc.service_state() == "absent");
    BOOST_TEST(!std::filesystem::exists(installed_program(pc).parent_path()));
    // Wine leaves the keys themselves, empty.
    BOOST_TEST(registry_values(pc, settings_key).empty());
    BOOST_TEST(registry_values(pc, ticket_key).empty());
    BOOST_TEST(std::filesystem::exists(pc.data() / "identity.json"));

    // So it comes back as the same device, without a ticket.
    const auto again = install(
        pc, "/i", msi,
        {"COLLECTOR_URL=" + site.agent_place(), "CA_FINGERPRINT=" + site.fingerprint()});
    BOOST_TEST_REQUIRE(again.exit_code == 0, again.text << installer_log(pc));
    wait_for_reports();
    BOOST_TEST(devices() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
