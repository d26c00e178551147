// A Windows PC and a collector: enrolled, reporting as a service, stopped in order, and not taken
// in by a stranger.

#include "tests/wine/wine_site.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace mimamori {
namespace {

using tests::text;
using tests::wait_until;
using namespace std::chrono_literals;

constexpr auto patience = 120s;

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_CASE(a_windows_service_reports_over_mutual_tls_and_says_goodbye)
{
    tests::Site site;
    site.start_collector();
    tests::WinePc pc{site};

    const auto enrolled = pc.enrol();
    BOOST_TEST_REQUIRE(enrolled.exit_code == 0, enrolled.text);
    // The key is the machine's: it lies there, and nobody reads it off the disk.
    const std::string key = tests::text_of(pc.data() / "key.pem.dpapi");
    BOOST_TEST(key.size() > 100U);
    BOOST_TEST(!contains(key, "PRIVATE KEY"));
    BOOST_TEST(!std::filesystem::exists(pc.data() / "ticket"));

    const auto before = site.metric("mimamori_reports_stored_total");
    pc.start_service();
    wait_until(
        "reports of the service",
        [&] { return site.metric("mimamori_reports_stored_total") >= before + 2; }, patience);

    const auto status = pc.agent({"status"});
    BOOST_TEST(contains(status.text, "enrolment:    enrolled"), status.text);
    BOOST_TEST(contains(status.text, "agent:        running"), status.text);

    const std::string device = pc.device_id();
    const auto shown = boost::json::serialize(site.device(device));
    BOOST_TEST(contains(shown, "windows"), shown.substr(0, 2000));

    pc.stop_service();
    BOOST_TEST(contains(pc.log(), "agent stops: service stop"));
    const auto said_goodbye = [&] {
        const auto events = site.events(device);
        return std::any_of(events.begin(), events.end(), [](const auto& event) {
            return text(event, "kind") == "agent_stopped" && text(event, "text") == "service stop";
        });
    };
    wait_until("the goodbye in the collector", said_goodbye, patience);

    const auto removed = pc.agent({"service", "remove"});
    BOOST_TEST(removed.exit_code == 0, removed.text);
    BOOST_TEST(pc.service_state() == "absent");
}

BOOST_AUTO_TEST_CASE(a_collector_of_another_site_is_refused)
{
    tests::Site site;
    site.start_collector();
    tests::WinePc pc{site, std::string(64, 'a')};
    const auto refused = pc.enrol();
    BOOST_TEST(refused.exit_code == 1, refused.text);
    BOOST_TEST(!std::filesystem::exists(pc.data() / "identity.json"));
    BOOST_TEST(site.web().json("/api/v1/agents").at("items").as_array().empty());
}

BOOST_AUTO_TEST_CASE(a_stranger_in_the_collectors_place_hears_no_ticket)
{
    // Another hospital's collector, with certificates that are good there.
    tests::Site site;
    tests::Site stranger;
    stranger.start_collector();
    tests::WinePc pc{stranger, site.fingerprint()};
    const auto refused = pc.enrol();
    BOOST_TEST(refused.exit_code == 1, refused.text);
    BOOST_TEST(stranger.web().json("/api/v1/agents").at("items").as_array().empty());
    BOOST_TEST(std::filesystem::exists(pc.data() / "ticket"));
}

BOOST_AUTO_TEST_CASE(the_console_verbs_work_without_a_service)
{
    tests::Site site;
    tests::WinePc pc{site};
    const auto version = pc.agent({"version"});
    BOOST_TEST(version.exit_code == 0);
    BOOST_TEST(contains(version.text, "mimamori-agent "), version.text);
    BOOST_TEST(contains(version.text, "unsigned"), version.text);
    const auto nowhere = pc.agent({"doctor"});
    BOOST_TEST(nowhere.exit_code == 1, nowhere.text);
    BOOST_TEST(contains(nowhere.text, "connection   "), nowhere.text);
    const auto taken = pc.agent({"snapshot", "--out", "C:\\snapshot.json"});
    BOOST_TEST(taken.exit_code == 0, taken.text);
    const auto alone = pc.agent({"service", "run"});
    BOOST_TEST(alone.exit_code == 1);
    BOOST_TEST(contains(alone.text, "is for the service manager"), alone.text);
}

} // namespace
} // namespace mimamori
