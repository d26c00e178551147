#include "collector/storage/alert_settings.hpp"
#include "collector/storage/ledger_store.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

struct FindingSite : ApiSite
{
    Browser sato{signed_in(Role::operator_)};

    /// A device whose pattern is 30 days old.
    DeviceId add_stale(const std::string& id)
    {
        const auto device = add_device(id);
        put(device, "antivirus", judge::test::antivirus(clock.now() - 30 * 24h));
        judge(device);
        return device;
    }

    std::string id_of(const DeviceId& device) { return finding(device, "av_stale").id; }

    Reply act(const std::string& id, const std::string& body)
    {
        return sato.post("/api/v1/findings/" + id + "/actions", body);
    }

    std::string in(std::chrono::hours ahead) { return to_rfc3339(clock.now() + ahead); }
};

BOOST_FIXTURE_TEST_SUITE(findings, FindingSite)

BOOST_AUTO_TEST_CASE(a_finding_says_what_why_and_next_in_both_languages)
{
    add_stale("pc");
    const auto reply = sato.get("/api/v1/findings?state=open&rule=av_stale");
    BOOST_TEST(reply.at("/total") == "1");
    BOOST_TEST(reply.at("/items/0/severity") == "action");
    BOOST_TEST(reply.at("/items/0/device_id") == "pc");
    BOOST_TEST(reply.at("/items/0/title/ja") == "ウイルス定義が古くなっています");
    BOOST_TEST(reply.at("/items/0/title/en") == "Antivirus pattern is old");
    BOOST_TEST(reply.at("/items/0/line/en") == "antivirus pattern of 2026-02-08 (30 days ago)");
    for (const char* part : {"what", "why", "next"})
        for (const char* language : {"ja", "en"})
        {
            const std::string place = fmt::format("/items/0/{}/{}", part, language);
            BOOST_TEST(reply.count(place) >= 1, place);
            BOOST_TEST(reply.at(place + "/0").find('{') == std::string::npos, place);
        }
    BOOST_TEST(reply.at("/items/0/evidence/product") == "Shield");
}

BOOST_AUTO_TEST_CASE(a_finding_says_whom_to_phone_and_what_to_say)
{
    const auto call_of = [this](const DeviceId& device, const char* rule) {
        const auto listed = sato.get("/api/v1/findings?device=" + device.text() + "&rule=" + rule);
        return sato.get("/api/v1/findings/" + listed.at("/items/0/id"));
    };
    const auto pc = add_stale("pc");
    const auto of_supplier = call_of(pc, "av_stale");
    BOOST_TEST(of_supplier.at("/call/whom") == "supplier");
    BOOST_TEST(
        of_supplier.at("/call/say/en")
        == "The antivirus pattern is out of date. Who is to renew it, and how?");
    BOOST_TEST(of_supplier.at("/call/say/ja").starts_with("ウイルス定義が古い"));
    BOOST_TEST(of_supplier.count("/call/people") == 0);

    // Who is told of the department's findings is who is phoned.
    write([](storage::Session& session) -> Result<bool> {
        const std::pair<const char*, const char*> rows[][2] = {
            {{"contact", "森"},
             {"", R"({"address":"mori@hospital.example","phone":"内線 1234","note":"ME室長"})"}},
            {{"channel", "to 森"}, {"", R"({"kind":"mail","to":["contact:森"]})"}},
            {{"route", "of the whole"}, {"", R"({"channels":["to 森"]})"}}};
        for (const auto& [what, body] : rows)
        {
            storage::AlertSettingRow row;
            row.kind = what.first;
            row.name = what.second;
            row.body = body.second;
            storage::put_alert_setting(session, row).value();
        }
        return true;
    });
    clock.advance(11min);
    judge_anew(pc);
    const auto of_department = call_of(pc, "device_silent");
    BOOST_TEST(of_department.at("/call/whom") == "department");
    BOOST_TEST(of_department.at("/call/people/0/name") == "森");
    BOOST_TEST(of_department.at("/call/people/0/phone") == "内線 1234");
    BOOST_TEST(of_department.at("/call/people/0/note") == "ME室長");

    // Nearer than that is who answers for the device, under the name that the ledger has.
    write([&](storage::Session& session) -> Result<bool> {
        storage::AlertSettingRow row;
        row.kind = "contact";
        row.name = "透析室 師長";
        row.body = R"({"phone":"内線 2301"})";
        storage::put_alert_setting(session, row).value();
        const storage::LedgerAuthor author{"test", clock.now(), {}};
        return storage::change_ledger(
                   session, pc, {{storage::find_ledger_field("owner"), "透析室 師長"}}, author)
            .has_value();
    });
    const auto of_owner = call_of(pc, "device_silent");
    BOOST_TEST(of_owner.count("/call/people") == 1U);
    BOOST_TEST(of_owner.at("/call/people/0/phone") == "内線 2301");
}

