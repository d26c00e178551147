#pragma once

#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace mimamori::agent::probes {

/// A SQLite database of another program, opened so that nothing is written or locked: no journal,
/// no -shm and no -wal come into being beside it. What its owner has not merged into the main file
/// yet is not seen.
class SqliteFile
{
public:
    /// Errors: not_found, forbidden, io, invalid_input; the message names `path`.
    static Result<SqliteFile> open(const Tree& tree, const std::string& path);

    /// The rows of one query.
    class Rows
    {
    public:
        /// Moves to the next row; false after the last one.
        Result<bool> next();

        /// Views that live until `next`.
        std::string_view blob(int column) const;
        std::string_view text(int column) const;
        std::int64_t number(int column) const;

    private:
        friend class SqliteFile;

        struct End
        {
            void operator()(sqlite3_stmt* statement) const;
        };

        std::unique_ptr<sqlite3_stmt, End> statement_;
        std::string path_;
    };

    /// Runs `sql`; `parameter` is bound to ?1 when the query has one.
    Result<Rows> query(const char* sql, std::string_view parameter = {}) const;

private:
    struct Close
    {
        void operator()(sqlite3* database) const;
    };

    std::unique_ptr<sqlite3, Close> database_;
    std::string path_;
};

} // namespace mimamori::agent::probes
