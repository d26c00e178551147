#include "collector/storage/database.hpp"

#include "collector/storage/migrate.hpp"
#include "common/log/log.hpp"

#include <system_error>
#include <vector>

namespace mimamori::collector::storage {
namespace {

Result<std::vector<std::unique_ptr<Session>>> open_readers(
    const std::filesystem::path& file, SessionKind kind, std::size_t count)
{
    std::vector<std::unique_ptr<Session>> readers;
    for (std::size_t i = 0; i < count; ++i)
    {
        auto reader = Session::open(file, kind);
        if (!reader)
            return std::move(reader).error();
        readers.push_back(std::move(*reader));
    }
    return readers;
}

} // namespace

Database::Database(DatabaseOptions options)
    : options_{std::move(options)}
{}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(DatabaseOptions options)
{
    return open(std::move(options), embedded_migrations());
}

Result<std::unique_ptr<Database>> Database::open(
    DatabaseOptions options, std::span<const EmbeddedFile> migrations)
{
    auto lock = platform::LockFile::take(options.file.string() + ".lock");
    if (!lock)
        return std::move(lock).error().in("database " + options.file.string());
    auto writer = Session::open(options.file, SessionKind::writer);
    if (!writer)
        return std::move(writer).error();
    const auto applied = migrate(**writer, migrations);
    if (!applied)
        return Error{applied.error()}.in("database " + options.file.string());
    if (*applied > 0)
        log::info("database {}: {} migrations applied", options.file.string(), *applied);

    auto readers = open_readers(options.file, SessionKind::reader, options.readers);
    if (!readers)
        return std::move(readers).error();
    auto narrow = open_readers(options.file, SessionKind::narrow_reader, options.narrow_readers);
    if (!narrow)
        return std::move(narrow).error();

    const GroupCommitOptions grouping{
        .queued_max = options.writes_queued_max,
        .group_max = options.group_max,
        .gather = options.gather,
    };
    const std::size_t reads_queued_max = options.reads_queued_max;
    std::unique_ptr<Database> database{new Database{std::move(options)}};
    database->lock_.emplace(std::move(*lock));
    database->writer_ = std::make_unique<GroupCommit>(std::move(*writer), grouping);
    database->readers_ = std::make_unique<ReaderPool>(std::move(*readers), reads_queued_max);
    database->narrow_readers_ = std::make_unique<ReaderPool>(std::move(*narrow), reads_queued_max);
    return database;
}

DatabaseHealth Database::health() const
{
    const auto counters = writer_->counters();
    DatabaseHealth health{
        .writable = counters.problem.empty(),
        .problem = counters.problem,
        .writes_queued = counters.queued,
        .works = counters.works,
        .groups = counters.groups,
        .groups_failed = counters.groups_failed,
        .commit_us = counters.commit_us,
        .commit_us_max = counters.commit_us_max,
        .file_bytes = 0,
        .disk_free_bytes = 0,
    };
    for (const char* suffix : {"", "-wal"})
    {
        std::error_code ec;
        const auto size = std::filesystem::file_size(options_.file.string() + suffix, ec);
        health.file_bytes += ec ? 0 : size;
    }
    std::error_code ec;
    const auto space = std::filesystem::space(options_.file, ec);
    health.disk_free_bytes = ec ? 0 : space.available;
    return health;
}

} // namespace mimamori::collector::storage
