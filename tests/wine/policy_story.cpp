// Group policy on a Windows PC: what a domain handed out lies in its registry, and the agent goes
// by it. The values come out of tests/installer/group_policy_test.py: of now, or as recorded.

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

constexpr auto patience = 180s;
/// Those of agent/probes/windows/registry.cpp, and `self`.
constexpr std::size_t sections_of_windows = 16;
const std::string policy_key = R"(HKLM\Software\Policies\Mimamori\Agent)";

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

void set_policy(
    const tests::WinePc& pc,
    const std::string& name,
    const std::string& type,
    const std::string& value)
{
    const auto done =
        pc.prefix().run({"reg", "add", policy_key, "/v", name, "/t", type, "/d", value, "/f"});
    BOOST_TEST_REQUIRE(done.exit_code == 0, done.text);
}

BOOST_AUTO_TEST_CASE(a_package_without_properties_waits_for_a_policy_and_then_goes_by_it)
{
    tests::Site site;
    site.start_collector();
    tests::WinePc pc{site, tests::WinePc::Told::nothing};
    pc.stay_on();
    const auto done = install(pc, "/i", make_msi(site.folder(), 0));
    BOOST_TEST_REQUIRE(done.exit_code == 0, done.text << installer_log(pc));
    wait_until(
        "the service that waits",
        [&] {
            return pc.service_state() == "RUNNING" && contains(pc.log(), "waiting for settings");
        },
        patience);

    // What came out of a domain, as Windows would write it; then this site's own collector and key.
    const bool is_fresh = std::filesystem::exists(MIMAMORI_DOMAIN_POLICY);
    BOOST_TEST_MESSAGE((is_fresh ? "policy of a domain of now" : "policy as recorded"));
    pc.prefix().import_registry(
        is_fresh
            ? tests::text_of(MIMAMORI_DOMAIN_POLICY)
            : tests::run_program({"iconv", "--from-code=UTF-8", "--to-code=UTF-16",
                                  MIMAMORI_SOURCE_DIR "/tests/recorded/group_policy/agent.reg"})
                  .text);
    const auto handed_out = registry_values(pc, policy_key);
    BOOST_TEST(handed_out.size() > 15U);
    const std::string key = site.ctl({"enrolment-key", "create", "--note", "policy"});
    set_policy(pc, "enrolment.key", "REG_SZ", key.substr(0, key.find('\n')));
    set_policy(pc, "collector.ca_fingerprint", "REG_SZ", site.fingerprint());
    set_policy(pc, "collector.address", "REG_SZ", site.agent_place());

    const auto waiting = [&] {
        return site.web().json("/api/v1/enrolment-queue").at("items").as_array();
    };
    wait_until(
        "the PC in the queue", [&] { return !waiting().empty(); }, patience);
    const auto entry = waiting().front().as_object();
    const auto status = pc.agent({"status"}).text;
    BOOST_TEST(contains(status, "approval code: " + text(entry, "code")), status);
    site.ctl({"queue", "approve", std::to_string(entry.at("id").to_number<int>())});

    // Each value of the policy is in force, and the collector is told who said it.
    const auto reported = [&](const std::string& name) {
        const auto device = site.device(pc.device_id());
        const auto* self = device.at("facts").as_object().if_contains("self");
        if (self == nullptr)
            return std::string{"not told yet"};
        for (const auto& setting : self->at("settings").as_array())
            if (text(setting.as_object(), "key") == name)
                return text(setting.as_object(), "value") + ", "
                       + text(setting.as_object(), "origin");
        return std::string{"absent"};
    };
    const std::string address = '"' + site.agent_place() + "\", policy";
    wait_until(
        "what it goes by", [&] { return reported("collector.address") == address; }, patience);
    for (const auto& [name, value] : handed_out)
        BOOST_TEST(reported(name).ends_with(", policy"), name << ": " << reported(name));
    BOOST_TEST(reported("agent.site") == R"("南館 \"放射線科\"", policy)");
    BOOST_TEST(reported("report.heartbeat") == "\"2m\", policy");
    BOOST_TEST(reported("watch.usb") == "false, policy");
    const auto doctor = pc.agent({"doctor"}).text;
    BOOST_TEST(contains(doctor, "policy"), doctor);

    // A probe that does not end in time would take the agent with it, which Windows starts anew and
    // Wine does not: the first look, which takes long under Wine, is to be over.
    const auto sections = [&] {
        return site.device(pc.device_id()).at("facts").as_object().size();
    };
    wait_until(
        "the first look", [&] { return sections() >= sections_of_windows; }, patience);

    // Changed in the domain: followed without a restart of the service. A mistake stops nothing.
    set_policy(pc, "report.heartbeat", "REG_DWORD", "300");
    set_policy(pc, "spool.size_mib", "REG_DWORD", "0");
    wait_until(
        "the new heartbeat", [&] { return reported("report.heartbeat") == "\"5m\", policy"; },
        patience);
    BOOST_TEST(pc.service_state() == "RUNNING");
    BOOST_TEST(!reported("spool.size_mib").ends_with(", policy"), reported("spool.size_mib"));
    const auto told = pc.agent({"status"}).text;
    BOOST_TEST(contains(told, "spool.size_mib"), told);
    BOOST_TEST(contains(told, "not used: "), told);
}

} // namespace
} // namespace mimamori
