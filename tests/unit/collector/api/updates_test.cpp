#include "tests/unit/collector/api/api_fixture.hpp"

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

struct UpdateSite : ApiSite
{
    Browser sato{signed_in(Role::operator_)};
    Browser admin{signed_in(Role::administrator)};

    DeviceId add_windows(
        const std::string& id,
        std::uint32_t build,
        const std::string& edition,
        const std::string& channel,
        std::uint32_t revision = 1)
    {
        const auto device = add_device(id);
        wire::OsSection os;
        os.family = "windows";
        os.product = "Windows";
        os.edition = edition;
        os.channel = channel;
        os.build = build;
        os.revision = revision;
        os.extended_support = extended_support;
        put(device, "os", os);
        judge(device);
        return device;
    }

    void add_debian(const std::string& id, const std::string& version)
    {
        const auto device = add_device(id);
        wire::OsSection os;
        os.family = "linux";
        os.distribution = "debian";
        os.version = version;
        put(device, "os", os);
        judge(device);
    }

    std::string extended_support{"none"};

    void set_pattern_age(const DeviceId& device, std::chrono::days age)
    {
        wire::AntivirusSection section;
        wire::AntivirusProduct product;
        product.name = "ウイルスバスター";
        product.has_pattern = true;
        product.pattern_built_at = clock.now() - age;
        section.products.push_back(product);
        put(device, "antivirus", section);
        judge(device);
    }
};

BOOST_FIXTURE_TEST_SUITE(updates, UpdateSite)

BOOST_AUTO_TEST_CASE(support_ends_are_counted_by_system_and_site_the_earliest_first)
{
    add_windows("W10-1", 19045, "Professional", "general");
    add_windows("W10-2", 19045, "Professional", "general");
    add_windows("LTSC", 19044, "EnterpriseS", "ltsc");
    add_windows("W11", 26100, "Professional", "general");
    add_device("NOBODY-KNOWS");
    const auto answer = sato.get("/api/v1/os-support");
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.at("/today") == "2026-03-10");
    BOOST_TEST_REQUIRE(answer.count("/items") == 4U);
    BOOST_TEST(answer.at("/items/0/support") == "unsupported");
    BOOST_TEST(answer.at("/items/0/until") == "2025-10-14");
    BOOST_TEST(answer.at("/items/0/devices") == "2");
    BOOST_TEST(answer.at("/items/0/site") == "root");
    // A feature update costs nothing; a long-term edition must be bought anew.
    BOOST_TEST(answer.at("/items/1/until") == "2026-10-13");
    BOOST_TEST(answer.at("/items/1/free_update") == "true");
    BOOST_TEST(answer.at("/items/2/until") == "2027-01-12");
    BOOST_TEST(answer.at("/items/2/free_update") == "false");
    BOOST_TEST(answer.at("/items/3/support") == "unknown");
    BOOST_TEST(answer.at("/items/3/until") == "null");
}

BOOST_AUTO_TEST_CASE(the_budget_list_holds_who_needs_a_decision_by_that_day_and_nobody_else)
{
    add_windows("W10", 19045, "Professional", "general");
    add_windows("LTSC", 19044, "EnterpriseS", "ltsc");
    add_windows("W11", 26100, "Professional", "general");
    const auto names = [&](const std::string& before) {
        return sato.get("/api/v1/os-support/devices?before=" + before).each("name");
    };
    BOOST_TEST(names("2025-10-13").empty());
    BOOST_TEST(names("2025-10-14") == (Lines{"W10"}), boost::test_tools::per_element());
    BOOST_TEST(names("2027-01-11") == (Lines{"W10"}), boost::test_tools::per_element());
    BOOST_TEST(names("2027-01-12") == (Lines{"W10", "LTSC"}), boost::test_tools::per_element());
    BOOST_TEST(sato.get("/api/v1/os-support/devices?before=soon").status == 400);
}

