#pragma once

#include "collector/storage/session.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How far long work on the ledger is. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// A row of table `ledger_job`; see 0020_ledger_job.sql and 0022_ledger_job_kind.sql.
struct LedgerJob
{
    std::int64_t no{0};
    std::string person_id;
    std::string who;
    std::string kind{"import"}; ///< "import", "bulk", "undo".
    std::string file;           ///< Of an import.
    std::int64_t rows{0};
    std::int64_t refused_rows{0};
    std::int64_t devices{0};
    std::int64_t devices_done{0};
    std::string state{"waiting"}; ///< "waiting", "running", "done", "failed".
    std::string why;              ///< Of a failure: "changed", "stopped", "refused".
    std::string detail;
    std::optional<std::int64_t> batch_no; ///< What it does; of undoing, what it puts back.
    std::int64_t kept{0};                 ///< Of undoing: values that somebody has changed since.
    Timestamp begun_at{};
    std::optional<Timestamp> ended_at;
};

/// A job with what can be undone of it.
struct ListedJob
{
    LedgerJob job;
    std::int64_t added{0};   ///< Devices.
    std::int64_t changed{0}; ///< Devices.
    bool undone{false};      ///< Or being undone.
};

/// Gives it its number. What ended a month before is forgotten.
void add_ledger_job(Session& session, LedgerJob& job);

/// Keeps how far it is.
void put_ledger_job(Session& session, const LedgerJob& job);

/// Whose jobs a list has.
enum class WhoseJobs
{
    own,
    all
};

/// The newest first.
std::vector<ListedJob> list_ledger_jobs(
    Session& session, WhoseJobs whose, std::string_view person_id, std::size_t rows_max);

/// Whether the batch is still being done.
bool is_batch_in_work(Session& session, std::int64_t batch_no);

/// For a collector that starts: what the one before has begun will not be ended.
void end_jobs_of_before(Session& session, Timestamp now);

} // namespace mimamori::collector::storage
