#include "collector/judge/out_of_use.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

#include <fmt/format.h>

namespace mimamori::collector::api {
namespace {

using namespace test;
using judge::test::begin;
using people::Role;

/// A site with devices of which one may go out of use.
struct StageSite : ApiSite
{
    Browser sato{signed_in(Role::operator_)};
    DeviceId pc{add_pc("pc")};
    DeviceId other{add_pc("other")};

    /// One whose system nobody corrects any more.
    DeviceId add_pc(const std::string& name)
    {
        const auto device = add_device(name);
        wire::OsSection os;
        os.family = "windows";
        os.product = "Windows";
        os.edition = "Professional";
        os.channel = "general";
        os.build = 19045;
        os.extended_support = "none";
        put(device, "os", os);
        put(device, "antivirus", judge::test::antivirus(begin - std::chrono::days{40}));
        judge(device);
        return device;
    }

    Reply set(const std::string& values)
    {
        const auto seen = sato.get("/api/v1/devices/pc/ledger");
        auto reply = sato.post(
            "/api/v1/devices/pc/ledger", R"({"set":)" + values + '}',
            "If-Match: " + std::string{seen.headers["ETag"]} + "\r\n");
        BOOST_TEST(reply.status == 200, reply.body);
        judge_anew(pc);
        return reply;
    }

    Reply put_into(const std::string& stage) { return set(R"({"stage":")" + stage + R"("})"); }

    Lines listed(const std::string& filter)
    {
        return sato.get("/api/v1/devices?sort=name&filter=" + filter).each("name");
    }