BOOST_AUTO_TEST_CASE(the_supplier_to_phone_is_a_contact_of_the_name_in_the_ledger)
{
    const auto pc = add_stale("pc");
    const std::string path = "/api/v1/findings/" + id_of(pc);
    const auto contact = [this](const char* name, const char* body) {
        write([&](storage::Session& session) -> Result<bool> {
            storage::AlertSettingRow row;
            row.kind = "contact";
            row.name = name;
            row.body = body;
            storage::put_alert_setting(session, row).value();
            return true;
        });
    };
    const auto supplier = [this, &pc](const char* name) {
        write([&](storage::Session& session) -> Result<bool> {
            const std::vector<storage::FieldValue> wanted{
                {storage::find_ledger_field("supplier"), name}};
            storage::change_ledger(session, pc, wanted, {"sato", clock.now(), {}}).value();
            return true;
        });
    };
    contact("ＡＢＣ Medical", R"({"phone":"03-1234-5678","note":"24時間"})");
    contact("Other", R"({"phone":"03-0000-0000"})");
    BOOST_TEST(sato.get(path).at("/call/supplier").empty());
    BOOST_TEST(sato.get(path).count("/call/people") == 0);

    supplier("abc medical");
    const auto known = sato.get(path);
    BOOST_TEST(known.at("/call/supplier") == "abc medical");
    BOOST_TEST(known.count("/call/people") == 1);
    BOOST_TEST(known.at("/call/people/0/name") == "ＡＢＣ Medical");
    BOOST_TEST(known.at("/call/people/0/phone") == "03-1234-5678");
    BOOST_TEST(known.at("/call/people/0/note") == "24時間");

    // Named, though nobody has written down its number.
    supplier("abc");
    const auto unknown = sato.get(path);
    BOOST_TEST(unknown.at("/call/supplier") == "abc");
    BOOST_TEST(unknown.count("/call/people") == 0);
}

BOOST_AUTO_TEST_CASE(lists_are_narrowed_and_paged)
{
    for (int i = 0; i < 7; ++i)
        add_stale(fmt::format("pc-{}", i));
    std::set<std::string> seen;
    std::string after;
    for (int page = 0; page < 4 && after != "null"; ++page)
    {
        const auto reply = sato.get("/api/v1/findings?rule=av_stale&limit=3&after=" + after);
        BOOST_TEST_REQUIRE(reply.status == 200);
        for (const std::string& id : reply.each("id"))
            BOOST_TEST(seen.insert(id).second);
        after = reply.at("/next");
    }
    BOOST_TEST(seen.size() == 7);
    BOOST_TEST(after == "null");
    const auto total = [&](const std::string& query) {
        return sato.get("/api/v1/findings?" + query).at("/total");
    };
    BOOST_TEST(total("rule=av_stale&severity=action") == "7");
    BOOST_TEST(total("rule=av_stale&severity=warning") == "0");
    BOOST_TEST(total("rule=av_stale&device=pc-3") == "1");
    BOOST_TEST(total("rule=av_stale&state=resolved") == "0");
    BOOST_TEST(total("rule=nothing") == "0");
    BOOST_TEST(sato.get("/api/v1/findings?state=odd").status == 400);
    BOOST_TEST(
        sato.get("/api/v1/findings?severity=odd").at("/detail")
        == "severity: one of info, warning, action");
    BOOST_TEST(sato.get("/api/v1/findings?after=nobody").status == 400);
}

