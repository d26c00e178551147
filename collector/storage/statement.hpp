#pragma once

#include "collector/storage/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3_stmt;

namespace mimamori::collector::storage {

/// A prepared statement of SQLite's own interface, for the hot paths: SOCI prepares anew at each
/// use. Throws StorageFailure, so use it inside works only.
class Statement
{
public:
    Statement(sqlite3* connection, const char* text);
    ~Statement();

    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Binds parameter `?index`, from 1. Texts must live until the statement has run.
    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::string_view value);
    Statement& bind_blob(int index, std::string_view value);
    Statement& bind_null(int index);

    template <class T>
    Statement& bind(int index, const std::optional<T>& value)
    {
        return value ? bind(index, *value) : bind_null(index);
    }

    /// Goes to the next row; false after the last.
    bool next();

    /// Runs a statement that returns no rows; how many rows it changed.
    std::int64_t run();

    /// Column `index` of the row, from 0.
    std::int64_t integer(int index) const;
    std::string_view text(int index) const; ///< Good until the next `next`, `run` or `reset`.
    bool is_null(int index) const;

    /// Ends the statement and forgets its parameters.
    void reset();

private:
    void check(int code) const;

    sqlite3* connection_;
    sqlite3_stmt* statement_{nullptr};
};

/// A prepared statement while somebody uses it; ends it afterwards, so that no cursor stays open.
class StatementUse
{
public:
    explicit StatementUse(Statement& statement)
        : statement_{statement}
    {}

    ~StatementUse() { statement_.reset(); }

    StatementUse(const StatementUse&) = delete;
    StatementUse& operator=(const StatementUse&) = delete;

    Statement* operator->() const { return &statement_; }

    Statement& operator*() const { return statement_; }

private:
    Statement& statement_;
};

} // namespace mimamori::collector::storage
