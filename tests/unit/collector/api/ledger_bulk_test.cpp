#include "collector/ledger/piece.hpp"
#include "tests/unit/collector/api/scope_fixture.hpp"

#include <fmt/format.h>

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

/// A hospital whose changes of many are too many to be done at once.
struct ManySite : ApiSite
{
    static constexpr std::size_t count = ledger::devices_at_once + 1;
    const std::string what = R"("filter":"name~pc","set":{"place":"1F"})";

    Browser sato{signed_in(Role::operator_)};

    ManySite()
    {
        for (std::size_t i = 0; i < count; ++i)
            add_device(fmt::format("pc-{:03}", i));
    }

    /// Looks at what it would do, and asks for that.
    Reply bulk()
    {
        const auto shown = sato.post("/api/v1/ledger/bulk", '{' + what + '}');
        BOOST_TEST(shown.at("/job") == "null");
        return sato.post(
            "/api/v1/ledger/bulk", '{' + what + R"(,"expect":")" + shown.at("/expect") + "\"}");
    }

    Reply undo(Browser& who, const std::string& batch)
    {
        return who.post("/api/v1/ledger/batches/" + batch + "/undo", "{}");
    }

    void work_off() { mimamori::test::run_coro(judge_io, desk->work_off()); }

    Reply jobs() { return sato.get("/api/v1/ledger/jobs"); }

    std::string on_1f() { return database.text("SELECT count(*) FROM ledger WHERE place = '1F'"); }
};

BOOST_FIXTURE_TEST_SUITE(ledger_bulk, ManySite)

BOOST_AUTO_TEST_CASE(a_change_of_very_many_is_done_and_undone_by_pieces)
{
    const std::string all = std::to_string(count);
    const auto asked = bulk();
    BOOST_TEST_REQUIRE(asked.status == 200, asked.body);
    BOOST_TEST(asked.at("/batch") == "null");
    BOOST_TEST(asked.at("/job") == "1");
    BOOST_TEST(jobs().at("/items/0/state") == "waiting");
    BOOST_TEST(jobs().at("/items/0/kind") == "bulk");
    BOOST_TEST(on_1f() == "0");
    work_off();
    BOOST_TEST(on_1f() == all);
    BOOST_TEST(jobs().at("/items/0/state") == "done");
    BOOST_TEST(jobs().at("/items/0/changed") == all);
    BOOST_TEST(jobs().at("/items/0/undo_until") == "2026-03-10T12:10:00.000Z");
    BOOST_TEST(last_change() == "operator ledger.bulk batch 1: " + all + " devices: place -> 1F;");

    // Somebody works on one of them; that stays.
    const auto seen = sato.get("/api/v1/devices/pc-007/ledger");
    const std::string tag = "If-Match: " + std::string{seen.headers["ETag"]} + "\r\n";
    sato.post("/api/v1/devices/pc-007/ledger", R"({"set":{"place":"7F"}})", tag);
    const auto undoing = undo(sato, "1");
    BOOST_TEST_REQUIRE(undoing.status == 200, undoing.body);
    BOOST_TEST(undoing.at("/job") == "2");
    BOOST_TEST(undo(sato, "1").status == 409);
    BOOST_TEST(jobs().at("/items/1/undo_until") == "null");
    work_off();
    BOOST_TEST(on_1f() == "0");
    BOOST_TEST(database.text("SELECT count(*) FROM ledger WHERE place = '7F'") == "1");
    BOOST_TEST(jobs().at("/items/0/kind") == "undo");
    BOOST_TEST(jobs().at("/items/0/state") == "done");
    BOOST_TEST(jobs().at("/items/0/kept") == "1");
    BOOST_TEST(last_change() == "operator ledger.undo batch 1: " + all + " devices");
    BOOST_TEST(undo(sato, "1").at("/detail") == "it is undone already");
}

BOOST_AUTO_TEST_CASE(undoing_that_stopped_half_way_is_done_by_asking_again)
{
    bulk();
    work_off();
    const std::string trigger = fmt::format(
        "CREATE TRIGGER full BEFORE UPDATE OF devices_done ON ledger_job WHEN new.devices_done = {}"
        " AND new.kind = 'undo' BEGIN SELECT raise(ABORT, 'no room'); END",
        count);
    const auto do_sql = [this](const std::string& sql) {
        write([&](storage::Session& session) -> Result<bool> {
            storage::Statement{session.native(), sql.c_str()}.run();
            return true;
        });
    };
    do_sql(trigger);
    BOOST_TEST(undo(sato, "1").status == 200);
    work_off();
    BOOST_TEST(jobs().at("/items/0/state") == "failed");
    BOOST_TEST(on_1f() == "1");
    BOOST_TEST(jobs().at("/items/1/undo_until") == "2026-03-10T12:10:00.000Z");
    do_sql("DROP TRIGGER full");
    BOOST_TEST(undo(sato, "1").status == 200);
    work_off();
    BOOST_TEST(jobs().at("/items/0/state") == "done");
    BOOST_TEST(on_1f() == "0");
}

BOOST_AUTO_TEST_CASE(what_somebody_changes_before_the_first_piece_stops_all_of_it)
{
    bulk();
    const auto seen = sato.get("/api/v1/devices/pc-250/ledger");
    const std::string tag = "If-Match: " + std::string{seen.headers["ETag"]} + "\r\n";
    sato.post("/api/v1/devices/pc-250/ledger", R"({"set":{"owner":"森"}})", tag);
    work_off();
    BOOST_TEST(jobs().at("/items/0/state") == "failed");
    BOOST_TEST(jobs().at("/items/0/why") == "changed");
    BOOST_TEST(jobs().at("/items/0/detail") == "pc-250 was changed by somebody else");
    BOOST_TEST(on_1f() == "0");
}

BOOST_AUTO_TEST_CASE(the_work_of_others_is_not_undone_by_an_operator)
{
    bulk();
    work_off();
    add_person("kato", Role::operator_);
    auto kato = browser();
    kato.sign_in("kato");
    BOOST_TEST(undo(kato, "1").status == 404);
    auto administrator = signed_in(Role::administrator);
    BOOST_TEST(undo(administrator, "1").at("/job") == "2");
    work_off();
    BOOST_TEST(on_1f() == "0");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