BOOST_AUTO_TEST_CASE(a_page_follows_also_when_its_last_finding_has_changed_meanwhile)
{
    for (int i = 0; i < 3; ++i)
        add_stale(fmt::format("pc-{}", i));
    const std::string list = "/api/v1/findings?state=open&rule=av_stale&limit=2";
    const auto first = sato.get(list);
    BOOST_TEST(act(first.each("id").back(), R"({"action":"resolve","reason":"x"})").status == 200);
    const auto second = sato.get(list + "&after=" + first.at("/next"));
    BOOST_TEST(second.count("/items") == 1);
    BOOST_TEST(second.at("/items/0/device_id") == "pc-0");
    // In another order of the same members it is the same list; with others it is another.
    const std::string after = "&after=" + first.at("/next");
    const auto status = [&](const std::string& query) {
        return sato.get("/api/v1/findings?" + query + after).status;
    };
    BOOST_TEST(status("rule=av_stale&limit=9&state=open&severity=") == 200);
    BOOST_TEST(status("rule=av_stale") == 400);
    BOOST_TEST(status("rule=av_stale&state=open&filter=ct") == 400);
    BOOST_TEST(sato.get("/api/v1/programs?state=open&rule=av_stale" + after).status == 400);
}

BOOST_AUTO_TEST_CASE(findings_are_narrowed_by_the_filter_of_all_lists)
{
    const auto pc = add_stale("pc");
    add_stale("ct");
    BOOST_TEST(
        act(id_of(pc), R"({"action":"assign","owner":"森","due":"2026-04-01"})").status == 200);
    const auto names = [this](const std::string& filter) {
        const auto reply = sato.get("/api/v1/findings?rule=av_stale&filter=" + filter);
        BOOST_TEST_REQUIRE(reply.status == 200, filter);
        BOOST_TEST(reply.at("/total") == std::to_string(reply.count("/items")), filter);
        auto ids = reply.each("device_id");
        std::sort(ids.begin(), ids.end());
        return ids;
    };
    const std::pair<const char*, Lines> cases[] = {
        {"severity:action", {"ct", "pc"}},
        {"severity:info,warning", {}},
        {"-severity:info%20state:open", {"ct", "pc"}},
        {"owner:%22%22", {"ct"}},
        {"owner:%E6%A3%AE", {"pc"}},
        {"due%3c2026-04-02", {"pc"}},
        {"due%3c2026-04-01", {}},
        {"-due:2026-04-01", {"ct"}},
        {"rule~STALE%20opened%3e=2026-03-10", {"ct", "pc"}},
        {"opened%3c2026-03-10", {}},
        {"resolved:%22%22", {"ct", "pc"}},
        {"site:root", {"ct", "pc"}},
        {"%E6%A3%AE", {"pc"}},
        {"nothing", {}},
    };
    for (const auto& [filter, expected] : cases)
        BOOST_TEST((names(filter) == expected), filter);
    for (const char* bad :
         {"severity:odd", "state~open", "due:soon", "colour:red", "opened:x", "reopened:many"})
    {
        const auto reply = sato.get("/api/v1/findings?filter=ct%20" + std::string{bad});
        BOOST_TEST(reply.status == 400, bad);
        BOOST_TEST(reply.at("/code") == "bad_filter", bad);
        BOOST_TEST(reply.at("/place") == "3", bad);
    }
    // Unchanged, it is not sent again.
    const std::string path = "/api/v1/findings?filter=severity:action";
    const std::string tag{sato.get(path).headers["ETag"]};
    BOOST_TEST(sato.get(path, "If-None-Match: " + tag + "\r\n").status == 304);
}

