#include "collector/ledger/table.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

BOOST_FIXTURE_TEST_SUITE(audit, ApiSite)

BOOST_AUTO_TEST_CASE(signing_in_and_out_and_failing_to_is_recorded)
{
    auto administrator = signed_in(Role::administrator);
    BOOST_TEST(last_change() == "administrator session.begin 127.0.0.1");
    auto guesser = browser();
    BOOST_TEST(guesser.sign_in("nobody\\u001b[2J", "wrong horse").status == 401);
    BOOST_TEST(last_change() == "nobody\\x1b[2J session.refuse 127.0.0.1");
    BOOST_TEST(administrator.remove("/api/v1/session").status == 204);
    BOOST_TEST(last_change() == "administrator session.end 127.0.0.1");
    BOOST_TEST(database.number("SELECT count(*) FROM change_log WHERE detail LIKE '%horse%'") == 0);
}

BOOST_AUTO_TEST_CASE(every_change_that_is_made_is_recorded)
{
    auto administrator = signed_in(Role::administrator);
    const auto recorded = [&] { return database.number("SELECT max(no) FROM change_log"); };
    const auto pc = add_device("pc");
    put(pc, "antivirus", judge::test::antivirus(clock.now() - 30 * 24h));
    judge(pc);
    const std::string finding = "/api/v1/findings/" + records(pc).front().id + "/actions";
    const std::vector<std::pair<std::string, std::string>> changes{
        {"/api/v1/sites", R"({"name":"Ward"})"},
        {"/api/v1/sites/root", R"({"name":"Group"})"},
        {"/api/v1/devices/pc/site", R"({"site":"root"})"},
        {"/api/v1/people", R"({"name":"kato","password":"correct horse","role":"viewer"})"},
        {"/api/v1/people/kato/role", R"({"role":"auditor"})"},
        {"/api/v1/people/kato/password", R"({"password":"battery staple"})"},
        {"/api/v1/people/kato/access", R"({"disabled":true})"},
        {finding, R"({"action":"acknowledge"})"},
        {finding, R"({"action":"comment","reason":"x"})"},
        {"/api/v1/enrolment-keys", "{}"},
        {"/api/v1/tickets", R"({"hostname":"new"})"},
        {"/api/v1/models/learning", R"({"model":"Maker M1"})"},
        {"/api/v1/usb-media",
         R"({"vendor_id":"0781","product_id":"5567","serial":"A1","label":"x"})"},
        {"/api/v1/neighbours", R"({"mac":"02:00:00:00:00:01","name":"x"})"},
        {"/api/v1/audit/exports", R"({"format":"csv"})"},
        {"/api/v1/exports", R"({"list":"USB media","format":"csv","rows":[["a"],["b"]]})"},
        {"/api/v1/backups", R"({"place":"/var/backups/mimamori-20260310"})"},
    };
    for (const auto& [path, body] : changes)
    {
        const auto before = recorded();
        const auto reply = administrator.post(path, body);
        BOOST_TEST(reply.status < 300, path << ' ' << reply.status);
        BOOST_TEST(recorded() == before + 1, path);
        BOOST_TEST(last_change().starts_with("administrator "), path);
    }
    BOOST_TEST(administrator.get("/api/v1/audit/check").at("/whole") == "true");
}

BOOST_AUTO_TEST_CASE(what_leaves_as_a_file_is_recorded)
{
    auto sato = signed_in(Role::viewer);
    const auto file = sato.post(
        "/api/v1/exports",
        R"({"list":"USB\n= 1","format":"csv","rows":[["端末","式"],["pc-1","=1+1"],["b","c"]]})");
    BOOST_TEST(file.status == 200);
    BOOST_TEST(file.body == "\xef\xbb\xbf端末,式\r\npc-1,'=1+1\r\nb,c\r\n");
    BOOST_TEST(last_change() == "viewer list.export USB\\x0a= 1: csv, 2 rows");
    const char* const odd = R"({"list":"x","format":"sjis","rows":[["名"],["😀"]],"replace":)";
    const auto unfit = sato.post("/api/v1/exports", odd + std::string{"false}"});
    BOOST_TEST(unfit.status == 400);
    BOOST_TEST(unfit.body.find("does_not_fit") != std::string::npos);
    BOOST_TEST(last_change() == "viewer list.export USB\\x0a= 1: csv, 2 rows");
    BOOST_TEST(
        sato.post("/api/v1/exports", odd + std::string{"true}"}).body
        == "\x96\xbc\r\n\x81\xac\r\n");
    const auto sheet =
        sato.post("/api/v1/exports", R"({"list":"x","format":"xlsx","rows":[["名"],["=2"]]})");
    const auto read = ledger::read_table(sheet.body);
    BOOST_REQUIRE(read);
    BOOST_TEST(read->encoding == "XLSX");
    BOOST_TEST(read->rows[1][0] == "=2"); // A text, which no spreadsheet runs.
    for (const char* bad :
         {R"({"list":"","format":"csv","rows":[["a"]]})", "{}",
          R"({"list":"x","format":"csv","rows":[]})", R"({"list":"x","format":"csv","rows":[[]]})",
          R"({"list":"x","format":"csv","rows":[["a"],["b","c"]]})",
          R"({"list":"x","format":"json","rows":[["a"]]})"})
        BOOST_TEST(sato.post("/api/v1/exports", bad).status == 400, bad);
    const auto recorded = [&] { return database.number("SELECT max(no) FROM change_log"); };
    const auto before = recorded();
    BOOST_TEST(sato.get("/api/v1/devices/export?columns=name&format=json").status == 400);
    BOOST_TEST(sato.get("/api/v1/devices/export?columns=nonsense").status == 400);
    BOOST_TEST(recorded() == before);
    add_device("pc-9");
    BOOST_TEST(
        browser().post("/api/v1/exports", R"({"list":"x","format":"csv","rows":[["a"]]})").status
        == 401);
    BOOST_TEST(
        sato.get("/api/v1/devices/export?columns=name&format=xlsx&filter=stage%3Ain_use").status
        == 200);
    BOOST_TEST(recorded() == before + 1);
    BOOST_TEST(last_change() == "viewer ledger.export xlsx: 1 rows, filter stage:in_use");
}

