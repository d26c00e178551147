#include "collector/storage/statement.hpp"

#include <sqlite3.h>

namespace mimamori::collector::storage {

Statement::Statement(sqlite3* connection, const char* text)
    : connection_{connection}
{
    check(
        sqlite3_prepare_v3(connection_, text, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

Statement::~Statement()
{
    sqlite3_finalize(statement_);
}

Statement& Statement::bind(int index, std::int64_t value)
{
    check(sqlite3_bind_int64(statement_, index, value));
    return *this;
}

Statement& Statement::bind(int index, std::string_view value)
{
    // An empty view may have no address, which SQLite would take for NULL.
    const char* const text = value.data() ? value.data() : "";
    check(sqlite3_bind_text64(statement_, index, text, value.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind_blob(int index, std::string_view value)
{
    const char* const bytes = value.data() ? value.data() : "";
    check(sqlite3_bind_blob64(statement_, index, bytes, value.size(), SQLITE_STATIC));
    return *this;
}

Statement& Statement::bind_null(int index)
{
    check(sqlite3_bind_null(statement_, index));
    return *this;
}

bool Statement::next()
{
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        check(code);
    return false;
}

std::int64_t Statement::run()
{
    while (next())
    {}
    const std::int64_t changed = sqlite3_changes64(connection_);
    reset();
    return changed;
}

std::int64_t Statement::integer(int index) const
{
    return sqlite3_column_int64(statement_, index);
}

std::string_view Statement::text(int index) const
{
    const void* const bytes = sqlite3_column_blob(statement_, index);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, index));
    return {static_cast<const char*>(bytes), bytes ? size : 0};
}

bool Statement::is_null(int index) const
{
    return sqlite3_column_type(statement_, index) == SQLITE_NULL;
}

void Statement::reset()
{
    // Its code repeats the error of the last step, which has been reported.
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

void Statement::check(int code) const
{
    if (code == SQLITE_OK)
        return;
    std::string message = sqlite3_errmsg(connection_);
    if (statement_)
        sqlite3_reset(statement_);
    throw StorageFailure{code, std::move(message)};
}

} // namespace mimamori::collector::storage