BOOST_AUTO_TEST_CASE(findings_are_grouped_by_what_is_wrong)
{
    for (int i = 0; i < 6; ++i)
        add_stale(fmt::format("pc-{}", i));
    act(id_of(DeviceId{"pc-0"}), R"({"action":"acknowledge"})");
    const auto group = [&](const std::string& state) {
        const auto reply = sato.get("/api/v1/finding-groups?state=" + state);
        for (std::size_t i = 0; i < reply.count("/items"); ++i)
            if (reply.at(fmt::format("/items/{}/rule", i)) == "av_stale")
                return reply.at(fmt::format("/items/{}/devices", i)) + " "
                       + reply.at(fmt::format("/items/{}/some_devices", i));
        return std::string{"none"};
    };
    BOOST_TEST(group("open") == R"(5 ["pc-1","pc-2","pc-3","pc-4"])");
    BOOST_TEST(group("acknowledged") == R"(1 ["pc-0"])");
    BOOST_TEST(group("active") == R"(6 ["pc-0","pc-1","pc-2","pc-3"])");
    BOOST_TEST(group("resolved") == "none");
    BOOST_TEST(sato.get("/api/v1/finding-groups?state=odd").status == 400);
}

BOOST_AUTO_TEST_CASE(every_action_changes_the_state_and_is_remembered)
{
    const auto pc = add_stale("pc");
    const std::string id = id_of(pc);
    const std::pair<std::string, const char*> steps[] = {
        {R"({"action":"acknowledge"})", "acknowledged"},
        {R"({"action":"snooze","until":")" + in(24h) + R"("})", "snoozed"},
        {R"({"action":"reopen"})", "open"},
        {R"({"action":"waive","reason":"isolated","until":")" + in(24h * 30) + R"("})", "waived"},
        {R"({"action":"comment","reason":"asked the supplier"})", "waived"},
        {R"({"action":"reopen"})", "open"},
        {R"({"action":"assign","owner":"森","due":"2026-04-01"})", "open"},
        {R"({"action":"resolve","reason":"updated by hand"})", "resolved"}};
    for (const auto& [body, state] : steps)
    {
        const auto reply = act(id, body);
        BOOST_TEST(reply.status == 200, body);
        BOOST_TEST(reply.at("/finding/state") == state, body);
    }
    const auto detail = sato.get("/api/v1/findings/" + id);
    BOOST_TEST(detail.at("/finding/owner") == "森");
    BOOST_TEST(detail.at("/finding/reason") == "updated by hand");
    Lines history;
    for (std::size_t i = 0; i < detail.count("/history"); ++i)
        history.push_back(
            detail.at(fmt::format("/history/{}/what", i)) + ' '
            + detail.at(fmt::format("/history/{}/who", i)));
    const Lines expected{"opened ",         "acknowledge operator", "snooze operator",
                         "reopen operator", "waive operator",       "comment operator",
                         "reopen operator", "assign operator",      "resolve operator"};
    BOOST_TEST(history == expected);
    BOOST_TEST(last_change() == "operator finding.resolve pc av_stale, finding " + id);
}

