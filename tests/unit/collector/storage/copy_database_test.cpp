#include "collector/storage/copy_database.hpp"
#include "collector/storage/session.hpp"
#include "tests/support/collector_database.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

namespace mimamori::collector::storage {
namespace {

struct CopySite
{
    tests::TempFolder folder;
    tests::CollectorDatabase database;
    std::filesystem::path to{folder.path() / "copy.db"};

    void put(int rows)
    {
        auto work = [rows](Session& session) -> Result<void> {
            for (int i = 0; i < rows; ++i)
                session.prepared("INSERT INTO meta (key, value) VALUES (hex(randomblob(8)), 'x')")
                    ->run();
            return {};
        };
        database->write_and_wait(work).value();
    }
};

BOOST_FIXTURE_TEST_SUITE(copy_database_, CopySite)

BOOST_AUTO_TEST_CASE(a_database_in_use_is_copied_whole_and_goes_on)
{
    database.enrol(DeviceId{"pc"}, AgentId{"agent-pc"}, from_ms(0));
    put(500);
    const auto copied = copy_database(database.file(), to);
    BOOST_TEST_REQUIRE(copied.has_value());
    BOOST_TEST(copied->devices == 1);
    BOOST_TEST(copied->bytes == std::filesystem::file_size(to));
    put(1);
    const auto rows = database.number("SELECT count(*) FROM meta");

    DatabaseOptions options;
    options.file = to;
    auto copy = Database::open(options).value();
    auto count = [](Session& session) -> Result<std::int64_t> {
        const auto row = session.prepared("SELECT count(*) FROM meta");
        row->next();
        return row->integer(0);
    };
    BOOST_TEST(copy->read_and_wait(count).value() == rows - 1);
}

BOOST_AUTO_TEST_CASE(nothing_is_overwritten_and_nothing_is_copied_from_nothing)
{
    std::ofstream{to} << "mine";
    const auto there = copy_database(database.file(), to);
    BOOST_TEST((there.error().code == Errc::conflict));
    BOOST_TEST(std::filesystem::file_size(to) == 4);
    const auto none = copy_database(folder.path() / "none.db", folder.path() / "other.db");
    BOOST_TEST((none.error().code == Errc::not_found));
    BOOST_TEST(!std::filesystem::exists(folder.path() / "other.db"));
}

BOOST_AUTO_TEST_CASE(a_damaged_database_gives_no_copy)
{
    put(2'000);
    database.close();
    {
        std::fstream file{database.file(), std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(8'192);
        file << std::string(65'536, '\xff');
    }
    const auto copied = copy_database(database.file(), to);
    BOOST_TEST_REQUIRE(!copied.has_value());
    BOOST_TEST((copied.error().code == Errc::io));
    BOOST_TEST(!std::filesystem::exists(to));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::storage
