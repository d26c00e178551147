#include "collector/people/audit_export.hpp"
#include "collector/storage/audit_store.hpp"
#include "common/platform/file.hpp"
#include "common/wire/json_writer.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace mimamori::collector::people {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using storage::Session;

struct AuditSite
{
    asio::io_context io; // Before the database: its threads resume what waits here.
    tests::CollectorDatabase database;
    tests::TempFolder folder;
    Timestamp now = parse_rfc3339("2026-11-22T10:00:00Z").value();

    void record(const std::string& action, const std::string& detail = "x")
    {
        now += 1s;
        database
            ->write_and_wait([&](Session& session) {
                return storage::record_change(session, "sato", action, detail, now);
            })
            .value();
    }

    void record_some()
    {
        for (const char* action : {"person.create", "person.role", "site.create", "device.move"})
            record(action);
    }

    /// What somebody does who has the database open.
    void run(const std::string& sql)
    {
        database
            ->write_and_wait([&](Session& session) -> Result<void> {
                storage::Statement{session.native(), sql.c_str()}.run();
                return {};
            })
            .value();
    }

    AuditReport check(const std::string& head = {}, const std::string& key = {})
    {
        return database
            ->read_and_wait([&](Session& session) -> Result<AuditReport> {
                return check_record(session, head, key);
            })
            .value();
    }

    AuditSigner signer(const std::string& file = "key.pem")
    {
        return AuditSigner::open(*database, folder.path() / file).value();
    }

    void sign(AuditSigner& with) { test::run_coro(io, with.run_due(now)); }

