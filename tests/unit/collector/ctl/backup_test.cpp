#include "collector/ctl/backup.hpp"
#include "collector/storage/database.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

namespace mimamori::collector::ctl {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const Timestamp now = parse_rfc3339("2026-11-22T15:00:00Z").value();

BOOST_AUTO_TEST_SUITE(backup)

BOOST_AUTO_TEST_CASE(everything_that_must_not_be_lost_is_copied_into_a_folder_of_its_own)
{
    const tests::TempFolder folder;
    app::Settings settings;
    settings.folder = folder.path() / "collector";
    fs::create_directories(settings.folder / "ca");
    std::ofstream{settings.folder / "ca" / "root-1.key"} << "key";
    std::ofstream{settings.folder / "audit-key.pem"} << "key";
    storage::DatabaseOptions options;
    options.file = settings.folder / "collector.db";
    const auto running = storage::Database::open(options).value();

    const fs::path into = folder.path() / "copies";
    const auto made = make_backup(settings, into, now);
    BOOST_TEST_REQUIRE(made.has_value());
    BOOST_TEST(made->folder == into / "mimamori-20261122T150000Z");
    BOOST_TEST(made->database_bytes == fs::file_size(made->folder / "collector.db"));
    BOOST_TEST(fs::exists(made->folder / "ca" / "root-1.key"));
    BOOST_TEST(fs::exists(made->folder / "audit-key.pem"));
    BOOST_TEST(!fs::exists(made->folder / "collector.db.lock"));
    BOOST_TEST(!fs::exists(made->folder / "collector.db-wal"));
    BOOST_TEST((fs::status(made->folder).permissions() == fs::perms::owner_all));

    const auto again = make_backup(settings, into, now);
    BOOST_TEST((again.error().code == Errc::conflict));
    BOOST_TEST(make_backup(settings, into, now + 1s).has_value());
    for (const auto& entry : fs::directory_iterator{into})
        BOOST_TEST(entry.path().extension() != ".partial");
}

BOOST_AUTO_TEST_CASE(without_a_site_there_is_no_copy)
{
    const tests::TempFolder folder;
    app::Settings settings;
    settings.folder = folder.path() / "nothing";
    const auto made = make_backup(settings, folder.path() / "copies", now);
    BOOST_TEST((made.error().code == Errc::not_found));
    BOOST_TEST(!fs::exists(folder.path() / "copies" / "mimamori-20261122T150000Z"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::ctl