BOOST_AUTO_TEST_CASE(a_plan_counts_on_no_paid_programme_that_nobody_has_shown_and_on_a_free_one)
{
    extended_support.clear();
    add_windows("W10", 19045, "Professional", "general");
    add_debian("DEBIAN", "11");
    const auto answer = sato.get("/api/v1/os-support");
    BOOST_TEST_REQUIRE(answer.count("/items") == 2U);
    BOOST_TEST(answer.at("/items/0/support") == "extended_only");
    BOOST_TEST(answer.at("/items/0/until") == "2025-10-14");
    // Regular updates ended in 2024; those of Debian LTS ask nobody for anything.
    BOOST_TEST(answer.at("/items/1/support") == "supported");
    BOOST_TEST(answer.at("/items/1/until") == "2026-08-31");
    BOOST_TEST(
        sato.get("/api/v1/os-support/devices?before=2026-03-31").each("name") == (Lines{"W10"}),
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_risk_that_was_accepted_is_counted_beside_the_devices)
{
    const auto device = add_windows("W10", 19045, "Professional", "general");
    std::string finding;
    const auto open = sato.get("/api/v1/findings?device=" + device.text());
    for (std::size_t i = 0; i < open.count("/items"); ++i)
        if (open.at("/items/" + std::to_string(i) + "/rule") == "os_unsupported")
            finding = open.at("/items/" + std::to_string(i) + "/id");
    BOOST_TEST_REQUIRE(!finding.empty());
    BOOST_TEST(sato.get("/api/v1/os-support").at("/items/0/waived") == "0");
    const auto done = sato.post(
        "/api/v1/findings/" + finding + "/actions",
        R"({"action":"waive","reason":"隔離した","until":"2026-06-01T00:00:00Z"})");
    BOOST_TEST(done.status < 300, done.body);
    BOOST_TEST(sato.get("/api/v1/os-support").at("/items/0/waived") == "1");
}

BOOST_AUTO_TEST_CASE(prices_are_kept_within_limits_and_stand_in_the_record_of_changes)
{
    const auto price = [&](const std::string& os, const std::string& yen) {
        return sato
            .post("/api/v1/os-support/prices", R"({"os":")" + os + R"(","price":)" + yen + '}')
            .status;
    };
    BOOST_TEST(price("", "120000") == 204U);
    BOOST_TEST(price("Windows Server 2016", "100000000") == 204U);
    BOOST_TEST(price("", "100000001") == 400U);
    BOOST_TEST(price("", "-1") == 400U);
    BOOST_TEST(price(std::string(201, 'x'), "1") == 400U);
    auto answer = sato.get("/api/v1/os-support");
    BOOST_TEST(answer.at("/prices/0/os") == "");
    BOOST_TEST(answer.at("/prices/0/price") == "120000");
    BOOST_TEST(answer.count("/prices") == 2U);
    BOOST_TEST(price("", "0") == 204U);
    BOOST_TEST(sato.get("/api/v1/os-support").count("/prices") == 1U);
    BOOST_TEST(admin.get("/api/v1/audit").at("/items/0/action") == "budget.price");
    auto viewer = signed_in(Role::viewer);
    BOOST_TEST(viewer.post("/api/v1/os-support/prices", R"({"os":"","price":1})").status == 403U);
}

BOOST_AUTO_TEST_CASE(pattern_ages_fall_into_the_bar_whose_last_day_they_have_not_passed)
{
    using std::chrono::days;
    for (const int age : {1, 2, 7, 8, 30, 31})
        set_pattern_age(add_device("AV-" + std::to_string(age)), days{age});
    add_device("AV-none");
    const auto answer = sato.get("/api/v1/freshness");
    BOOST_TEST(answer.at("/pattern/0/of") == "root");
    BOOST_TEST(answer.at("/pattern/0/bars") == "[1,1,1,1,1,1,1]");
    BOOST_TEST(answer.count("/product") == 2U);
    BOOST_TEST(answer.at("/product/1/of") == "ウイルスバスター");
    BOOST_TEST(answer.at("/product/1/bars") == "[1,1,1,1,1,1,0]");

    const auto oldest = sato.get("/api/v1/freshness/devices?of=pattern&limit=3");
    BOOST_TEST(
        oldest.each("name") == (Lines{"AV-31", "AV-30", "AV-8"}), boost::test_tools::per_element());
    BOOST_TEST(oldest.at("/more") == "true");
    const auto further =
        sato.get("/api/v1/freshness/devices?of=pattern&limit=3&after=" + oldest.at("/next"));
    BOOST_TEST(
        further.each("name") == (Lines{"AV-7", "AV-2", "AV-1"}), boost::test_tools::per_element());
    const auto last =
        sato.get("/api/v1/freshness/devices?of=pattern&limit=3&after=" + further.at("/next"));
    BOOST_TEST(last.each("name") == (Lines{"AV-none"}), boost::test_tools::per_element());
    BOOST_TEST(last.at("/next") == "null");
    // A place in one list is none in another.
    BOOST_TEST(
        sato.get("/api/v1/freshness/devices?of=patch&limit=3&after=" + oldest.at("/next")).status
        == 400);
    const auto one = sato.get("/api/v1/freshness/devices?of=pattern&bar=6&site=root");
    BOOST_TEST(one.each("name") == (Lines{"AV-none"}), boost::test_tools::per_element());
    BOOST_TEST(one.at("/more") == "false");
    BOOST_TEST(sato.get("/api/v1/freshness/devices?site=elsewhere").count("/items") == 0U);
    for (const char* wrong : {"of=soon", "bar=7", "bar=x", "limit=0", "limit=20001"})
        BOOST_TEST(
            sato.get("/api/v1/freshness/devices?" + std::string{wrong}).status == 400U, wrong);
}

BOOST_AUTO_TEST_CASE(what_a_bar_means_is_what_the_policy_of_the_hospital_says)
{
    set_pattern_age(add_device("AV-1"), std::chrono::days{1});
    const auto states = [&](const std::string& age) {
        return sato.get("/api/v1/freshness").at("/means/" + age + "/states");
    };
    BOOST_TEST(
        states("pattern") == R"(["good","good","warning","action","action","action","unknown"])");
    BOOST_TEST(
        states("patch") == R"(["good","good","warning","warning","action","action","unknown"])");
    const auto set = admin.post(
        "/api/v1/policies", R"({"scope":"site","scope_value":"root","reason":"x","seen_at":null,
            "settings":[{"key":"av_stale_warning_days","value":"8"},
                        {"key":"av_stale_action_days","value":"20"},
                        {"key":"patch_warning_months","value":"1"}]})");
    BOOST_TEST(set.status == 204);
    BOOST_TEST(
        states("pattern") == R"(["good","good","good","warning","action","action","unknown"])");
    BOOST_TEST(
        states("patch") == R"(["good","warning","warning","warning","action","action","unknown"])");
    BOOST_TEST(sato.get("/api/v1/freshness").at("/means/pattern/warning") == "8");
    // Also to who sees a department only.
    auto own = signed_in(Role::department);
    BOOST_TEST(own.get("/api/v1/freshness").at("/means/pattern/action") == "20");
    BOOST_TEST(
        own.get("/api/v1/overview").at("/pattern_age_states")
        == R"(["good","good","good","warning","action","action","unknown"])");
}