BOOST_AUTO_TEST_CASE(who_takes_something_on_says_for_whom_and_until_when_in_one_go)
{
    const std::string id = id_of(add_stale("pc"));
    const auto taken = act(id, R"({"action":"acknowledge","owner":"山田","due":"2026-04-03"})");
    BOOST_TEST(taken.status == 200);
    BOOST_TEST(taken.at("/finding/state") == "acknowledged");
    BOOST_TEST(taken.at("/finding/owner") == "山田");
    BOOST_TEST(taken.at("/finding/due") == "2026-04-03");
    BOOST_TEST(taken.count("/history") == 2U);
    BOOST_TEST(taken.at("/history/1/note") == "山田 2026-04-03");
    // Without them, what was said stays.
    const auto again = act(id, R"({"action":"acknowledge"})");
    BOOST_TEST(again.at("/finding/owner") == "山田");
    BOOST_TEST(again.at("/finding/due") == "2026-04-03");
    const std::string own = id_of(add_stale("another"));
    const auto mine = act(own, R"({"action":"acknowledge","due":"2026-04-03"})");
    BOOST_TEST(mine.at("/finding/owner") == "operator");
    BOOST_TEST(mine.at("/history/1/note") == "2026-04-03");
    // All of it or nothing.
    const std::string third = id_of(add_stale("third"));
    const auto refused =
        act(third, R"({"action":"acknowledge","owner":")" + std::string(201, 'x') + R"("})");
    BOOST_TEST(refused.status == 400);
    BOOST_TEST(refused.at("/detail") == "owner: at most 200 bytes");
    BOOST_TEST(sato.get("/api/v1/findings/" + third).at("/finding/state") == "open");
}

BOOST_AUTO_TEST_CASE(actions_that_make_no_sense_are_refused_with_what_is_missing)
{
    const auto pc = add_stale("pc");
    const std::string id = id_of(pc);
    const std::pair<std::string, const char*> cases[] = {
        {"{}", "action: one of acknowledge, snooze, waive, resolve, reopen, assign, comment"},
        {R"({"action":"delete"})",
         "action: one of acknowledge, snooze, waive, resolve, reopen, assign, comment"},
        {R"({"action":"snooze"})", "until: say until when"},
        {R"({"action":"snooze","until":")" + in(0h) + R"("})", "until: must lie ahead"},
        {R"({"action":"snooze","until":")" + in(24h * 91) + R"("})",
         "until: at most 90 days ahead"},
        {R"({"action":"snooze","until":"tomorrow"})",
         "until: expected a time such as 2026-01-31T23:59:59.000Z"},
        {R"({"action":"waive","until":")" + in(24h) + R"("})", "reason: must not be empty"},
        {R"({"action":"resolve"})", "reason: must not be empty"},
        {R"({"action":"comment"})", "reason: 1 to 1000 bytes"},
        {R"({"action":"comment","reason":")" + std::string(1'001, 'x') + R"("})",
         "reason: 1 to 1000 bytes"},
        {R"({"action":"assign","due":"2026-02-30"})", "due: expected a day such as 2026-01-31"}};
    for (const auto& [body, detail] : cases)
    {
        const auto reply = act(id, body);
        BOOST_TEST(reply.status == 400, body);
        BOOST_TEST(reply.at("/detail") == detail, body);
    }
    BOOST_TEST(act(id, R"({"action":"reopen"})").status == 409);
    BOOST_TEST(act(id, R"({"action":"snooze","until":")" + in(24h * 90) + R"("})").status == 200);
    BOOST_TEST(act("nobody", R"({"action":"acknowledge"})").status == 404);
    BOOST_TEST(sato.get("/api/v1/findings/nobody").status == 404);
    act(id, R"({"action":"resolve","reason":"done"})");
    BOOST_TEST(act(id, R"({"action":"acknowledge"})").status == 409);
}

BOOST_AUTO_TEST_CASE(what_was_resolved_by_hand_and_is_still_wrong_comes_back)
{
    const auto pc = add_stale("pc");
    const std::string id = id_of(pc);
    act(id, R"({"action":"resolve","reason":"updated by hand"})");
    clock.advance(1h);
    heard(pc);
    judge(pc);
    const auto reply = sato.get("/api/v1/findings?state=open&rule=av_stale");
    BOOST_TEST((reply.each("id") == Lines{id}));
}

