#pragma once

#include "common/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace mimamori::agent::report {

/// The row a statement stands on. Texts are good until the next row.
class Row
{
public:
    explicit Row(sqlite3_stmt* statement)
        : statement_{statement}
    {}

    std::int64_t integer(int column) const;
    std::string_view text(int column) const;
    bool is_null(int column) const;

private:
    sqlite3_stmt* statement_;
};

/// One SQLite file, opened for little memory and for surviving a power cut at any moment: WAL with
/// one sync a commit. Not thread-safe.
///
/// Errors: `not_found` and `forbidden` on opening, `too_large` when the disk is full,
/// `invalid_input` when the file is broken or no database, `unavailable` when another process holds
/// it, `io` for everything else.
class Database
{
public:
    enum class Mode
    {
        owner,    ///< Reads and writes, makes the file when it is missing.
        onlooker, ///< Only reads what another process owns.
    };

    static Result<Database> open(const std::filesystem::path& file, Mode mode);

    /// Runs statements without parameters or results.
    Result<void> run(const char* statements);

    /// Runs one statement with its parameters, for its effect.
    template <class... Values>
    Result<void> execute(std::string_view sql, const Values&... values)
    {
        return query(
            sql, [](const Row&) { return true; }, values...);
    }

    /// Runs one statement and calls `take(const Row&)` for each row until it returns false.
    template <class Take, class... Values>
    Result<void> query(std::string_view sql, Take take, const Values&... values)
    {
        auto statement = prepare(sql);
        if (!statement)
            return std::move(statement).error();
        int index = 0;
        (bind(statement->get(), ++index, values), ...);
        for (;;)
        {
            const auto row = step(statement->get());
            if (!row)
                return row.error();
            if (!*row || !take(Row{statement->get()}))
                return {};
        }
    }

    /// Whether the file was found to be broken since it was opened.
    bool is_damaged() const { return is_damaged_; }

    /// Gives the page cache back to the system.
    void release_memory();

private:
    struct Close
    {
        void operator()(sqlite3* connection) const;
    };

    struct Finalize
    {
        void operator()(sqlite3_stmt* statement) const;
    };

    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    explicit Database(sqlite3* connection)
        : connection_{connection}
    {}

    Result<Statement> prepare(std::string_view sql);
    Result<bool> step(sqlite3_stmt* statement);
    static void bind(sqlite3_stmt* statement, int index, std::string_view value);
    static void bind(sqlite3_stmt* statement, int index, std::int64_t value);
    static void bind(sqlite3_stmt* statement, int index, std::uint64_t value);
    Error last_error();

    std::unique_ptr<sqlite3, Close> connection_;
    bool is_damaged_{false};
};

/// All or nothing: what was executed since it was made is undone unless `commit` succeeded.
class Transaction
{
public:
    explicit Transaction(Database& database)
        : database_{database}
        , begun_{database.run("BEGIN IMMEDIATE")}
    {}

    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// Whether it could begin.
    const Result<void>& begun() const { return begun_; }

    /// Durable when it returns without error.
    Result<void> commit();

private:
    Database& database_;
    Result<void> begun_;
    bool committed_{false};
};

} // namespace mimamori::agent::report
