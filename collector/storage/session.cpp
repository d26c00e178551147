#include "collector/storage/session.hpp"

#include "collector/storage/narrow_view.hpp"
#include "collector/storage/statement.hpp"
#include "collector/storage/text_order.hpp"

#include <fmt/format.h>

#include <mutex>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <span>
#include <unordered_map>

namespace mimamori::collector::storage {

namespace sqlite = sqlite_api;

struct Session::State
{
    // Before the connection, which uses it to its end.
    std::unique_ptr<NarrowView> narrow;
    soci::session soci;
    sqlite::sqlite3* connection{nullptr};
    std::unordered_map<const char*, std::unique_ptr<Statement>> prepared;
    std::uint64_t agent_changes{0};
    std::uint64_t rollbacks{0};
};

namespace {

/// Called by SQLite for each changed row.
void count_agent_change(void* counter, int, const char*, const char* table, sqlite::sqlite3_int64)
{
    if (std::string_view{table} == "agent")
        ++*static_cast<std::uint64_t*>(counter);
}

constexpr const char* writer_pragmas[] = {
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -8192",        // KiB.
    "PRAGMA wal_autocheckpoint = 4000", // Pages: hot ones are copied back once for many commits.
    "PRAGMA journal_size_limit = 67108864",
};

constexpr const char* reader_pragmas[] = {
    "PRAGMA query_only = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -4096",
};

/// A session belongs to one thread at a time and nobody asks SQLite for its use of memory, so it
/// need lock neither, which is some five hundredths of what judging costs
/// (sqlite.org/threadsafe.html). Only before the process's first connection; later the call is
/// refused and nothing changes.
void lock_less()
{
    sqlite::sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// How long a statement waits for a lock that another program holds (a backup, a person's shell).
constexpr int busy_timeout_ms = 5'000;

} // namespace

StorageFailure::StorageFailure(int code, std::string message)
    : code_{code}
    , message_{std::move(message)}
{}

Error error_of(int sqlite_code, std::string_view message)
{
    const auto made = [&](Errc code, std::string_view what) {
        return Error{code, fmt::format("{}: {}", what, message)};
    };
    switch (sqlite_code & 0xff)
    {
    case SQLITE_CONSTRAINT:
        return made(Errc::conflict, "refused by the database");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return made(Errc::unavailable, "database is busy");
    case SQLITE_FULL:
        return made(Errc::unavailable, "disk full");
    case SQLITE_READONLY:
        return made(Errc::io, "database is read-only");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return made(Errc::io, "database is damaged");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return made(Errc::io, "database file");
    default:
        return made(Errc::internal, "database");
    }
}

Session::Session(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

Session::~Session()
{
    // Statements hold the connection open.
    state_->prepared.clear();
}

Result<std::unique_ptr<Session>> Session::open(const std::filesystem::path& file, SessionKind kind)
{
    static std::once_flag once;
    std::call_once(once, lock_less);
    auto state = std::make_unique<State>();
    try
    {
        // SOCI's text of parameters: the name is quoted, so spaces in it are fine.
        state->soci.open(soci::sqlite3, "db=\"" + file.string() + "\"");
    }
    catch (const soci::soci_error& failure)
    {
        return Error{Errc::io, fmt::format("open {}: {}", file.string(), failure.what())};
    }
    state->connection =
        static_cast<soci::sqlite3_session_backend*>(state->soci.get_backend())->conn_;
    sqlite::sqlite3_busy_timeout(state->connection, busy_timeout_ms);
    sqlite::sqlite3_extended_result_codes(state->connection, 1);
    sqlite::sqlite3_update_hook(state->connection, &count_agent_change, &state->agent_changes);

    std::unique_ptr<Session> session{new Session{std::move(state)}};
    if (auto done = add_text_order(*session); !done)
        return std::move(done).error().in("open " + file.string());
    if (kind == SessionKind::narrow_reader)
    {
        // Views are made while the connection may still write, and stay while this does not change.
        if (auto done = session->execute("PRAGMA temp_store = MEMORY"); !done)
            return std::move(done).error().in("open " + file.string());
        auto narrow = NarrowView::lay_over(*session);
        if (!narrow)
            return std::move(narrow).error().in("open " + file.string());
        session->state_->narrow = std::move(*narrow);
    }
    const std::span<const char* const> pragmas = kind == SessionKind::writer
                                                     ? std::span<const char* const>{writer_pragmas}
                                                     : std::span<const char* const>{reader_pragmas};
    for (const char* pragma : pragmas)
    {
        if (auto done = session->execute(pragma); !done)
            return std::move(done).error().in("open " + file.string());
    }
    return session;
}

soci::session& Session::sql()
{
    return state_->soci;
}

::sqlite3* Session::native()
{
    // The same type: SOCI includes SQLite's header inside a namespace of its own.
    return reinterpret_cast<::sqlite3*>(state_->connection);
}

StatementUse Session::prepared(const char* text)
{
    auto& kept = state_->prepared[text];
    if (!kept)
        kept = std::make_unique<Statement>(native(), text);
    return StatementUse{*kept};
}

std::uint64_t Session::agent_changes() const
{
    return state_->agent_changes;
}

void Session::see_only(std::span<const SiteId> sites)
{
    state_->narrow->show(*this, sites);
}

std::uint64_t Session::rollbacks() const
{
    return state_->rollbacks;
}

void Session::count_rollback()
{
    ++state_->rollbacks;
}

Result<void> Session::execute(const char* text)
{
    char* message = nullptr;
    const int code = sqlite::sqlite3_exec(state_->connection, text, nullptr, nullptr, &message);
    if (code == SQLITE_OK)
        return {};
    const Error error = error_of(code, message ? message : sqlite::sqlite3_errstr(code));
    sqlite::sqlite3_free(message);
    return error;
}

} // namespace mimamori::collector::storage
