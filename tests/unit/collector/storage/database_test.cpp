#include "collector/storage/database.hpp"
#include "collector/storage/migrate.hpp"
#include "collector/storage/statement.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <array>
#include <atomic>
#include <fstream>
#include <latch>
#include <soci/soci.h>
#include <thread>
#include <vector>

namespace mimamori::collector::storage {
namespace {

using tests::CollectorDatabase;
using tests::TempFolder;

/// A work that adds a line to table meta.
auto put(std::string key)
{
    return [key = std::move(key)](Session& session) -> Result<void> {
        session.sql() << "INSERT INTO meta (key, value) VALUES (:key, '')", soci::use(key);
        return {};
    };
}

/// A work that adds a line and then fails with an Error of its own.
auto put_and_fail(std::string key)
{
    return [key = std::move(key)](Session& session) -> Result<void> {
        session.sql() << "INSERT INTO meta (key, value) VALUES (:key, '')", soci::use(key);
        return Error{Errc::forbidden, "not today"};
    };
}

/// Keeps the writer busy until it is released, so that the works behind it share one group.
class Plug
{
public:
    explicit Plug(Database& database)
        : thread_{[this, &database] {
            auto hold = [this](Session&) -> Result<void> {
                holding_.count_down();
                release_.wait();
                return {};
            };
            database.write_and_wait(hold).value();
        }}
    {
        holding_.wait();
    }

    ~Plug()
    {
        pull();
        thread_.join();
    }

    void pull()
    {
        if (!release_.try_wait())
            release_.count_down();
    }

private:
    std::latch holding_{1};
    std::latch release_{1};
    std::thread thread_;
};

BOOST_AUTO_TEST_SUITE(database)

BOOST_AUTO_TEST_CASE(what_was_written_is_there_after_a_restart)
{
    CollectorDatabase database;
    BOOST_TEST_REQUIRE(database->write_and_wait(put("a")).has_value());
    database.reopen();
    BOOST_TEST(database.number("SELECT count(*) FROM meta WHERE key = 'a'") == 1);
    BOOST_TEST(database.text("PRAGMA journal_mode") == "wal");
}

BOOST_AUTO_TEST_CASE(a_coroutine_gets_the_result_and_comes_back_to_its_own_thread)
{
    asio::io_context io; // Before the database, whose threads resume what waits here.
    CollectorDatabase database;
    const auto here = std::this_thread::get_id();
    auto both = [](Database& db, std::thread::id home) -> awaitable<int> {
        auto write = put("a");
        auto done = co_await db.write(std::move(write));
        BOOST_TEST(done.has_value());
        BOOST_TEST((std::this_thread::get_id() == home));
        auto count = [](Session& session) -> Result<int> {
            int rows = 0;
            session.sql() << "SELECT count(*) FROM meta", soci::into(rows);
            return rows;
        };
        auto counted = co_await db.read(std::move(count));
        BOOST_TEST((std::this_thread::get_id() == home));
        co_return *counted;
    };
    BOOST_TEST(test::run_coro(io, both(*database, here)) == 1);
}

BOOST_AUTO_TEST_CASE(works_that_wait_share_one_transaction)
{
    asio::io_context io;
    CollectorDatabase database;
    const auto groups_before = database->health().groups;
    std::atomic<int> stored{0};
    auto one = [](Database& db, std::string key, std::atomic<int>& count) -> awaitable<void> {
        auto work = put(std::move(key));
        const auto done = co_await db.write(std::move(work));
        count += done ? 1 : 0;
    };
    {
        Plug plug{*database};
        for (int i = 0; i < 50; ++i)
            asio::co_spawn(io, one(*database, std::to_string(i), stored), asio::detached);
        io.poll();
        BOOST_TEST(database->health().writes_queued == 50U);
    }
    io.run();
    BOOST_TEST(stored == 50);
    BOOST_TEST(database->health().groups == groups_before + 2);
    BOOST_TEST(database.number("SELECT count(*) FROM meta") == 50);
}

BOOST_AUTO_TEST_CASE(a_work_that_fails_leaves_nothing_and_its_neighbours_everything)
{
    CollectorDatabase database;
    std::vector<std::thread> threads;
    std::atomic<int> stored{0};
    std::atomic<int> failed{0};
    {
        Plug plug{*database};
        for (int i = 0; i < 20; ++i)
            threads.emplace_back([&, i] {
                const std::string key = std::to_string(i);
                const auto done = i % 2 == 0 ? database->write_and_wait(put(key))
                                             : database->write_and_wait(put_and_fail(key));
                if (done)
                    ++stored;
                else if (done.error().code == Errc::forbidden)
                    ++failed;
            });
        while (database->health().writes_queued < 20)
            std::this_thread::yield();
    }
    for (auto& thread : threads)
        thread.join();
    BOOST_TEST(stored == 10);
    BOOST_TEST(failed == 10);
    BOOST_TEST(database.number("SELECT count(*) FROM meta") == 10);
    BOOST_TEST(database->health().writable);
}

BOOST_AUTO_TEST_CASE(exceptions_of_the_database_become_errors)
{
    CollectorDatabase database;
    BOOST_TEST_REQUIRE(database->write_and_wait(put("a")).has_value());
    const auto again = database->write_and_wait(put("a"));
    BOOST_TEST_REQUIRE(again.has_error());
    BOOST_TEST((again.error().code == Errc::conflict));

    auto nonsense = [](Session& session) -> Result<void> {
        session.prepared("SELECT x FROM nowhere")->next();
        return {};
    };
    const auto refused = database->write_and_wait(nonsense);
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code == Errc::internal));
    BOOST_TEST(refused.error().message == "database: no such table: nowhere");
}

