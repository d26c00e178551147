#include "collector/ledger/japanese.hpp"
#include "collector/ledger/table.hpp"
#include "common/async/sleep.hpp"
#include "common/async/task_group.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/unit/collector/api/scope_fixture.hpp"

#include <fmt/format.h>

namespace mimamori::collector::api {
namespace {

using namespace test;
using namespace std::string_view_literals;
using people::Role;

Reply send_file(Browser& who, const std::string& query, const std::string& bytes)
{
    std::string request = "POST /api/v1/ledger/imports?" + query + " HTTP/1.1\r\n";
    request += "Host: collector.test\r\nCookie: " + who.cookie + "\r\nX-CSRF-Token: " + who.csrf;
    request += "\r\nContent-Type: application/octet-stream\r\nContent-Length: ";
    return who.raw(request + std::to_string(bytes.size()) + "\r\n\r\n" + bytes);
}

struct FileSite : ApiSite
{
    Browser sato{signed_in(Role::operator_)};
    SiteId ward{add_site("透析室")};

    FileSite()
    {
        for (const char* name : {"pc-1", "pc-2", "pc-10"})
            add_device(name);
    }

    Reply shown(const std::string& bytes, const std::string& query = "")
    {
        return send_file(sato, query, bytes);
    }

    /// Looks at what it would do, and asks for that.
    Reply asked(const std::string& bytes, const std::string& query = "")
    {
        const auto seen = shown(bytes, query);
        return send_file(sato, query + "&expect=" + seen.at("/plan/expect"), bytes);
    }

    void work_off() { mimamori::test::run_coro(judge_io, desk->work_off()); }

    /// The same, and waits until it is done.
    Reply taken(const std::string& bytes, const std::string& query = "")
    {
        auto reply = asked(bytes, query);
        work_off();
        return reply;
    }

