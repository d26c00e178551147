#pragma once

#include "collector/storage/database.hpp"
#include "collector/storage/device_store.hpp"
#include "collector/storage/statement.hpp"
#include "tests/support/temp_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace mimamori::tests {

/// A real database in a folder of its own, with every migration.
class CollectorDatabase
{
public:
    explicit CollectorDatabase(collector::storage::DatabaseOptions options = {})
        : options_{std::move(options)}
    {
        options_.file = folder_.path() / "collector.db";
        reopen();
    }

    collector::storage::Database& operator*() { return *database_; }

    collector::storage::Database* operator->() { return database_.get(); }

    const std::filesystem::path& file() const { return options_.file; }

    /// As if the collector was stopped and started again.
    void reopen()
    {
        database_.reset();
        database_ = collector::storage::Database::open(options_).value();
    }

    void close() { database_.reset(); }

    /// The first column of the first row, which must be a number.
    std::int64_t number(const std::string& sql)
    {
        return database_
            ->read_and_wait([&](collector::storage::Session& session) -> Result<std::int64_t> {
                collector::storage::Statement row{session.native(), sql.c_str()};
                return row.next() ? row.integer(0) : -1;
            })
            .value();
    }

    /// The first column of the first row; empty without a row.
    std::string text(const std::string& sql)
    {
        return database_
            ->read_and_wait([&](collector::storage::Session& session) -> Result<std::string> {
                collector::storage::Statement row{session.native(), sql.c_str()};
                return row.next() ? std::string{row.text(0)} : std::string{};
            })
            .value();
    }

    /// Adds a device with one approved agent.
    void enrol(const DeviceId& device, const AgentId& agent, Timestamp now)
    {
        database_
            ->write_and_wait([&](collector::storage::Session& session) -> Result<void> {
                const collector::storage::NewDevice added{device, {}, {}, {}, {}};
                if (auto done = add_device(session, added, now); !done)
                    return done;
                return add_agent(
                    session, {agent, device, collector::storage::AgentStatus::approved}, now);
            })
            .value();
    }

private:
    TempFolder folder_;
    collector::storage::DatabaseOptions options_;
    std::unique_ptr<collector::storage::Database> database_;
};

} // namespace mimamori::tests
