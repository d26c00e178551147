#include "agent/app/enrolment_secrets.hpp"
#include "agent/app/load_settings.hpp"
#include "agent/app/self_section.hpp"
#include "agent/app/verbs.hpp"
#include "common/identity/secret.hpp"
#include "common/platform/file.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

namespace mimamori::agent::app {
namespace {

using namespace std::chrono_literals;

const std::string fingerprint(64, 'a');

/// What group policy and an installer left on a recorded machine.
GivenSettings recorded()
{
    GivenSettings given;
    given.installer = {
        "HKLM\\Software\\Mimamori\\Agent",
        {{"collector.address", "https://installed.example:8444/"},
         {"collector.ca_fingerprint", fingerprint},
         {"agent.site", "南館"}}};
    given.policy = {
        "HKLM\\Software\\Policies\\Mimamori\\Agent",
        {{"collector.address", "policy.example:8444"},
         {"report.heartbeat", std::uint64_t{120}},
         {"watch.usb", std::uint64_t{0}}}};
    return given;
}

struct Machine
{
    tests::TempFolder folder;
    SettingsRequest request{folder.path() / "agent.toml"};

    explicit Machine(const std::string& file) { std::ofstream{request.file} << file; }

    Loaded load(GivenSettings given) const
    {
        auto loaded = load_settings(request, std::move(given));
        BOOST_TEST_REQUIRE(loaded.has_value(), loaded.error().message);
        return std::move(*loaded);
    }
};

std::string origin_of(const Loaded& loaded, const std::string& key)
{
    const auto self = self_section_of(loaded.settings, loaded.shown, loaded.passed_over, {});
    const auto found =
        std::find_if(self.settings.begin(), self.settings.end(), [&](const auto& setting) {
            return setting.key == key;
        });
    return found == self.settings.end() ? "absent" : found->origin;
}

BOOST_AUTO_TEST_SUITE(agent_load_settings)

BOOST_AUTO_TEST_CASE(policy_wins_over_the_file_and_the_file_over_the_installer)
{
    const Machine machine{
        "[collector]\naddress = \"file.example:8444\"\n[watch]\nusb = true\nnetwork = false\n"};
    const auto loaded = machine.load(recorded());
    BOOST_TEST(loaded.settings.collector_address == "policy.example:8444");
    BOOST_TEST(loaded.settings.ca_fingerprint == fingerprint);
    BOOST_TEST((loaded.settings.heartbeat == 120s));
    BOOST_TEST(!loaded.settings.usb_watch);
    BOOST_TEST(!loaded.settings.network_watch);
    BOOST_TEST(loaded.settings.site == "南館");

    // What the collector's page is told.
    BOOST_TEST(origin_of(loaded, "collector.address") == "policy");
    BOOST_TEST(origin_of(loaded, "collector.ca_fingerprint") == "installer");
    BOOST_TEST(origin_of(loaded, "watch.network") == "file");
    BOOST_TEST(origin_of(loaded, "report.inventory") == "default");
}

/// The values of a key in a .reg file: texts and numbers.
GivenKey key_in(const std::string& text)
{
    GivenKey key;
    const std::regex head{"\\[HKEY_LOCAL_MACHINE(.+)\\]"};
    const std::regex line{"\"([^\"]+)\"=(dword:([0-9a-f]{8})|\"(.*)\")"};
    const std::regex escape{R"(\\(.))"};
    std::istringstream in{text};
    for (std::string one; std::getline(in, one);)
    {
        std::smatch found;
        if (std::regex_match(one, found, head))
            key.place = "HKLM" + found[1].str();
        else if (std::regex_match(one, found, line) && found[3].matched)
            key.values[found[1]] = std::uint64_t{std::stoul(found[3], nullptr, 16)};
        else if (std::regex_match(one, found, line))
            key.values[found[1]] = std::regex_replace(found[4].str(), escape, "$1");
    }
    return key;
}

BOOST_AUTO_TEST_CASE(what_a_domain_hands_out_is_in_force_and_told_as_policy)
{
    // Went through a real domain: tests/installer/group_policy_test.py.
    const auto text =
        platform::read_file(MIMAMORI_SOURCE_DIR "/tests/recorded/group_policy/agent.reg");
    BOOST_TEST_REQUIRE(text.has_value());
    GivenSettings given;
    given.policy = key_in(*text);
    BOOST_TEST(given.policy.place == "HKLM\\" + std::string{policy_key});
    // Paths of Windows are no full paths here.
    for (const char* path : {"agent.data_folder", "enrolment.key_file", "log.file"})
    {
        auto& value = std::get<std::string>(given.policy.values.at(path));
        BOOST_TEST(value.starts_with("C:\\ProgramData\\mimamori\\"));
        value = "/" + value;
    }
    const Machine machine{"[report]\nheartbeat = \"30s\"\n[log]\nlevel = \"debug\"\n"};
    const auto loaded = machine.load(given);
    BOOST_TEST(loaded.passed_over.empty());
    for (const auto& entry : settings_table().entries())
        BOOST_TEST(origin_of(loaded, entry.key) == "policy", entry.key);
    const Settings& settings = loaded.settings;
    BOOST_TEST(settings.collector_address == "collector.hospital.example:8444");
    BOOST_TEST(settings.site == "南館 \"放射線科\"");
    BOOST_TEST((settings.log_level == log::Level::warn));
    BOOST_TEST((settings.heartbeat == 120s));
    BOOST_TEST((settings.inventory == 1800s));
    BOOST_TEST((settings.start_spread == 30s));
    BOOST_TEST((settings.probe_cpu == 1000ms));
    BOOST_TEST((settings.probe_time == 15'000ms));
    BOOST_TEST(settings.memory_mib == 128U);
    BOOST_TEST(settings.spool_mib == 64U);
    BOOST_TEST((settings.program_watch == ProgramWatchMode::off));
    BOOST_TEST((settings.command_lines == CommandLinePolicy::never));
    BOOST_TEST(!settings.usb_watch);
    BOOST_TEST(settings.network_watch);
    BOOST_TEST(enrolment_key_of(settings) == "MK-MZTWB-91G71-RZP65-KHGES-NHK43-0RCGM");
}

BOOST_AUTO_TEST_CASE(without_a_policy_the_file_says_it)
{
    const Machine machine{"[collector]\naddress = \"file.example:8444\"\n"};
    auto given = recorded();
    given.policy.values.clear();
    const auto loaded = machine.load(given);
    BOOST_TEST(loaded.settings.collector_address == "file.example:8444");
    BOOST_TEST(origin_of(loaded, "collector.address") == "file");
    BOOST_TEST((loaded.settings.heartbeat == 60s));
}

BOOST_AUTO_TEST_CASE(an_installer_may_write_the_address_as_browsers_show_it)
{
    const Machine machine{""};
    auto given = recorded();
    given.policy.values.clear();
    BOOST_TEST(machine.load(given).settings.collector_address == "installed.example:8444");
    // A property that nobody gave is an empty text, and no reason to complain.
    given.installer.values["collector.address"] = "";
    given.installer.values["report.heartbeat"] = "";
    const auto loaded = machine.load(given);
    BOOST_TEST(loaded.settings.collector_address == "");
    BOOST_TEST(loaded.passed_over.empty());
    BOOST_TEST(!names_collector(loaded.settings));
}

BOOST_AUTO_TEST_CASE(a_mistake_in_a_policy_stops_nothing_and_is_told_everywhere)
{
    const Machine machine{"[report]\nheartbeat = \"30s\"\n"};
    auto given = recorded();
    given.policy.values["report.heartbeat"] = std::uint64_t{4};
    const auto loaded = machine.load(given);
    BOOST_TEST((loaded.settings.heartbeat == 30s));
    BOOST_TEST(origin_of(loaded, "report.heartbeat") == "file");

    const std::string told = "HKLM\\Software\\Policies\\Mimamori\\Agent\\report.heartbeat: "
                             "report.heartbeat: \"4s\" is not allowed; allowed: a time in units of "
                             "1s from 5s to 1h";
    const auto self = self_section_of(loaded.settings, loaded.shown, loaded.passed_over, {});
    BOOST_TEST_REQUIRE(self.from.unknown.size() == 1U);
    BOOST_TEST(self.from.unknown[0].fact == "report.heartbeat");
    BOOST_TEST(self.from.unknown[0].why == told);

    TextOutput status;
    Loaded shown = loaded;
    shown.settings.data_folder = machine.folder.path() / "none";
    BOOST_TEST(print_status(shown, status) == exit_done);
    BOOST_TEST(status.text().find("not used:     " + told) != std::string::npos, status.text());
}

BOOST_AUTO_TEST_CASE(status_says_who_said_each_setting)
{
    const Machine machine{"[watch]\nnetwork = false\n"};
    auto loaded = machine.load(recorded());
    loaded.settings.data_folder = machine.folder.path() / "none";
    TextOutput status;
    BOOST_TEST(print_status(loaded, status) == exit_done);
    const auto says = [text = status.text()](const std::string& line) {
        return text.find(line) != std::string::npos;
    };
    BOOST_TEST(
        says("= false  (policy, HKLM\\Software\\Policies\\Mimamori\\Agent\\watch.usb)\n"),
        status.text());
    BOOST_TEST(says("= \"南館\"  (installer, HKLM\\Software\\Mimamori\\Agent\\agent.site)\n"));
    BOOST_TEST(says("agent.toml:2)\n"));
    BOOST_TEST(says("= \"15m\"  (built in)\n"));
}

BOOST_AUTO_TEST_CASE(a_mistake_in_the_file_is_refused_with_or_without_a_policy)
{
    const Machine machine{"[report]\nheartbeat = \"4s\"\n"};
    BOOST_TEST((load_settings(machine.request, recorded()).error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(an_enrolment_key_of_a_policy_is_used_and_not_shown)
{
    const auto key = identity::Secret::generate(identity::SecretKind::enrolment_key).text();
    const auto ticket = identity::Secret::generate(identity::SecretKind::ticket).text();
    const Machine machine{"[enrolment]\nkey_file = \"\"\n"};
    auto given = recorded();
    given.policy.values["enrolment.key"] = key;
    const auto loaded = machine.load(given);
    BOOST_TEST(enrolment_key_of(loaded.settings) == key);
    for (const auto& shown : loaded.shown)
        BOOST_TEST(shown.text.find(key) == std::string::npos, shown.key);

    given.policy.values["enrolment.key"] = ticket; // One machine's ticket for all is a mistake.
    const auto refused = machine.load(given);
    BOOST_TEST(enrolment_key_of(refused.settings) == "");
    BOOST_TEST_REQUIRE(refused.passed_over.size() == 1U);
    BOOST_TEST(refused.passed_over[0].text.find(ticket) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_policy_that_changes_is_noticed)
{
    const auto before = recorded();
    BOOST_TEST((before == recorded()));
    auto changed = recorded();
    changed.policy.values["watch.usb"] = std::uint64_t{1};
    BOOST_TEST((before != changed));
    changed = recorded();
    changed.policy.values["watch.usb"] = "0"; // Another type.
    BOOST_TEST((before != changed));
    changed = recorded();
    changed.policy.values.erase("watch.usb");
    BOOST_TEST((before != changed));
    changed = recorded();
    changed.policy.values["watch.network"] = settings::Other{"binary data"};
    const auto again = changed;
    BOOST_TEST((before != changed));
    BOOST_TEST((again == changed));
}

struct GivenTicket
{
    std::optional<std::string> text;
    bool can_be_erased{true};

    TicketPlace place()
    {
        return {
            [this] { return Result<std::optional<std::string>>{text}; },
            [this]() -> Result<void> {
                if (!can_be_erased)
                    return Error{Errc::forbidden, "access denied"};
                text.reset();
                return {};
            }};
    }
};

BOOST_AUTO_TEST_CASE(the_installers_ticket_is_moved_and_erased)
{
    const tests::TempFolder folder;
    auto store = uplink::IdentityStore::open(folder.path() / "data");
    BOOST_TEST_REQUIRE(store.has_value());
    const auto text = identity::Secret::generate(identity::SecretKind::ticket).text();

    GivenTicket none;
    BOOST_TEST(take_given_ticket(*store, none.place()).has_value());
    BOOST_TEST(!store->ticket()->has_value());

    GivenTicket kept{text, false};
    BOOST_TEST((take_given_ticket(*store, kept.place()).error().code == Errc::forbidden));
    BOOST_TEST((*store->ticket() == text)); // Not lost, though it is still there, too.

    GivenTicket given{text};
    BOOST_TEST(take_given_ticket(*store, given.place()).has_value());
    BOOST_TEST((*store->ticket() == text));
    BOOST_TEST(!given.text);
}

BOOST_AUTO_TEST_CASE(what_is_no_ticket_is_erased_and_told_without_its_text)
{
    const tests::TempFolder folder;
    auto store = uplink::IdentityStore::open(folder.path() / "data");
    BOOST_TEST_REQUIRE(store.has_value());
    GivenTicket given{"MT-SECRET"};
    const auto taken = take_given_ticket(*store, given.place());
    BOOST_TEST_REQUIRE(taken.has_error());
    BOOST_TEST(taken.error().message.find("SECRET") == std::string::npos, taken.error().message);
    BOOST_TEST(!given.text);
    BOOST_TEST(!store->ticket()->has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::app