    AuditExport exported()
    {
        return database->read_and_wait([](Session& session) { return read_export(session, 1'000); })
            .value();
    }

    /// Writes the chain anew so that it fits: what a careful forger does.
    void chain_anew()
    {
        std::string before;
        for (const ChangeLine& line : exported().items)
        {
            const storage::Change change{line.no,     line.at,     line.who,
                                         line.action, line.detail, line.hash};
            before = storage::hash_of(change, before);
            run("UPDATE change_log SET hash = '" + before
                + "' WHERE no = " + std::to_string(line.no));
        }
    }
};

BOOST_FIXTURE_TEST_SUITE(audit, AuditSite)

BOOST_AUTO_TEST_CASE(an_untouched_record_is_whole)
{
    BOOST_TEST((check().problems == Lines{}));
    BOOST_TEST(check().entries == 0);
    record_some();
    const auto report = check();
    BOOST_TEST((report.problems == Lines{}));
    BOOST_TEST(report.entries == 4);
    BOOST_TEST(report.head_no == 4);
    BOOST_TEST(report.head_hash.size() == 64U);
    BOOST_TEST((check(report.head_hash).problems == Lines{}));
}

BOOST_AUTO_TEST_CASE(what_was_changed_added_or_removed_is_named)
{
    struct Forgery
    {
        const char* sql;
        Lines problems;
    };

    for (const auto& [sql, problems] : std::vector<Forgery>{
             {"UPDATE change_log SET detail = 'y' WHERE no = 2",
              {"entry 2 was changed, or the one before it"}},
             {"UPDATE change_log SET who = 'kato' WHERE no = 1",
              {"entry 1 was changed, or the one before it"}},
             {"UPDATE change_log SET at_ms = at_ms + 1 WHERE no = 4",
              {"entry 4 was changed, or the one before it"}},
             {"UPDATE change_log SET action = 'person.rol', detail = 'ex' WHERE no = 2",
              {"entry 2 was changed, or the one before it"}},
             {"UPDATE change_log SET hash = '' WHERE no = 3",
              {"entry 3 was changed, or the one before it",
               "entry 4 was changed, or the one before it"}},
             {"DELETE FROM change_log WHERE no IN (2, 3)", {"entries 2 to 3 are missing"}},
             {"DELETE FROM change_log WHERE no = 1", {"entries 1 to 1 are missing"}},
             {"INSERT INTO change_log (no, at_ms, who, action, detail) VALUES (5, 0, 'a', 'b', '')",
              {"entry 5 was changed, or the one before it"}}})
    {
        run("DELETE FROM change_log");
        record_some();
        run(sql);
        BOOST_TEST((check().problems == problems), sql);
    }
}

BOOST_AUTO_TEST_CASE(a_record_that_was_cut_off_is_found_by_a_signature_or_by_a_noted_hash)
{
    record_some();
    const std::string noted = check().head_hash;
    auto ours = signer();
    sign(ours);
    run("DELETE FROM change_log WHERE no > 2");
    BOOST_TEST(
        (check().problems
         == Lines{"entries 3 to 4 are missing: the last of them was signed on"
                  " 2026-11-22T10:00:04.000Z"}));
    run("DELETE FROM change_head");
    BOOST_TEST((check().problems == Lines{})); // Nothing inside the database tells.
    BOOST_TEST((check(noted).problems == Lines{"no entry has the hash " + noted}));
}

BOOST_AUTO_TEST_CASE(a_chain_that_was_written_anew_does_not_fit_its_signatures)
{
    record_some();
    auto ours = signer();
    sign(ours);
    BOOST_TEST(check({}, ours.public_key()).signatures == 1U);
    run("UPDATE change_log SET detail = 'y' WHERE no = 2");
    chain_anew();
    BOOST_TEST(
        (check().problems
         == Lines{"entry 4 is not the one that was signed on 2026-11-22T10:00:04.000Z"}));
    // Who also signs it anew has another key.
    run("DELETE FROM change_head");
    auto theirs = signer("theirs.pem");
    sign(theirs);
    BOOST_TEST((check({}, theirs.public_key()).problems == Lines{}));
    BOOST_TEST(
        (check({}, ours.public_key()).problems
         == Lines{"the signature under entry 4 is not the collector's"}));
    run("UPDATE change_head SET signed_at_ms = signed_at_ms + 1");
    BOOST_TEST((check().problems == Lines{"the signature under entry 4 is not the collector's"}));
}

BOOST_AUTO_TEST_CASE(entries_from_before_the_chain_get_their_place_in_it)
{
    run("INSERT INTO change_log (no, at_ms, who, action, detail) VALUES (1, 1, 'a', 'b', 'c'),"
        " (2, 2, 'a', 'b', 'd')");
    BOOST_TEST(!check().problems.empty());
    record("person.create");
    BOOST_TEST((check().problems == Lines{}));
    BOOST_TEST(check().entries == 3);
}

BOOST_AUTO_TEST_CASE(the_newest_entry_is_signed_once_a_day_with_a_key_that_is_kept)
{
    const auto signatures = [&] { return database.number("SELECT count(*) FROM change_head"); };
    auto first = signer();
    const auto mode = std::filesystem::status(folder.path() / "key.pem").permissions();
    BOOST_TEST(
        (mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)));
    sign(first);
    BOOST_TEST(signatures() == 0); // There is nothing to sign.
    record_some();
    auto again = signer();
    BOOST_TEST(again.public_key() == first.public_key());
    sign(again);
    BOOST_TEST(signatures() == 1);
    record("person.create");
    sign(again);
    BOOST_TEST(signatures() == 1);
    now = parse_rfc3339("2026-11-22T23:59:59Z").value();
    sign(again);
    BOOST_TEST(signatures() == 1);
    now += 1s;
    sign(again);
    BOOST_TEST(signatures() == 2);
    now += 24h;
    sign(again);
    BOOST_TEST(signatures() == 2); // Nothing new.
    BOOST_TEST(check({}, first.public_key()).signatures == 2U);
}

BOOST_AUTO_TEST_CASE(a_damaged_key_is_told_and_not_replaced)
{
    platform::replace_file(folder.path() / "key.pem", "nothing").value();
    BOOST_TEST(!AuditSigner::open(*database, folder.path() / "key.pem").has_value());
}

BOOST_AUTO_TEST_CASE(an_exported_record_can_be_checked_anywhere)
{
    record_some();
    auto ours = signer();
    sign(ours);
    const std::string json = wire::to_json<wire::Defaults::written>(exported());
    auto read = read_export(json).value();
    const std::string head = read.items.back().hash;
    BOOST_TEST((check_export(read, head, ours.public_key()).problems == Lines{}));
    read.items[1].who = "kato";
    BOOST_TEST(
        (check_export(read, head, {}).problems
         == Lines{"entry 2 was changed, or the one before it"}));
    for (const char* bad : {"", "[]", "{\"items\":[{\"no\":\"x\"}]}", "{\"items\":[null]}"})
        BOOST_TEST(!read_export(std::string_view{bad}).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(a_spreadsheet_takes_nothing_for_a_formula)
{
    record("person.create", "=cmd|' /C calc'!A0");
    record("person.create", "say \"hi\",\r\nor not");
    record("person.create", "+81");
    const std::string csv = to_csv(exported());
    BOOST_TEST(csv.starts_with("\xEF\xBB\xBFno,at,who,action,detail,hash\r\n"));
    BOOST_TEST(csv.find(",\"'=cmd|' /C calc'!A0\",") != std::string::npos);
    BOOST_TEST(csv.find(",\"say \"\"hi\"\",\r\nor not\",") != std::string::npos);
    BOOST_TEST(csv.find(",\"'+81\",") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::people