BOOST_AUTO_TEST_CASE(the_record_is_for_administrators_and_auditors)
{
    for (const Role role :
         {Role::viewer, Role::department, Role::operator_, Role::administrator, Role::auditor})
    {
        auto who = signed_in(role);
        const bool may = role == Role::administrator || role == Role::auditor;
        for (const char* path : {"/api/v1/audit", "/api/v1/audit/check"})
            BOOST_TEST((who.get(path).status == (may ? 200U : 403U)), path);
        BOOST_TEST(
            (who.post("/api/v1/audit/exports", R"({"format":"json"})").status
             == (may ? 200U : 403U)));
    }
}

BOOST_AUTO_TEST_CASE(a_backup_is_noted_by_administrators_and_says_where_it_lies)
{
    auto sato = signed_in(Role::operator_);
    BOOST_TEST(sato.post("/api/v1/backups", R"({"place":"/x"})").status == 403);
    auto administrator = signed_in(Role::administrator);
    BOOST_TEST(administrator.post("/api/v1/backups", R"({"place":""})").status == 400);
    BOOST_TEST(
        administrator.post("/api/v1/backups", R"({"place":")" + std::string(501, 'x') + "\"}")
            .status
        == 400);
    BOOST_TEST(administrator.post("/api/v1/backups", R"({"place":"/x"})").status < 300);
    BOOST_TEST(last_change() == "administrator backup.made /x");
}

BOOST_AUTO_TEST_CASE(the_record_is_listed_newest_first_by_page_person_and_kind)
{
    auto auditor = signed_in(Role::auditor);
    for (const char* name : {"a", "b", "c"})
        add_site(name);
    for (int i = 0; i < 3; ++i)
        write([&](storage::Session& session) -> Result<bool> {
            const auto done = storage::record_change(
                session, i == 1 ? "kato" : "sato", i == 2 ? "site.create" : "sited.create", "x",
                clock.now());
            return done.has_value();
        });
    const auto all = auditor.get("/api/v1/audit");
    BOOST_TEST((all.each("no") == Lines{"4", "3", "2", "1"}));
    const auto page = auditor.get("/api/v1/audit?limit=3");
    const std::string rest = "/api/v1/audit?limit=3&after=" + page.at("/next");
    BOOST_TEST((auditor.get(rest).each("no") == Lines{"1"}));
    BOOST_TEST(auditor.get(rest).at("/next") == "null");
    BOOST_TEST(auditor.get(rest + "&who=sato").status == 400);
    BOOST_TEST((auditor.get("/api/v1/audit?who=KATO").each("no") == Lines{"3"}));
    BOOST_TEST((auditor.get("/api/v1/audit?action=site").each("no") == Lines{"4"}));
    BOOST_TEST((auditor.get("/api/v1/audit?action=site.create").each("no") == Lines{"4"}));
    BOOST_TEST(auditor.get("/api/v1/audit?after=x").status == 400);
    BOOST_TEST(auditor.get("/api/v1/audit?action=%25").count("/items") == 0);

    const auto filtered = [&auditor](const std::string& filter) {
        return auditor.get("/api/v1/audit?filter=" + filter).each("no");
    };
    BOOST_TEST((filtered("who:sato,kato") == Lines{"4", "3", "2"}));
    BOOST_TEST((filtered("-who:sato%20action~SITE") == Lines{"3"}));
    BOOST_TEST((filtered("kato") == Lines{"3"}));
    BOOST_TEST((filtered("no%3e2") == Lines{"4", "3"}));
    BOOST_TEST((filtered("at:2026-03-10") == Lines{"4", "3", "2", "1"}));
    BOOST_TEST((filtered("at%3c2026-03-10") == Lines{}));
    const auto bad = auditor.get("/api/v1/audit?filter=kato%20owner:x");
    BOOST_TEST(bad.status == 400);
    BOOST_TEST(bad.at("/code") == "bad_filter");
    BOOST_TEST(bad.at("/place") == "5");
}

BOOST_AUTO_TEST_CASE(an_export_is_whole_and_tells_that_it_was_made)
{
    auto auditor = signed_in(Role::auditor);
    const auto json = auditor.post("/api/v1/audit/exports", R"({"format":"json"})");
    BOOST_TEST(json.at("/items/1/action") == "audit.export");
    BOOST_TEST(json.at("/items/1/hash").size() == 64U);
    const auto csv = auditor.post("/api/v1/audit/exports", R"({"format":"csv"})");
    BOOST_TEST(csv.headers["Content-Type"] == "text/csv; charset=utf-8");
    BOOST_TEST(csv.body.find("\"audit.export\",\"csv\"") != std::string::npos);
    BOOST_TEST(auditor.post("/api/v1/audit/exports", R"({"format":"xml"})").status == 400);
    const std::string head = auditor.get("/api/v1/audit/check").at("/head");
    BOOST_TEST(auditor.get("/api/v1/audit/check?head=" + head).at("/whole") == "true");
    const auto other = auditor.get("/api/v1/audit/check?head=" + std::string(64, '0'));
    BOOST_TEST(other.at("/whole") == "false");
    BOOST_TEST(other.count("/problems") == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
