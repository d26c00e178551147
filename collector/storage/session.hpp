#pragma once

#include "common/base/id.hpp"
#include "common/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace soci {
class session;
}

struct sqlite3;

namespace mimamori::collector::storage {

class Statement;
class StatementUse;

/// What a connection may do.
enum class SessionKind
{
    writer,
    reader,       ///< Changes nothing.
    narrow_reader ///< Sees only what belongs to some sites; see narrow_view.hpp.
};

/// One connection to the database, as a work of `Database::write` or `Database::read` sees it.
///
/// A work is already inside a transaction: it neither begins nor commits. Used by one thread at a
/// time. Stores are functions that take a Session, so that one work can use several of them and
/// all of it becomes durable together.
class Session
{
public:
    /// Opens `file` (the writer makes it when it is not there). Errors: as `error_of`.
    static Result<std::unique_ptr<Session>> open(
        const std::filesystem::path& file, SessionKind kind);

    ~Session();

    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// SOCI's session: `session.sql() << "SELECT …", soci::into(x), soci::use(y);`
    ///
    /// Include <soci/soci.h> where it is used. Exceptions of SOCI may leave the work; `write` and
    /// `read` turn them into an Error. With SQLite, SOCI's dynamic rows (`soci::row`) cut INTEGER
    /// columns to 32 bits: read into variables of std::int64_t instead.
    soci::session& sql();

    /// The connection itself, for the hot paths.
    sqlite3* native();

    /// A prepared statement of the raw interface (statement.hpp), kept for the session's life; one
    /// use of it at a time. `text` must be a literal. For hot paths; throws StorageFailure when it
    /// cannot be prepared.
    StatementUse prepared(const char* text);

    /// Rises with every change of a row of table `agent`, also by a work that failed later. What
    /// caches agents on the writer thread compares it.
    std::uint64_t agent_changes() const;

    /// What a narrow reader sees from now on: these sites and all below them. Throws
    /// StorageFailure.
    void see_only(std::span<const SiteId> sites);

    /// How many transactions were undone as a whole. Caches filled inside works of the writer are
    /// not to be trusted when it has moved.
    std::uint64_t rollbacks() const;

private:
    friend class GroupCommit;
    friend class ReaderPool;
    friend class Migrator;
    friend class Database;

    struct State;

    explicit Session(std::unique_ptr<State> state);

    Result<void> execute(const char* text);
    void count_rollback();

    std::unique_ptr<State> state_;
};

/// What the raw interface throws inside works; `Database` turns it into an Error as it does with
/// SOCI's exceptions.
class StorageFailure
{
public:
    StorageFailure(int code, std::string message);

    int code() const { return code_; }

    const std::string& message() const { return message_; }

private:
    int code_; ///< SQLite's result code.
    std::string message_;
};

/// SQLite's result code as ours: conflict for a broken constraint; unavailable when the database is
/// busy or the disk is full; io when the disk or the file refuses (damaged, read-only); internal
/// for the rest.
Error error_of(int sqlite_code, std::string_view message);

} // namespace mimamori::collector::storage