BOOST_AUTO_TEST_CASE(values_of_parameters_stay_out_of_error_messages)
{
    CollectorDatabase database;
    auto secret = [](Session& session) -> Result<void> {
        const std::string value = "a secret";
        session.sql() << "INSERT INTO meta (key) VALUES (:value)", soci::use(value);
        return {};
    };
    const auto refused = database->write_and_wait(secret);
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST(refused.error().message.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bug_in_a_work_comes_out_where_it_was_called_and_harms_nobody)
{
    CollectorDatabase database;
    auto bug = [](Session& session) -> Result<void> {
        session.sql() << "INSERT INTO meta (key, value) VALUES ('bug', '')";
        throw std::out_of_range{"a bug"};
    };
    BOOST_CHECK_THROW(static_cast<void>(database->write_and_wait(bug)), std::out_of_range);
    BOOST_TEST(database.number("SELECT count(*) FROM meta") == 0);
    BOOST_TEST(database->write_and_wait(put("a")).has_value());
}

BOOST_AUTO_TEST_CASE(a_work_without_savepoint_that_fails_half_way_undoes_the_whole_group)
{
    CollectorDatabase database;
    std::vector<std::thread> threads;
    std::atomic<int> unavailable{0};
    std::atomic<int> forbidden{0};
    {
        Plug plug{*database};
        for (int i = 0; i < 10; ++i)
            threads.emplace_back([&, i] {
                const std::string key = std::to_string(i);
                const auto done = i == 5 ? database->write_and_wait(put_and_fail(key), Guard::none)
                                         : database->write_and_wait(put(key), Guard::none);
                if (!done && done.error().code == Errc::unavailable)
                    ++unavailable;
                else if (!done && i == 5 && done.error().code == Errc::forbidden)
                    ++forbidden;
            });
        while (database->health().writes_queued < 10)
            std::this_thread::yield();
    }
    for (auto& thread : threads)
        thread.join();
    BOOST_TEST(unavailable == 9);
    BOOST_TEST(forbidden == 1);
    BOOST_TEST(database.number("SELECT count(*) FROM meta") == 0);
    BOOST_TEST(!database->health().writable);
    BOOST_TEST(database->write_and_wait(put("a")).has_value());
    BOOST_TEST(database->health().writable);
}

BOOST_AUTO_TEST_CASE(the_queue_is_bounded)
{
    DatabaseOptions options;
    options.writes_queued_max = 3;
    CollectorDatabase database{options};
    Plug plug{*database};
    std::vector<std::thread> threads;
    std::atomic<int> stored{0};
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&, i] {
            if (database->write_and_wait(put(std::to_string(i))))
                ++stored;
        });
    while (database->health().writes_queued < 3)
        std::this_thread::yield();
    const auto one_more = database->write_and_wait(put("too many"));
    BOOST_TEST_REQUIRE(one_more.has_error());
    BOOST_TEST((one_more.error().code == Errc::unavailable));
    plug.pull();
    for (auto& thread : threads)
        thread.join();
    BOOST_TEST(stored == 3);
}