BOOST_AUTO_TEST_CASE(a_windows_is_as_old_as_its_newest_release_and_unknown_without_one)
{
    const auto device = add_device("W11");
    const auto set_revision = [&](std::optional<std::uint32_t> revision) {
        wire::OsSection os;
        os.family = "windows";
        os.edition = "Professional";
        os.channel = "general";
        os.build = 26100;
        os.revision = revision;
        put(device, "os", os);
        judge(device);
        return sato.get("/api/v1/freshness/devices?of=patch").at("/items/0/patched_until");
    };
    const knowledge::WindowsLine* line = nullptr;
    for (const auto& one : judge::test::windows_builds().table().lines)
        if (one.build == 26100 && one.platform == knowledge::WindowsPlatform::client)
            line = &one;
    BOOST_TEST_REQUIRE(line != nullptr);
    for (const auto& update : line->updates)
        if (update.type == "B" && update.day && update.ubr)
        {
            BOOST_TEST(set_revision(update.ubr) == to_iso_date(*update.day));
            break;
        }
    BOOST_TEST(set_revision({}) == "null");
    BOOST_TEST(sato.get("/api/v1/freshness").at("/patch/0/bars") == "[0,0,0,0,0,0,1]");
}

BOOST_AUTO_TEST_CASE(a_linux_without_waiting_updates_is_as_old_as_its_lists_else_as_its_last_update)
{
    const auto device = add_device("LINUX");
    wire::OsSection os;
    os.family = "linux";
    os.distribution = "debian";
    os.version = "12";
    put(device, "os", os);
    wire::PatchesSection patches;
    patches.lists_updated_at = *parse_rfc3339("2026-03-09T03:00:00Z");
    patches.last_update_at = *parse_rfc3339("2026-01-05T03:00:00Z");
    const auto until = [&](std::optional<std::uint32_t> waiting) {
        patches.pending_security_count = waiting;
        put(device, "patches", patches);
        judge(device);
        return sato.get("/api/v1/freshness/devices?of=patch").at("/items/0/patched_until");
    };
    BOOST_TEST(until(0) == "2026-03-09");
    BOOST_TEST(until(1) == "2026-01-05");
    BOOST_TEST(until({}) == "null");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