    /// How many devices a list of bars counts.
    std::int64_t sum(const Reply& reply, const std::string& pointer)
    {
        std::int64_t all = 0;
        for (std::size_t i = 0; i < reply.count(pointer); ++i)
            all += std::stoll(reply.at(fmt::format("{}/{}", pointer, i)));
        return all;
    }
};

BOOST_FIXTURE_TEST_SUITE(stages, StageSite)

BOOST_AUTO_TEST_CASE(a_stage_has_a_day_and_a_note_and_is_filtered_by)
{
    BOOST_TEST(sato.get("/api/v1/devices/pc/ledger").at("/values/stage") == "in_use");
    const auto spare = put_into("spare");
    BOOST_TEST(spare.at("/values/stage") == "spare");
    BOOST_TEST(spare.at("/values/stage_day") == "2026-03-10"); // Nobody said another.
    const auto said =
        set(R"({"stage":"repair","stage_day":"2026/2/3","stage_note":"甲医療に預けた"})");
    BOOST_TEST(said.at("/values/stage_day") == "2026-02-03");
    BOOST_TEST(said.at("/values/stage_note") == "甲医療に預けた");
    // Said to be the same day as before is said, too.
    BOOST_TEST(
        set(R"({"stage":"retired","stage_day":"2026-02-03"})").at("/values/stage_day")
        == "2026-02-03");
    BOOST_TEST((listed("stage:retired,disposed") == Lines{"pc"}));
    BOOST_TEST((listed("stage:in_use") == Lines{"other"}));
    BOOST_TEST((listed("stage_day%3C2026-03-01") == Lines{"pc"}));
    BOOST_TEST(set(R"({"stage":""})").at("/values/stage") == "in_use");
    const auto bad = sato.post(
        "/api/v1/devices/other/ledger", R"({"set":{"stage":"lost"}})",
        "If-Match: \"ledger-0\"\r\n");
    BOOST_TEST(bad.status == 400);
    BOOST_TEST(bad.at("/detail") == "stage: one of in_use, spare, repair, retired, disposed");
}

BOOST_AUTO_TEST_CASE(what_is_not_in_use_counts_nowhere)
{
    BOOST_TEST(sato.get("/api/v1/overview").at("/counts/total") == "2");
    for (const char* stage : {"spare", "repair", "retired", "disposed"})
    {
        put_into(stage);
        const auto overview = sato.get("/api/v1/overview");
        BOOST_TEST(overview.at("/counts/total") == "1", stage);
        BOOST_TEST(overview.at("/sites/0/total") == "1", stage);
        BOOST_TEST(sum(overview, "/pattern_age") == 1, stage);
        BOOST_TEST(sato.get("/api/v1/scores").at("/items/0/total") == "1", stage);
        const auto ages = sato.get("/api/v1/freshness");
        BOOST_TEST(sum(ages, "/pattern/0/bars") == 1, stage);
        BOOST_TEST(sato.get("/api/v1/freshness/devices?of=patch").count("/items") == 1U, stage);
        BOOST_TEST((listed("state:none") == Lines{"pc"}), stage);
        BOOST_TEST(sato.get("/api/v1/devices/pc").at("/state") == "none", stage);
        BOOST_TEST(sato.get("/api/v1/devices/pc").at("/stage") == stage);
    }
    put_into("in_use");
    BOOST_TEST(sato.get("/api/v1/overview").at("/counts/total") == "2");
    BOOST_TEST(listed("state:none").empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_planned_for_what_is_retired)
{
    const auto devices = [this] {
        return sato.get("/api/v1/os-support/devices?before=2099-01-01").count("/items");
    };
    BOOST_TEST(devices() == 2U);
    put_into("spare"); // It will be used again.
    BOOST_TEST(devices() == 2U);
    BOOST_TEST(sato.get("/api/v1/os-support").at("/items/0/devices") == "2");
    for (const char* stage : {"retired", "disposed"})
    {
        put_into(stage);
        BOOST_TEST(devices() == 1U, stage);
        BOOST_TEST(sato.get("/api/v1/os-support").at("/items/0/devices") == "1", stage);
    }
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_what_is_not_in_use)
{
    clock.advance(2h);
    judge(pc);
    BOOST_TEST((findings(pc, "device_silent") == Lines{"device_silent warning open"}));
    for (const char* stage : {"spare", "repair", "retired", "disposed"})
    {
        put_into(stage);
        BOOST_TEST(findings(pc, "device_silent").empty(), stage);
        put_into("in_use");
        BOOST_TEST((findings(pc, "device_silent") == Lines{"device_silent warning open"}), stage);
    }
}

BOOST_AUTO_TEST_CASE(what_runs_although_it_is_not_in_use_is_judged_until_it_rests_for_a_day)
{
    put_into("retired");
    BOOST_TEST((findings(pc, "os_unsupported") == Lines{"os_unsupported action open"}));
    BOOST_TEST_REQUIRE(last_look.has_value());
    BOOST_TEST((*last_look <= begin + judge::at_rest_after));
    clock.advance(judge::at_rest_after - 1s);
    judge(pc);
    BOOST_TEST(!findings(pc, "os_unsupported").empty());
    clock.advance(1s);
    judge(pc);
    BOOST_TEST(findings(pc).empty());
    sato.sign_in("operator"); // Nobody stays in for so long.
    const auto checks = sato.get("/api/v1/devices/pc");
    BOOST_TEST(checks.at("/checks/0/verdict") == "not_applicable");
    BOOST_TEST(checks.at("/checks/0/reason") == "the ledger says that it is not in use");
    // It is switched on again.
    clock.advance(1h);
    heard(pc);
    judge(pc);
    BOOST_TEST((findings(pc, "os_unsupported") == Lines{"os_unsupported action open"}));
}

BOOST_AUTO_TEST_CASE(files_say_the_stage_in_words_and_take_those_of_the_hospital)
{
    const auto send = [this](const std::string& query, const std::string& bytes) {
        std::string request = "POST /api/v1/ledger/imports?" + query + " HTTP/1.1\r\n";
        request += "Host: collector.test\r\nCookie: " + sato.cookie;
        request += "\r\nX-CSRF-Token: " + sato.csrf + "\r\nContent-Type: text/csv";
        request += "\r\nContent-Length: " + std::to_string(bytes.size()) + "\r\n\r\n";
        return sato.raw(request + bytes);
    };
    const auto take = [&](const std::string& bytes) {
        const auto seen = send("", bytes);
        send("expect=" + seen.at("/plan/expect"), bytes);
        mimamori::test::run_coro(judge_io, desk->work_off());
        return seen;
    };
    const auto value = [this](const std::string& field) {
        return sato.get("/api/v1/devices/pc/ledger").at("/values/" + field);
    };
    const std::pair<const char*, const char*> words[] = {
        {"予備", "spare"},      {"修理", "repair"},   {"廃止", "retired"}, {"廃棄済み", "disposed"},
        {"Retired", "retired"}, {"使用中", "in_use"}, {"SPARE ", "spare"}};
    for (const auto& [word, stage] : words)
    {
        const auto seen = take(fmt::format("端末名,使用状況\npc,{}\n", word));
        BOOST_TEST(seen.at("/columns/1/field") == "stage");
        BOOST_TEST(value("stage") == stage, word);
        BOOST_TEST(value("stage_day") == "2026-03-10", word);
    }
    take("name,stage,stage_day\npc,廃棄,2026-01-31\n");
    BOOST_TEST(value("stage_day") == "2026-01-31");
    BOOST_TEST(send("", "name,stage\npc,lost\n").at("/refused/0/why") == "bad_value");
    const auto columns =
        "/api/v1/devices/export?sort=name&columns=name,state,stage,stage_day&lang=";
    const auto ja = sato.get(std::string{columns} + "ja");
    BOOST_TEST(ja.body.find("pc,廃棄済,廃棄済,2026-01-31\r\n") != std::string::npos, ja.body);
    const auto en = sato.get(std::string{columns} + "en");
    BOOST_TEST(en.body.find("pc,Disposed,Disposed,2026-01-31\r\n") != std::string::npos, en.body);
    // What was written comes in again as it was.
    BOOST_TEST(send("", ja.body).at("/plan/unchanged") == "2", ja.body);
}

BOOST_AUTO_TEST_CASE(many_are_retired_together_and_brought_back)
{
    const std::string body = R"("devices":["pc","other"],"set":{"stage":"retired"})";
    const auto seen = sato.post("/api/v1/ledger/bulk", '{' + body + '}');
    BOOST_TEST(seen.at("/changed") == "2");
    BOOST_TEST(seen.at("/values") == "4"); // Each with its day.
    const auto done = sato.post(
        "/api/v1/ledger/bulk", '{' + body + R"(,"expect":")" + seen.at("/expect") + R"("})");
    BOOST_TEST_REQUIRE(done.status == 200, done.body);
    BOOST_TEST((listed("stage:retired") == Lines{"other", "pc"}));
    BOOST_TEST(sato.get("/api/v1/overview").at("/counts/total") == "0");
    sato.post("/api/v1/ledger/batches/" + done.at("/batch") + "/undo", "{}");
    BOOST_TEST(listed("stage:retired").empty());
    BOOST_TEST(sato.get("/api/v1/devices/pc/ledger").at("/values/stage_day") == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