BOOST_AUTO_TEST_CASE(a_full_disk_stores_nothing_says_so_and_is_forgotten_when_there_is_room)
{
    CollectorDatabase database;
    BOOST_TEST_REQUIRE(database->write_and_wait(put("before")).has_value());
    // The database may have no more pages than it has now: SQLite then answers as for a full disk.
    auto fill = [](Session& session) -> Result<void> {
        Statement limit{session.native(), "PRAGMA max_page_count = 1"};
        limit.next();
        return {};
    };
    database->write_and_wait(fill).value();
    auto large = [](Session& session) -> Result<void> {
        const std::string text(1'000'000, 'x');
        session.sql() << "INSERT INTO meta (key, value) VALUES ('large', :text)", soci::use(text);
        return {};
    };
    const auto refused = database->write_and_wait(large);
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code == Errc::unavailable));
    const auto health = database->health();
    BOOST_TEST(!health.writable);
    BOOST_TEST(health.problem.find("disk full") != std::string::npos);
    BOOST_TEST(database.number("SELECT count(*) FROM meta") == 1);

    auto grow = [](Session& session) -> Result<void> {
        Statement limit{session.native(), "PRAGMA max_page_count = 1000000"};
        limit.next();
        return {};
    };
    BOOST_TEST(database->write_and_wait(grow).has_value());
    BOOST_TEST(database->write_and_wait(large).has_value());
    BOOST_TEST(database->health().writable);
}

BOOST_AUTO_TEST_CASE(readers_cannot_write)
{
    CollectorDatabase database;
    const auto refused = database->read_and_wait(put("a"));
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code == Errc::io));
}