    /// As the collector does, until no job is under way.
    awaitable<void> start_the_desk()
    {
        async::TaskGroup tasks{
            judge_io.get_executor(), [](const std::string& task, const std::exception& failure) {
                BOOST_ERROR(task << ": " << failure.what());
            }};
        tasks.spawn("work on the ledger", desk->run());
        for (int i = 0; i < 6'000; ++i)
        {
            if (database.text("SELECT min(state) FROM ledger_job") == "failed")
                break;
            co_await async::sleep_for(10ms);
        }
        const bool stopped = co_await tasks.stop(1s);
        BOOST_TEST(stopped);
    }

    Reply jobs() { return sato.get("/api/v1/ledger/jobs"); }

    /// What was taken in last is put back.
    Reply undo()
    {
        return sato.post("/api/v1/ledger/batches/" + jobs().at("/items/0/batch") + "/undo", "{}");
    }

    std::string value(const std::string& device, const std::string& field)
    {
        return sato.get("/api/v1/devices/" + device + "/ledger").at("/values/" + field);
    }

    Reply exported(const std::string& query)
    {
        return sato.get("/api/v1/devices/export?columns=name,site,owner,place&" + query);
    }
};

BOOST_FIXTURE_TEST_SUITE(ledger_files, FileSite)

BOOST_AUTO_TEST_CASE(a_file_of_the_hospital_is_understood_shown_and_taken_in)
{
    const std::string file = "コンピュータ名,部署,担当者,契約終了日,色\r\n"
                             "PC-1,透析室,森,2027/3/31,赤\r\n"
                             "pc-2,,\"佐藤, 田中\",,\r\n"
                             "pc-10,,,,青\r\n\r\n";
    const auto seen = shown(file);
    BOOST_TEST_REQUIRE(seen.status == 200, seen.body);
    BOOST_TEST(seen.at("/encoding") == "UTF-8");
    BOOST_TEST(seen.at("/rows") == "3");
    BOOST_TEST(seen.at("/key") == "name");
    BOOST_TEST(seen.at("/columns/1/field") == "site");
    BOOST_TEST(seen.at("/columns/3/field") == "contract_until");
    BOOST_TEST(seen.at("/columns/4/field") == "");
    BOOST_TEST(seen.at("/columns/4/samples/1") == "青");
    BOOST_TEST(seen.at("/plan/changed") == "2");
    BOOST_TEST(seen.at("/plan/unchanged") == "1");
    BOOST_TEST(value("pc-1", "owner") == "");
    const auto done = taken(file);
    BOOST_TEST_REQUIRE(done.status == 200, done.body);
    BOOST_TEST(value("pc-1", "owner") == "森");
    BOOST_TEST(value("pc-1", "site") == ward.text());
    BOOST_TEST(value("pc-1", "contract_until") == "2027-03-31");
    BOOST_TEST(value("pc-2", "owner") == "佐藤, 田中");
    BOOST_TEST(
        last_change() == "operator ledger.import batch 1: 3 rows, 0 added, 2 changed, 0 refused");
    const auto undone = undo();
    BOOST_TEST(undone.at("/devices") == "2");
    BOOST_TEST(value("pc-1", "site") == "root");
}

BOOST_AUTO_TEST_CASE(what_was_shown_is_done_or_nothing)
{
    const std::string file = "name,owner\npc-1,森\n";
    const auto seen = shown(file);
    const std::string expect = "expect=" + seen.at("/plan/expect");
    BOOST_TEST(send_file(sato, expect, "name,owner\npc-1,田中\n").status == 409);
    taken("name,place\npc-1,1F\n");
    BOOST_TEST(send_file(sato, expect, file).status == 409);
    BOOST_TEST(value("pc-1", "owner") == "");
}

BOOST_AUTO_TEST_CASE(rows_that_cannot_be_taken_are_named_and_the_others_are_taken)
{
    const std::string file = "name,site,contract_until\n"
                             "pc-1,透析室,2027-01-31\n"
                             ",透析室,\n"
                             "pc-1,,\n"
                             "pc-2,moon,\n"
                             "pc-10,,soon\n"
                             "printer,,\n";
    const auto seen = shown(file);
    BOOST_TEST(seen.at("/plan/changed") == "1");
    BOOST_TEST(seen.at("/refused_rows") == "5");
    const std::pair<const char*, const char*> refused[] = {
        {"3", "no_key"}, {"4", "twice"}, {"5", "no_site"}, {"6", "bad_value"}, {"7", "not_found"}};
    for (std::size_t i = 0; i < std::size(refused); ++i)
    {
        BOOST_TEST(seen.at(fmt::format("/refused/{}/row", i)) == refused[i].first);
        BOOST_TEST(seen.at(fmt::format("/refused/{}/why", i)) == refused[i].second);
    }
    BOOST_TEST(seen.at("/refused/3/column") == "3");
    BOOST_TEST(taken(file).at("/plan/changed") == "1");
}

BOOST_AUTO_TEST_CASE(devices_without_an_agent_are_added_when_asked_and_go_with_the_undoing)
{
    const std::string file = "端末名,MAC,部署\nprinter,00-11-22-33-44-55,透析室\npump,,\n";
    const auto done = taken(file, "add=1");
    BOOST_TEST_REQUIRE(done.status == 200, done.body);
    BOOST_TEST(done.at("/plan/added") == "2");
    BOOST_TEST(sato.get("/api/v1/devices?filter=class:ledger").at("/total") == "2");
    BOOST_TEST(database.text("SELECT mac FROM device_mac") == "00:11:22:33:44:55");
    const auto undone = undo();
    BOOST_TEST(undone.at("/devices") == "2", undone.body);
    BOOST_TEST(sato.get("/api/v1/devices?filter=class:ledger").at("/total") == "0");
}

BOOST_AUTO_TEST_CASE(what_was_added_goes_with_the_undoing_when_a_change_of_it_was_undone_before)
{
    taken("name,place\nprinter,1F\npump,1F\n", "add=1");
    const std::string import = jobs().at("/items/0/batch");
    const auto undo_of = [this](const std::string& batch) {
        return sato.post("/api/v1/ledger/batches/" + batch + "/undo", "{}");
    };
    const auto move_to = [this](const std::string& filter, const std::string& place) {
        const std::string what =
            R"({"filter":")" + filter + R"(","set":{"place":")" + place + R"("})";
        const auto shown = sato.post("/api/v1/ledger/bulk", what + '}');
        return sato
            .post("/api/v1/ledger/bulk", what + R"(,"expect":")" + shown.at("/expect") + "\"}")
            .at("/batch");
    };
    BOOST_TEST(undo_of(move_to("class:ledger", "2F")).at("/devices") == "2");
    // What somebody has moved and left there stays.
    move_to("name:pump", "3F");
    const auto undone = undo_of(import);
    BOOST_TEST(undone.at("/devices") == "1", undone.body);
    BOOST_TEST(undone.at("/kept") == "2", undone.body); // The pump itself, and its place.
    const auto left = sato.get("/api/v1/devices?filter=class:ledger");
    BOOST_TEST((left.each("name") == Lines{"pump"}));
    BOOST_TEST((left.each("place") == Lines{"3F"}));
}

BOOST_AUTO_TEST_CASE(columns_and_key_can_be_said_and_empty_cells_clear_when_asked)
{
    taken("name,asset_number,owner\npc-1,A-7,森\n");
    const std::string file = "x,y\nA-7,\n";
    const auto kept = shown(file, "columns=asset_number,owner&key=asset_number");
    BOOST_TEST(kept.at("/plan/unchanged") == "1");
    BOOST_TEST(taken(file, "columns=asset_number,owner&key=asset_number&clear=1").status == 200);
    BOOST_TEST(value("pc-1", "owner") == "");
    for (const char* query :
         {"columns=asset_number,colour&key=asset_number", "columns=owner,owner&key=name",
          "columns=owner&key=owner", "columns=name&key=serial"})
        BOOST_TEST(shown(file, query).status == 400, query);
    BOOST_TEST(shown("x,y\n1,2\n").at("/plan") == "null");
}

BOOST_AUTO_TEST_CASE(files_of_old_windows_and_of_excel_are_read)
{
    std::string unfit;
    const std::string text = "端末名,責任者\r\npc-1,髙橋①～ソ表\r\n";
    const auto old = taken(ledger::to_cp932(text, unfit));
    BOOST_TEST(unfit.empty());
    BOOST_TEST(old.at("/encoding") == "Shift_JIS");
    BOOST_TEST(value("pc-1", "owner") == "髙橋①～ソ表");
    const auto book = ledger::to_xlsx(
        {{"端末名", "保守の期限", "導入年度"},
         {"pc-2", "46477", "2017"},
         {"pc-10", "2027-03-31", "2018"}});
    const auto excel = taken(book.value());
    BOOST_TEST_REQUIRE(excel.status == 200, excel.body);
    BOOST_TEST(excel.at("/encoding") == "XLSX");
    BOOST_TEST(value("pc-2", "contract_until") == "2027-03-31");
    BOOST_TEST(value("pc-2", "bought_year") == "2017");
    BOOST_TEST(value("pc-10", "contract_until") == "2027-03-31");
}

BOOST_AUTO_TEST_CASE(whatever_wrote_the_file_its_letters_are_read)
{
    const auto wide = [](std::u16string_view text, bool low_first) {
        std::string bytes;
        for (const char16_t c : text)
        {
            const char halves[] = {static_cast<char>(c & 0xff), static_cast<char>(c >> 8)};
            bytes.append({halves[low_first ? 0 : 1], halves[low_first ? 1 : 0]});
        }
        return bytes;
    };
    // Characters with a zero on the other side, and with bytes that look like a comma.
    const std::u16string_view text =
        u"\u7aef\u672b\u540d,\u8cac\u4efb\u8005\r\npc-1,\u4e00\u3000\u2c0a\u68ee\r\n";
    const std::string owner = "\u4e00\u3000\u2c0a\u68ee";
    const std::string narrow = "name,owner\npc-1,\xca\xdf\xbf\xba\n"; // Shift_JIS: ﾊﾟｿｺ
    const std::tuple<std::string, const char*, std::string> cases[] = {
        {"\xff\xfe" + wide(text, true), "UTF-16", owner},
        {"\xfe\xff" + wide(text, false), "UTF-16", owner},
        {wide(text, true), "UTF-16", owner},
        {wide(text, false), "UTF-16", owner},
        {"\xc3\xbc\xcb\xf6\xcc\xbe,\xc0\xd5\xc7\xa4\xbc\xd4\r\n"
         "pc-1,\xbf\xb9\xa4\xde\xa4\xe2\xa4\xeb\r\n",
         "EUC-JP", "森まもる"},
        {"\x1b$BC<KvL>\x1b(B,\x1b$B@UG$<T\x1b(B\r\npc-1,\x1b$B?9$^$b$k\x1b(B\r\n", "ISO-2022-JP",
         "森まもる"},
        {narrow, "Shift_JIS", "ﾊﾟｿｺ"},
    };
    for (const auto& [bytes, encoding, expected] : cases)
    {
        const auto seen = shown(bytes);
        BOOST_TEST_CONTEXT(encoding)
        {
            BOOST_TEST(seen.at("/encoding") == encoding, seen.body);
            BOOST_TEST(seen.at("/columns/1/samples/0") == expected);
            BOOST_TEST(seen.at("/plan/changed") == "1");
        }
    }
}

BOOST_AUTO_TEST_CASE(bad_files_are_refused_with_row_and_column)
{
    const auto repeated = [](std::string_view text, std::size_t count) {
        std::string made;
        for (std::size_t i = 0; i < count; ++i)
            made += text;
        return made;
    };
    const std::string book = ledger::to_xlsx({{"a"}}).value();
    const std::pair<std::string, std::string> cases[] = {
        {"", "the file has no rows"},
        {"\r\n\r\n", "the file has no rows"},
        {"name,owner\npc-1,\x81\x20\n", "row 2, column 2: not written in Shift_JIS"},
        {"\xef\xbb\xbfname,owner\npc-1,\x8a\xbf\n", "row 2, column 2: not written in UTF-8"},
        {"name\n" + std::string(ledger::cell_bytes_max + 1, 'a'),
         "row 2, column 1: more than 4000 bytes"},
        {repeated("a,", ledger::table_columns_max) + "a\n", "row 1: more than 100 columns"},
        {"\xd0\xcf\x11\xe0 old",
         "an old Excel file (.xls) or one with a password: save it as .xlsx without a password, or"
         " as CSV"},
        {"\xff\xfe(", "begins like UTF-16 and is not"},
        {"name\n\x1b$B!\x1b(B\n", "begins like ISO-2022-JP and is not"},
        {std::string{"name,owner\npc-1,\0mori\n"sv}, "row 2, column 2: a zero byte"},
        {std::string{"\x01\x02\x03\0\x05\n"sv}, "not a table"},
        {"%PDF-1.7\nname,owner\n", "not a table"},
        {"PK\x03\x04 nothing", "a damaged Excel file"},
        {book.substr(0, book.size() / 2), "a damaged Excel file"},
    };
    for (const auto& [bytes, why] : cases)
    {
        const auto reply = shown(bytes);
        BOOST_TEST(reply.status == 400, why);
        BOOST_TEST(reply.at("/detail") == why);
    }
    const auto most = shown("name\n" + repeated("x\n", ledger::table_rows_max));
    BOOST_TEST(most.status == 200);
    const auto many = shown("name\n" + repeated("x\n", ledger::table_rows_max + 1));
    BOOST_TEST(many.status == 413);
    BOOST_TEST(many.at("/detail") == "more than 50000 rows: split the file");
}

BOOST_AUTO_TEST_CASE(an_export_is_the_list_in_its_order_and_comes_in_again_as_it_was)
{
    taken("name,owner,place,site\npc-1,=1+1,\"1F \"\"A\"\"\",透析室\npc-2,@森,-,\npc-10,+81,\t,\n");
    const auto csv = exported("sort=-name&filter=-owner:%22%22");
    BOOST_TEST(csv.status == 200);
    BOOST_TEST(
        csv.body
        == "\xef\xbb\xbf端末名,部署,責任者,場所\r\npc-10,さくら病院,'+81,\r\n"
           "pc-2,さくら病院,'@森,'-\r\npc-1,透析室,'=1+1,\"1F \"\"A\"\"\"\r\n");
    BOOST_TEST(
        (std::string{csv.headers["Content-Disposition"]})
        == "attachment; filename=\"mimamori-2026-03-10.csv\"");
    const auto again = shown(exported("").body);
    BOOST_TEST(again.at("/plan/unchanged") == "3", again.body);
    BOOST_TEST(again.at("/refused_rows") == "0"); // The root is called as the hospital is.
    const auto english = exported("lang=en&q=pc-1");
    BOOST_TEST(english.body.starts_with("\xef\xbb\xbf"
                                        "Device name,Department,In charge,Place\r\n"));
    const auto book = ledger::read_table(exported("format=xlsx&sort=-name").body);
    BOOST_TEST_REQUIRE(book.has_value());
    BOOST_TEST(book->rows.size() == 4);
    BOOST_TEST(book->rows[3][2] == "=1+1"); // A text, not a formula.
    for (const char* query : {"format=pdf", "columns=colour", "columns=name,name", "lang=fr"})
        BOOST_TEST(
            sato.get(fmt::format("/api/v1/devices/export?columns=name&{}", query)).status
                == (std::string_view{query}.starts_with("columns") ? 200U : 400U),
            query);
    for (const char* columns : {"", "colour", "name,name"})
        BOOST_TEST(
            sato.get(fmt::format("/api/v1/devices/export?columns={}", columns)).status == 400,
            columns);
}

BOOST_AUTO_TEST_CASE(a_file_is_taken_in_while_people_go_on_and_says_how_far_it_is)
{
    const auto reply = asked("name,owner\npc-1,森\npc-2,森\nnobody,x\n", "file=list.csv");
    BOOST_TEST_REQUIRE(reply.status == 200, reply.body);
    BOOST_TEST(value("pc-1", "owner") == "");
    const auto waits = jobs();
    BOOST_TEST(waits.at("/items/0/id") == reply.at("/job"));
    BOOST_TEST(waits.at("/items/0/file") == "list.csv");
    BOOST_TEST(waits.at("/items/0/state") == "waiting");
    BOOST_TEST(waits.at("/items/0/devices") == "2");
    BOOST_TEST(waits.at("/items/0/devices_done") == "0");
    BOOST_TEST(waits.at("/items/0/batch") == "null");
    work_off();
    const auto done = jobs();
    BOOST_TEST(done.at("/items/0/state") == "done");
    BOOST_TEST(done.at("/items/0/devices_done") == "2");
    BOOST_TEST(done.at("/items/0/changed") == "2");
    BOOST_TEST(done.at("/items/0/refused_rows") == "1");
    BOOST_TEST(done.at("/items/0/undo_until") == "2026-03-10T12:10:00.000Z");
    BOOST_TEST(undo().at("/devices") == "2");
    BOOST_TEST(jobs().at("/items/0/undo_until") == "null");
    BOOST_TEST(signed_in(Role::viewer).get("/api/v1/ledger/jobs").status == 403);
}

BOOST_AUTO_TEST_CASE(a_long_file_goes_in_by_pieces_and_a_piece_that_fails_leaves_the_rest_undoable)
{
    const std::size_t count = 2 * ledger::devices_at_once + 1;
    std::string names = "name\n";
    std::string file = "name,owner\n";
    for (std::size_t i = 0; i < count; ++i)
    {
        names += fmt::format("many-{:04}\n", i);
        file += fmt::format("many-{:04},森\n", i);
    }
    taken(names, "add=1");
    BOOST_TEST(jobs().at("/items/0/added") == std::to_string(count));
    // Somebody changes a device of the last piece between two pieces.
    const auto reply = asked(file);
    BOOST_TEST_REQUIRE(reply.status == 200, reply.body);
    const std::string trigger = fmt::format(
        "CREATE TRIGGER meanwhile AFTER UPDATE OF devices_done ON ledger_job WHEN"
        " new.devices_done = {} BEGIN UPDATE ledger SET version = version + 1 WHERE device_no ="
        " (SELECT no FROM device WHERE display_name = 'many-{:04}'); END",
        ledger::devices_at_once, count - 1);
    write([&](storage::Session& session) -> Result<bool> {
        storage::Statement{session.native(), trigger.c_str()}.run();
        return true;
    });
    work_off();
    const auto failed = jobs();
    BOOST_TEST(failed.at("/items/0/state") == "failed");
    BOOST_TEST(failed.at("/items/0/why") == "changed");
    BOOST_TEST(
        failed.at("/items/0/detail")
        == fmt::format("many-{:04} was changed by somebody else", count - 1));
    const std::string before_last = std::to_string(count - 1);
    BOOST_TEST(failed.at("/items/0/devices_done") == before_last);
    BOOST_TEST(
        last_change()
        == "operator ledger.import stopped after " + before_last + " of " + std::to_string(count)
               + " devices: " + failed.at("/items/0/detail"));
    BOOST_TEST(undo().at("/job") == "3");
    work_off();
    BOOST_TEST(database.text("SELECT count(*) FROM ledger WHERE owner <> ''") == "0");
}

BOOST_AUTO_TEST_CASE(what_a_collector_left_half_done_is_told_when_the_next_one_starts)
{
    asked("name,owner\npc-1,森\n");
    restart_collector();
    sato = browser();
    sato.sign_in("operator");
    mimamori::test::run_coro(judge_io, start_the_desk());
    BOOST_TEST(jobs().at("/items/0/state") == "failed");
    BOOST_TEST(jobs().at("/items/0/why") == "stopped");
    BOOST_TEST(value("pc-1", "owner") == "");
}

BOOST_AUTO_TEST_CASE(only_so_many_files_wait)
{
    const std::string file = "name,owner\npc-1,森\n";
    for (std::size_t i = 0; i < ledger::Desk::waiting_max; ++i)
        BOOST_TEST(asked(file).status == 200);
    BOOST_TEST(asked(file).status == 409);
    work_off();
    // The first did what the others were shown.
    BOOST_TEST((jobs().each("state") == Lines{"failed", "failed", "failed", "done"}));
}

BOOST_AUTO_TEST_CASE(what_old_windows_cannot_write_is_told_and_never_lost_in_silence)
{
    taken("name,owner,place\npc-1,〜−髙,1F\npc-2,😀森,2F\n");
    const auto refused = exported("format=sjis");
    BOOST_TEST(refused.status == 400);
    BOOST_TEST(refused.at("/code") == "does_not_fit");
    BOOST_TEST(refused.at("/detail") == "pc-2: 😀 (責任者)");
    const auto replaced = exported("format=sjis&replace=1");
    BOOST_TEST(replaced.status == 200);
    const auto text = ledger::from_cp932(replaced.body);
    BOOST_TEST_REQUIRE(text.has_value());
    BOOST_TEST(text->find("pc-1,さくら病院,～－髙,1F\r\n") != std::string::npos);
    BOOST_TEST(text->find("pc-2,さくら病院,〓森,2F\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(ledger_files_of_some_sites, TwoHospitals)

BOOST_AUTO_TEST_CASE(a_file_reaches_what_one_sees_and_no_further)
{
    auto who = of_sites("sato", Role::operator_, {own});
    const std::string before = database.text("SELECT group_concat(owner || version) FROM ledger");
    const std::string file = "name,owner,site\ngeheim-pc,x,\nown-pc,x,geheim hospital\n"
                             "ward-pc,y,Radiology\n";
    const auto seen = send_file(who, "", file);
    BOOST_TEST(seen.at("/plan/changed") == "1");
    BOOST_TEST(seen.at("/refused/0/why") == "not_found");
    BOOST_TEST(seen.at("/refused/1/why") == "no_site");
    BOOST_TEST(database.text("SELECT group_concat(owner || version) FROM ledger") == before);
    const auto done = send_file(who, "expect=" + seen.at("/plan/expect"), file);
    BOOST_TEST(done.status == 200);
    mimamori::test::run_coro(judge_io, desk->work_off());
    BOOST_TEST(database.text("SELECT count(*) FROM ledger WHERE owner <> ''") == "1");
    // What is added without a department belongs to the one that they answer for.
    const auto added = send_file(who, "add=1", "name\nprinter\n");
    const auto made = send_file(who, "add=1&expect=" + added.at("/plan/expect"), "name\nprinter\n");
    BOOST_TEST(made.at("/plan/added") == "1");
    mimamori::test::run_coro(judge_io, desk->work_off());
    // Others have jobs of their own.
    BOOST_TEST(who.get("/api/v1/ledger/jobs").count("/items") == 2);
    auto other_operator = of_sites("ito", Role::operator_, {foreign});
    BOOST_TEST(other_operator.get("/api/v1/ledger/jobs").count("/items") == 0);
    BOOST_TEST(
        database.text("SELECT site_id FROM device WHERE display_name = 'printer'") == own.text());
    const auto exported = who.get("/api/v1/devices/export?columns=name,site");
    BOOST_TEST(exported.status == 200);
    BOOST_TEST(!tells_foreign(exported.body));
    for (const Role role : {Role::viewer, Role::department, Role::auditor})
    {
        auto other = of_sites(std::string{people::to_text(role)}, role, {own});
        BOOST_TEST(send_file(other, "", file).status == 403);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
