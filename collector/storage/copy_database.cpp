#include "collector/storage/copy_database.hpp"

#include "collector/storage/session.hpp"
#include "collector/storage/statement.hpp"

#include <sqlite3.h>

#include <memory>
#include <string>

namespace mimamori::collector::storage {

namespace {

using Connection = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

Result<Connection> open_for_reading(const std::filesystem::path& file)
{
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    Connection connection{opened, &sqlite3_close};
    if (code != SQLITE_OK)
        return error_of(code, sqlite3_errmsg(opened)).in("open " + file.string());
    sqlite3_busy_timeout(opened, 5'000);
    return connection;
}

std::string first_text(sqlite3* connection, const char* sql)
{
    Statement row{connection, sql};
    return row.next() ? std::string{row.text(0)} : std::string{};
}

Result<std::uint64_t> checked(const std::filesystem::path& file)
{
    auto connection = open_for_reading(file);
    if (!connection)
        return std::move(connection).error();
    const std::string found = first_text(connection->get(), "PRAGMA integrity_check(1)");
    if (found != "ok")
        return Error{Errc::io, "the copy is damaged: " + found};
    if (!first_text(connection->get(), "PRAGMA foreign_key_check").empty())
        return Error{Errc::io, "the copy refers to rows that it lacks"};
    Statement devices{connection->get(), "SELECT count(*) FROM device WHERE class <> 'site'"};
    devices.next();
    return static_cast<std::uint64_t>(devices.integer(0));
}

} // namespace

Result<CopiedDatabase> copy_database(
    const std::filesystem::path& from, const std::filesystem::path& to)
{
    std::error_code failed;
    if (!std::filesystem::exists(from, failed))
        return Error{Errc::not_found, "no database " + from.string()};
    if (std::filesystem::exists(to, failed))
        return Error{Errc::conflict, to.string() + " exists"};
    try
    {
        {
            auto source = open_for_reading(from);
            if (!source)
                return std::move(source).error();
            Statement copy{source->get(), "VACUUM INTO ?1"};
            const std::string name = to.string();
            copy.bind(1, std::string_view{name}).run();
        }
        auto devices = checked(to);
        if (!devices)
        {
            std::filesystem::remove(to, failed);
            return std::move(devices).error();
        }
        return CopiedDatabase{std::filesystem::file_size(to, failed), *devices};
    }
    catch (const StorageFailure& failure)
    {
        std::filesystem::remove(to, failed);
        return error_of(failure.code(), failure.message()).in("copy " + from.string());
    }
}

} // namespace mimamori::collector::storage
