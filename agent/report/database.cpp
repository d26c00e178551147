#include "agent/report/database.hpp"

#include <sqlite3.h>

namespace mimamori::agent::report {
namespace {

Errc code_of(int status)
{
    switch (status & 0xff)
    {
    case SQLITE_CANTOPEN:
        return Errc::not_found;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        return Errc::forbidden;
    case SQLITE_FULL:
    case SQLITE_TOOBIG:
        return Errc::too_large;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return Errc::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return Errc::invalid_input;
    default:
        return Errc::io;
    }
}

/// 64 pages of log before it is copied back keep the second file at a quarter of a megabyte.
/// auto_vacuum works only when it is set before the first table is made.
constexpr const char* owner_settings = R"(
    PRAGMA page_size = 4096;
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 64;
    PRAGMA journal_size_limit = 524288;
    PRAGMA cache_size = -128;
    PRAGMA temp_store = MEMORY;
)";

} // namespace

std::int64_t Row::integer(int column) const
{
    return sqlite3_column_int64(statement_, column);
}

std::string_view Row::text(int column) const
{
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (!bytes)
        return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Row::is_null(int column) const
{
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* connection) const
{
    sqlite3_close(connection);
}

void Database::Finalize::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

Result<Database> Database::open(const std::filesystem::path& file, Mode mode)
{
    sqlite3* raw = nullptr;
    const int flags =
        mode == Mode::owner ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    // SQLite takes UTF-8, which is what `string` gives on every platform.
    const std::string name = file.string();
    const int status = sqlite3_open_v2(name.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    Database database{raw};
    if (status != SQLITE_OK)
        return Error{code_of(status), "open " + file.string() + ": " + sqlite3_errstr(status)};
    // The default reserves 48 KiB of small blocks for each connection.
    sqlite3_db_config(raw, SQLITE_DBCONFIG_LOOKASIDE, nullptr, 128, 32);
    sqlite3_busy_timeout(raw, 2000);
    sqlite3_extended_result_codes(raw, 1);
    if (mode == Mode::owner)
        if (auto done = database.run(owner_settings); !done)
        {
            // What is no SQLite file at all shows only at the first statement.
            return std::move(done).error().in("open " + file.string());
        }
    return database;
}

Result<void> Database::run(const char* statements)
{
    if (sqlite3_exec(connection_.get(), statements, nullptr, nullptr, nullptr) != SQLITE_OK)
        return last_error();
    return {};
}

void Database::release_memory()
{
    sqlite3_db_release_memory(connection_.get());
}

Result<Database::Statement> Database::prepare(std::string_view sql)
{
    sqlite3_stmt* raw = nullptr;
    const int status = sqlite3_prepare_v2(
        connection_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
    if (status != SQLITE_OK)
        return last_error();
    return Statement{raw};
}

Result<bool> Database::step(sqlite3_stmt* statement)
{
    const int status = sqlite3_step(statement);
    if (status == SQLITE_ROW)
        return true;
    if (status == SQLITE_DONE)
        return false;
    return last_error();
}

void Database::bind(sqlite3_stmt* statement, int index, std::string_view value)
{
    // The caller's texts outlive the statement; a null pointer would bind NULL.
    const char* bytes = value.data() ? value.data() : "";
    sqlite3_bind_text(statement, index, bytes, static_cast<int>(value.size()), SQLITE_STATIC);
}

void Database::bind(sqlite3_stmt* statement, int index, std::int64_t value)
{
    sqlite3_bind_int64(statement, index, value);
}

void Database::bind(sqlite3_stmt* statement, int index, std::uint64_t value)
{
    sqlite3_bind_int64(statement, index, static_cast<std::int64_t>(value));
}

Error Database::last_error()
{
    const int status = sqlite3_extended_errcode(connection_.get());
    Error error{code_of(status), sqlite3_errmsg(connection_.get())};
    is_damaged_ = is_damaged_ || error.code == Errc::invalid_input;
    return error;
}

Transaction::~Transaction()
{
    // A failed statement may have rolled back already; then this fails, which is right.
    if (begun_ && !committed_)
        (void)database_.run("ROLLBACK");
}

Result<void> Transaction::commit()
{
    auto done = database_.run("COMMIT");
    committed_ = done.has_value();
    return done;
}

} // namespace mimamori::agent::report
