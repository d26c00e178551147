#include "agent/probes/sqlite_file.hpp"

#include <sqlite3.h>

namespace mimamori::agent::probes {
namespace {

Error failure(sqlite3* database, const std::string& path)
{
    const std::string why =
        database == nullptr ? std::string{"no memory"} : sqlite3_errmsg(database);
    return {Errc::io, "read " + path + ": " + why};
}

/// The path with the characters that mean something in a URI replaced.
std::string uri_of(const std::string& path)
{
    std::string uri = "file:";
    for (const char letter : path)
    {
        if (letter == '%' || letter == '?' || letter == '#')
        {
            constexpr std::string_view digits = "0123456789ABCDEF";
            const auto value = static_cast<unsigned char>(letter);
            uri += '%';
            uri += digits[value >> 4U];
            uri += digits[value & 15U];
        }
        else
            uri += letter;
    }
    return uri + "?mode=ro&immutable=1";
}

} // namespace

void SqliteFile::Close::operator()(sqlite3* database) const
{
    sqlite3_close(database);
}

void SqliteFile::Rows::End::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

Result<SqliteFile> SqliteFile::open(const Tree& tree, const std::string& path)
{
    if (const auto file = tree.status(path); !file)
        return file.error();
    const std::string where = tree.root() == "/" ? path : tree.root().string() + path;
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(
        uri_of(where).c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
        nullptr);
    SqliteFile file;
    file.database_.reset(raw);
    file.path_ = path;
    if (opened != SQLITE_OK)
        return failure(raw, path);
    sqlite3_exec(raw, "PRAGMA cache_size=-256", nullptr, nullptr, nullptr);
    return file;
}

Result<SqliteFile::Rows> SqliteFile::query(const char* sql, std::string_view parameter) const
{
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql, -1, &raw, nullptr) != SQLITE_OK)
        return failure(database_.get(), path_);
    Rows rows;
    rows.statement_.reset(raw);
    rows.path_ = path_;
    if (sqlite3_bind_parameter_count(raw) == 1)
        sqlite3_bind_text(
            raw, 1, parameter.data(), static_cast<int>(parameter.size()), SQLITE_TRANSIENT);
    return rows;
}

Result<bool> SqliteFile::Rows::next()
{
    const int step = sqlite3_step(statement_.get());
    if (step == SQLITE_ROW)
        return true;
    if (step == SQLITE_DONE)
        return false;
    return failure(sqlite3_db_handle(statement_.get()), path_);
}

std::string_view SqliteFile::Rows::blob(int column) const
{
    const void* const bytes = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    if (bytes == nullptr || size <= 0)
        return {};
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

std::string_view SqliteFile::Rows::text(int column) const
{
    const auto* const bytes = sqlite3_column_text(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    if (bytes == nullptr || size <= 0)
        return {};
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

std::int64_t SqliteFile::Rows::number(int column) const
{
    return sqlite3_column_int64(statement_.get(), column);
}

} // namespace mimamori::agent::probes