BOOST_AUTO_TEST_CASE(what_happened_to_many_devices_lately_is_told_once)
{
    add_stale("pc-1");
    add_stale("pc-2");
    const std::string id = id_of(add_stale("pc-3"));
    const auto told = [&] {
        Lines lines;
        const auto overview = sato.get("/api/v1/overview");
        for (std::size_t i = 0; i < overview.count("/recent"); ++i)
        {
            const std::string at = fmt::format("/recent/{}", i);
            if (overview.at(at + "/newest/rule") == "av_stale")
                lines.push_back(
                    overview.at(at + "/newest/state") + ' ' + overview.at(at + "/count"));
        }
        return lines;
    };
    BOOST_TEST((told() == Lines{"open 3"}));
    clock.advance(1h);
    act(id, R"({"action":"resolve","reason":"updated by hand"})");
    BOOST_TEST((told() == Lines{"resolved 1", "open 2"}));
}

BOOST_AUTO_TEST_CASE(an_accepted_risk_is_nothing_to_do_today)
{
    const auto pc = add_stale("pc");
    const auto is_task = [&] {
        const auto overview = sato.get("/api/v1/overview");
        for (std::size_t i = 0; i < overview.count("/today"); ++i)
            if (overview.at(fmt::format("/today/{}/rule", i)) == "av_stale")
                return true;
        return false;
    };
    BOOST_TEST(is_task());
    const std::string id = id_of(pc);
    act(id, R"({"action":"waive","reason":"isolated","until":")" + in(24h) + R"("})");
    judge_anew(pc);
    BOOST_TEST(!is_task());
    clock.advance(25h);
    heard(pc);
    judge(pc);
    BOOST_TEST_REQUIRE(sato.sign_in("operator").status == 200);
    BOOST_TEST(is_task()); // Its time is over.
}

BOOST_AUTO_TEST_CASE(a_thing_to_do_names_who_does_it_until_when_and_where)
{
    for (const char* name : {"a", "b", "c", "d"})
        add_stale(name);
    const auto group = [&] { return sato.get("/api/v1/finding-groups?state=active"); };
    BOOST_TEST(group().at("/items/0/of_devices") == "true");
    BOOST_TEST(group().at("/items/0/unowned") == "4");
    BOOST_TEST(group().at("/items/0/due") == "null");
    BOOST_TEST(group().count("/items/0/some_owners") == 0);
    const auto assign = [&](const char* device, const std::string& owner, const char* due) {
        const auto done =
            act(finding(DeviceId{device}, "av_stale").id,
                R"({"action":"assign","owner":")" + owner + R"(","due":")" + due + R"("})");
        BOOST_TEST_REQUIRE(done.status == 200);
    };
    assign("a", "tanaka", "2026-04-02");
    assign("b", "mori", "2026-04-01");
    assign("c", "mori", "2026-04-03");
    const auto reply = group();
    BOOST_TEST(reply.at("/items/0/some_owners/0") == "mori");
    BOOST_TEST(reply.at("/items/0/some_owners/1") == "tanaka");
    BOOST_TEST(reply.at("/items/0/owners") == "2");
    BOOST_TEST(reply.at("/items/0/unowned") == "1");
    BOOST_TEST(reply.at("/items/0/due") == "2026-04-01");
    BOOST_TEST(reply.at("/items/0/some_sites/0/devices") == "4");
    BOOST_TEST(reply.at("/items/0/sites") == "1");
}

BOOST_AUTO_TEST_CASE(texts_that_people_type_come_back_unchanged)
{
    const auto pc = add_stale("pc");
    const std::string odd = R"(<img src=x onerror=alert(1)> \"quoted\" 例外\n二行目)";
    act(id_of(pc), R"({"action":"comment","reason":")" + odd + R"("})");
    const auto detail = sato.get("/api/v1/findings/" + id_of(pc));
    BOOST_TEST(
        detail.at("/history/1/note") == "<img src=x onerror=alert(1)> \"quoted\" 例外\n二行目");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
