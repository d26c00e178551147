#include "tests/unit/collector/api/scope_fixture.hpp"

#include <fmt/format.h>

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

struct TodoSite : ApiSite
{
    Browser sato{signed_in(Role::operator_)};

    /// A device whose pattern is so old.
    DeviceId add_with_pattern_of(const std::string& id, std::chrono::hours age)
    {
        const auto device = add_device(id);
        put(device, "antivirus", judge::test::antivirus(clock.now() - age));
        judge(device);
        return device;
    }

    Lines listed(const std::string& filter)
    {
        const auto reply = sato.get("/api/v1/devices?filter=" + filter);
        BOOST_TEST_REQUIRE(reply.status == 200, reply.body);
        BOOST_TEST(reply.at("/total") == std::to_string(reply.count("/items")));
        return reply.each("name");
    }

    std::string exported(const std::string& language)
    {
        return sato.get("/api/v1/devices/export?format=csv&columns=name,todo&lang=" + language)
            .body;
    }
};

BOOST_FIXTURE_TEST_SUITE(device_todo, TodoSite)

BOOST_AUTO_TEST_CASE(a_list_of_devices_says_what_is_to_be_done_about_each)
{
    const auto stale = add_with_pattern_of("stale", 30 * 24h);
    add_with_pattern_of("fresh", 1h);
    const auto reply = sato.get("/api/v1/devices");
    BOOST_TEST(reply.at("/items/0/name") == "fresh");
    BOOST_TEST(reply.count("/items/0/todo/ja") == 0U);
    BOOST_TEST(reply.count("/items/1/todo/ja") == 1U);
    BOOST_TEST(reply.at("/items/1/todo/ja/0") == "ウイルス定義が古くなっています");
    BOOST_TEST(reply.at("/items/1/todo/en/0") == "Antivirus pattern is old");
    BOOST_TEST((listed("todo:av_stale") == Lines{"stale"}));
    BOOST_TEST((listed("todo:os_unsupported,av_stale") == Lines{"stale"}));
    BOOST_TEST((listed("-todo:av_stale") == Lines{"fresh"}));
    BOOST_TEST((listed("todo:%22%22") == Lines{"fresh"}));
    BOOST_TEST((listed("-todo:%22%22") == Lines{"stale"}));
    BOOST_TEST(listed("todo:av_off").empty());
    BOOST_TEST(
        exported("ja").find("stale,ウイルス定義が古くなっています\r\n") != std::string::npos);
    BOOST_TEST(
        exported("en").find("fresh,\r\nstale,Antivirus pattern is old") != std::string::npos);
    // Who has taken it on still has to do it; what is put off, nobody has.
    const std::string actions = "/api/v1/findings/" + finding(stale, "av_stale").id + "/actions";
    BOOST_TEST(sato.post(actions, R"({"action":"acknowledge"})").status == 200);
    BOOST_TEST((listed("todo:av_stale") == Lines{"stale"}));
    const std::string until = to_rfc3339(clock.now() + 24h);
    BOOST_TEST(
        sato.post(actions, R"({"action":"snooze","until":")" + until + R"("})").status == 200);
    BOOST_TEST(listed("todo:av_stale").empty());
    BOOST_TEST(sato.get("/api/v1/devices").count("/items/1/todo/ja") == 0U);
}

BOOST_AUTO_TEST_CASE(a_case_of_a_rule_has_its_own_words_and_the_worst_comes_first)
{
    const auto device = add_with_pattern_of("pc", 30 * 24h);
    write([&](storage::Session& session) -> Result<bool> {
        const std::string sql = fmt::format(
            "INSERT INTO finding (id, device_no, rule, subject, severity, state, evidence,"
            " first_seen_ms, opened_at_ms, last_seen_ms)"
            " SELECT 'F' || value, (SELECT no FROM device WHERE id = '{}'), 'patch_behind', value,"
            " 1, 'open', '{{\"case\":\"windows\"}}', 1, 1, 1 FROM json_each('[1,2]')",
            device.text());
        storage::Statement{session.native(), sql.c_str()}.run();
        return true;
    });
    const auto reply = sato.get("/api/v1/devices");
    BOOST_TEST(reply.count("/items/0/todo/en") == 2U);
    BOOST_TEST(reply.at("/items/0/todo/en/0") == "Antivirus pattern is old");
    BOOST_TEST(reply.at("/items/0/todo/en/1") == "Windows updates are missing");
    BOOST_TEST(
        exported("en").find("pc,\"Antivirus pattern is old, Windows updates are missing\"")
        != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_cannot_wait_comes_before_what_brings_more_points)
{
    for (const char* name : {"pc-1", "pc-2", "pc-3"})
        add_with_pattern_of(name, 30 * 24h);
    const auto first_rule = [this](const std::string& list) {
        return list == "today" ? sato.get("/api/v1/overview").at("/today/0/rule")
                               : sato.get("/api/v1/finding-groups?state=open").at("/items/0/rule");
    };
    for (const char* list : {"today", "groups"})
        BOOST_TEST(first_rule(list) == "av_stale", list);
    write([](storage::Session& session) -> Result<bool> {
        storage::Statement{
            session.native(),
            "INSERT INTO finding (id, device_no, rule, subject, severity, state, evidence,"
            " first_seen_ms, opened_at_ms, last_seen_ms)"
            " SELECT 'F', no, 'process_lookalike', 'svch0st.exe', 2, 'open', '{}', 1, 1, 1"
            " FROM device WHERE id = 'pc-3'"}
            .run();
        return true;
    });
    for (const char* list : {"today", "groups"})
        BOOST_TEST(first_rule(list) == "process_lookalike", list);
}

BOOST_AUTO_TEST_CASE(what_is_to_be_done_is_asked_for_by_name_alone)
{
    for (const char* query : {"filter=todo~av", "filter=todo%3C1", "sort=todo"})
        BOOST_TEST(sato.get("/api/v1/devices?" + std::string{query}).status == 400, query);
    BOOST_TEST(sato.get("/api/v1/device-values?field=todo").status == 400);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