BOOST_AUTO_TEST_CASE(a_reader_sees_one_moment)
{
    CollectorDatabase database;
    auto look_twice = [&](Session& session) -> Result<int> {
        int first = 0;
        int second = 0;
        session.sql() << "SELECT count(*) FROM meta", soci::into(first);
        database->write_and_wait(put("meanwhile")).value();
        session.sql() << "SELECT count(*) FROM meta", soci::into(second);
        return second - first;
    };
    BOOST_TEST(database->read_and_wait(look_twice).value() == 0);
    BOOST_TEST(database.number("SELECT count(*) FROM meta") == 1);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_refused)
{
    const TempFolder folder;
    DatabaseOptions options;
    options.file = folder.path() / "collector.db";
    std::ofstream{options.file} << std::string(10'000, 'x');
    const auto opened = Database::open(options);
    BOOST_TEST_REQUIRE(opened.has_error());
    BOOST_TEST((opened.error().code == Errc::io));
    BOOST_TEST(opened.error().message.find("collector.db") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_database_is_open_once_at_a_time)
{
    CollectorDatabase database;
    DatabaseOptions options;
    options.file = database.file();
    const auto second = Database::open(options);
    BOOST_TEST_REQUIRE(second.has_error());
    BOOST_TEST((second.error().code == Errc::conflict));
    BOOST_TEST(second.error().message.find("another process") != std::string::npos);
    database.close();
    BOOST_TEST(Database::open(options).has_value());
}

BOOST_AUTO_TEST_CASE(a_folder_that_does_not_exist_is_named)
{
    DatabaseOptions options;
    options.file = "/nonexistent/collector.db";
    const auto opened = Database::open(options);
    BOOST_TEST_REQUIRE(opened.has_error());
    BOOST_TEST(opened.error().message.find("/nonexistent/collector.db") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

// ------------------------------------------------------------------ migrations

EmbeddedFile file(std::string_view name, std::string_view text)
{
    return {name, {reinterpret_cast<const std::byte*>(text.data()), text.size()}};
}

struct MigrationFixture
{
    TempFolder folder;
    DatabaseOptions options{.file = folder.path() / "collector.db"};

    Result<void> open(std::vector<EmbeddedFile> files)
    {
        auto opened = Database::open(options, files);
        if (!opened)
            return opened.error();
        return {};
    }

    const EmbeddedFile one =
        file("0001_one.sql", "CREATE TABLE one (n INTEGER); CREATE INDEX i ON one (n);");
    const EmbeddedFile two = file("0002_two.sql", "CREATE TABLE two (n INTEGER);");
};

BOOST_FIXTURE_TEST_SUITE(migrations, MigrationFixture)

BOOST_AUTO_TEST_CASE(each_is_applied_once_and_in_order)
{
    BOOST_TEST_REQUIRE(open({two, one}).has_value());
    BOOST_TEST_REQUIRE(open({one, two}).has_value());
    const auto opened = Database::open(options, std::vector{one, two});
    auto list = [](Session& session) -> Result<std::string> {
        std::string all;
        Statement rows{
            session.native(), "SELECT name FROM schema_migration ORDER BY applied_at_ms, number"};
        while (rows.next())
            all += std::string{rows.text(0)} + ' ';
        return all;
    };
    BOOST_TEST((*opened)->read_and_wait(list).value() == "0001_one.sql 0002_two.sql ");
}

BOOST_AUTO_TEST_CASE(one_that_fails_leaves_nothing_of_itself_and_all_before_it)
{
    const auto bad =
        file("0002_bad.sql", "CREATE TABLE half (n INTEGER); CREATE TABLE one (n INTEGER);");
    const auto done = open({one, bad});
    BOOST_TEST_REQUIRE(done.has_error());
    BOOST_TEST(done.error().message.find("0002_bad.sql") != std::string::npos);
    BOOST_TEST(open({one, file("0002_good.sql", "CREATE TABLE half (n INTEGER);")}).has_value());
}

BOOST_AUTO_TEST_CASE(a_newer_database_is_refused)
{
    BOOST_TEST_REQUIRE(open({one, two}).has_value());
    const auto done = open({one});
    BOOST_TEST_REQUIRE(done.has_error());
    BOOST_TEST((done.error().code == Errc::unsupported));
    BOOST_TEST(done.error().message.find("0002_two.sql") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_applied_one_may_not_change)
{
    BOOST_TEST_REQUIRE(open({one}).has_value());
    const auto done = open({file("0001_one.sql", "CREATE TABLE other (n INTEGER);")});
    BOOST_TEST_REQUIRE(done.has_error());
    BOOST_TEST((done.error().code == Errc::conflict));
}

BOOST_AUTO_TEST_CASE(none_may_come_in_between_later)
{
    BOOST_TEST_REQUIRE(
        open({one, file("0003_three.sql", "CREATE TABLE three (n INTEGER);")}).has_value());
    const auto done = open({one, two, file("0003_three.sql", "CREATE TABLE three (n INTEGER);")});
    BOOST_TEST_REQUIRE(done.has_error());
    BOOST_TEST((done.error().code == Errc::conflict));
}

BOOST_AUTO_TEST_CASE(names_are_checked)
{
    for (const auto* name : {"1_one.sql", "0000_zero.sql", "0001_one.txt", "one.sql"})
        BOOST_TEST(open({file(name, "SELECT 1;")}).has_error(), name);
    BOOST_TEST(open({one, file("0001_again.sql", "SELECT 1;")}).has_error());
}

BOOST_AUTO_TEST_CASE(alert_settings_are_carried_over_to_where_there_may_be_a_mail_server)
{
    std::vector<EmbeddedFile> before;
    for (const EmbeddedFile& each : embedded_migrations())
        if (each.name < "0024")
            before.push_back(each);
    const auto write = [this](std::span<const EmbeddedFile> files, const char* sql) {
        auto opened = Database::open(options, files).value();
        auto work = [sql](Session& session) -> Result<std::int64_t> {
            const auto row = session.prepared(sql);
            row->next();
            return row->integer(0);
        };
        return opened->write_and_wait(work).value();
    };
    const auto add = "INSERT INTO alert_setting (kind, name, body, changed_by, changed_at_ms)"
                     " VALUES ('contact', 'last', '{}', 'sato', 7) RETURNING no";
    const std::int64_t last = write(before, add);
    write(before, "DELETE FROM alert_setting WHERE name = 'last' RETURNING no");
    const auto count = "SELECT count(*) FROM alert_setting";
    const std::int64_t kept = write(before, count);
    const auto all = embedded_migrations();
    BOOST_TEST(write(all, count) == kept);
    // Numbers are never given twice.
    const auto server = "INSERT INTO alert_setting (kind, name, body, changed_by, changed_at_ms)"
                        " VALUES ('mail_server', 'mail', '{}', 'sato', 7) RETURNING no";
    BOOST_TEST(write(all, server) == last + 1);
}

BOOST_AUTO_TEST_CASE(the_embedded_ones_make_strict_tables_only)
{
    CollectorDatabase database;
    BOOST_TEST(database.number("SELECT count(*) FROM schema_migration") > 0);
    BOOST_TEST(
        database.text("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                      "AND strict = 0 AND name NOT LIKE 'sqlite_%'")
        == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::storage
