#pragma once

#include "collector/ledger/plan.hpp"
#include "collector/storage/ledger_job_store.hpp"
#include "collector/storage/session.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// Long work on the ledger in pieces, each of which is one transaction.
namespace mimamori::collector::ledger {

/// Devices that are written in one transaction: few enough that reports of agents wait little.
inline constexpr std::size_t devices_at_once = 250;

/// Does a plan.
struct CarryOut
{
    Plan plan;
    std::string what{}; ///< For the record of changes: "place -> 2F;"; empty for a file.
};

/// Puts back what the job's batch did.
struct PutBack
{
    std::vector<std::int64_t> devices; ///< By number, of the whole batch.
};

using Work = std::variant<CarryOut, PutBack>;

/// How many devices it is about.
std::size_t devices_of(const Work& work);

/// The next piece of a work. Returns the job as it is afterwards; the last piece ends it and makes
/// the entry in the record of changes. Errors: conflict when somebody has changed what the plan
/// was made for; those of `storage::change_ledger`.
Result<storage::LedgerJob> do_piece(
    storage::Session& session, const Work& work, storage::LedgerJob job, Timestamp now);

/// What the record of changes calls it: "ledger.import", "ledger.bulk", "ledger.undo".
std::string action_of(const storage::LedgerJob& job);

} // namespace mimamori::collector::ledger
