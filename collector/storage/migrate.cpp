#include "collector/storage/migrate.hpp"

#include "collector/storage/statement.hpp"
#include "common/crypto/hash.hpp"
#include "common/log/log.hpp"

#include <fmt/format.h>

#include "embed/migrations.hpp"
#include <charconv>
#include <cstdint>
#include <map>
#include <string>

namespace mimamori::collector::storage {

/// The runner; a friend of Session, since it makes transactions of its own.
class Migrator
{
public:
    explicit Migrator(Session& session)
        : session_{session}
    {}

    Result<std::size_t> run(std::span<const EmbeddedFile> migrations);

private:
    struct Applied
    {
        std::string name;
        std::string sha256;
    };

    using Known = std::map<std::int64_t, const EmbeddedFile*>;
    using Seen = std::map<std::int64_t, Applied>;

    static Result<Known> sorted(std::span<const EmbeddedFile> migrations);
    Result<Seen> seen();
    static Result<void> check(const Known& known, const Seen& seen);
    Result<void> apply(std::int64_t number, const EmbeddedFile& file);
    Result<void> apply_in_transaction(std::int64_t number, const EmbeddedFile& file);

    Session& session_;
};

Result<Migrator::Known> Migrator::sorted(std::span<const EmbeddedFile> migrations)
{
    Known known;
    for (const EmbeddedFile& file : migrations)
    {
        std::int64_t number = 0;
        const auto [end, failure] =
            std::from_chars(file.name.data(), file.name.data() + file.name.size(), number);
        const auto digits = end - file.name.data();
        if (failure != std::errc{} || digits != 4 || number < 1 || !file.name.ends_with(".sql"))
            return Error{Errc::internal, fmt::format("migration {}: bad name", file.name)};
        if (!known.emplace(number, &file).second)
            return Error{Errc::internal, fmt::format("migration {}: number twice", file.name)};
    }
    return known;
}

Result<Migrator::Seen> Migrator::seen()
{
    auto made = session_.execute(R"sql(
        CREATE TABLE IF NOT EXISTS schema_migration (
            number        INTEGER NOT NULL PRIMARY KEY,
            name          TEXT    NOT NULL,
            sha256        TEXT    NOT NULL,
            applied_at_ms INTEGER NOT NULL
        ) STRICT)sql");
    if (!made)
        return std::move(made).error().in("table schema_migration");
    Seen seen;
    Statement rows{session_.native(), "SELECT number, name, sha256 FROM schema_migration"};
    while (rows.next())
    {
        Applied applied{std::string{rows.text(1)}, std::string{rows.text(2)}};
        seen.emplace(rows.integer(0), std::move(applied));
    }
    return seen;
}

Result<void> Migrator::check(const Known& known, const Seen& seen)
{
    for (const auto& [number, applied] : seen)
    {
        const auto ours = known.find(number);
        if (ours == known.end())
            return Error{
                Errc::unsupported,
                fmt::format(
                    "the database was written by a newer program (migration {})", applied.name)};
        if (crypto::sha256_hex(ours->second->text()) != applied.sha256)
            return Error{
                Errc::conflict,
                fmt::format("migration {} was changed after it was applied", applied.name)};
    }
    for (const auto& [number, file] : known)
    {
        if (!seen.contains(number) && !seen.empty() && number < seen.rbegin()->first)
            return Error{
                Errc::conflict, fmt::format(
                                    "migration {} comes too late: {} was applied", file->name,
                                    seen.rbegin()->second.name)};
    }
    return {};
}

Result<void> Migrator::apply_in_transaction(std::int64_t number, const EmbeddedFile& file)
{
    if (auto done = session_.execute(std::string{file.text()}.c_str()); !done)
        return done;
    const std::string sha256 = crypto::sha256_hex(file.text());
    Statement insert{
        session_.native(),
        "INSERT INTO schema_migration (number, name, sha256, applied_at_ms) "
        "VALUES (?1, ?2, ?3, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))"};
    insert.bind(1, number).bind(2, file.name).bind(3, std::string_view{sha256}).run();
    return session_.execute("COMMIT");
}

Result<void> Migrator::apply(std::int64_t number, const EmbeddedFile& file)
{
    if (auto begun = session_.execute("BEGIN IMMEDIATE"); !begun)
        return begun;
    auto done = apply_in_transaction(number, file);
    if (!done)
        static_cast<void>(session_.execute("ROLLBACK"));
    return done;
}

Result<std::size_t> Migrator::run(std::span<const EmbeddedFile> migrations)
{
    auto known = sorted(migrations);
    if (!known)
        return std::move(known).error();
    auto applied = seen();
    if (!applied)
        return std::move(applied).error();
    if (auto fits = check(*known, *applied); !fits)
        return std::move(fits).error();

    std::size_t count = 0;
    for (const auto& [number, file] : *known)
    {
        if (applied->contains(number))
            continue;
        if (auto done = apply(number, *file); !done)
            return std::move(done).error().in(fmt::format("migration {}", file->name));
        ++count;
    }
    return count;
}

Result<std::size_t> migrate(Session& session, std::span<const EmbeddedFile> migrations)
{
    try
    {
        return Migrator{session}.run(migrations);
    }
    catch (const StorageFailure& failure)
    {
        return error_of(failure.code(), failure.message()).in("migrate");
    }
}

std::span<const EmbeddedFile> embedded_migrations()
{
    return migrations::files();
}

} // namespace mimamori::collector::storage
