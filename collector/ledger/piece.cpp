#include "collector/ledger/piece.hpp"

#include "collector/storage/audit_store.hpp"
#include "collector/storage/ledger_store.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace mimamori::collector::ledger {
namespace {

constexpr std::size_t audit_bytes_max = 1'000;

/// The batch of the job: made with its first piece.
Result<storage::LedgerBatch> batch_of(
    storage::Session& session, storage::LedgerJob& job, Timestamp now)
{
    if (job.batch_no)
        return storage::find_batch(session, *job.batch_no);
    storage::LedgerBatch batch;
    batch.kind = job.kind;
    batch.person_id = job.person_id;
    batch.who = job.who;
    batch.at = now;
    storage::add_batch(session, batch);
    job.batch_no = batch.no;
    return batch;
}

std::string told(
    const storage::LedgerJob& job, const storage::LedgerBatch& batch, const std::string& what)
{
    if (job.kind == "import")
        return fmt::format(
            "batch {}: {} rows, {} added, {} changed, {} refused", batch.no, job.rows, batch.added,
            batch.changed, job.refused_rows);
    const std::string text = fmt::format("batch {}: {} devices: {}", batch.no, batch.changed, what);
    return std::string{utf8_prefix(text, audit_bytes_max)};
}

/// One piece of a kind of work. Returns what the record of changes says when it was the last.
struct DoPiece
{
    storage::Session& session;
    storage::LedgerJob& job;
    Timestamp now;

    /// From where, and how many.
    template <class T>
    std::span<const T> piece_of(const std::vector<T>& all) const
    {
        const auto from = static_cast<std::size_t>(job.devices_done);
        return std::span{all}.subspan(from, std::min(devices_at_once, all.size() - from));
    }

    Result<std::string> operator()(const CarryOut& work) const
    {
        const auto piece = piece_of(work.plan.devices);
        // Nothing is begun that could not be ended as it was shown.
        const bool is_first = !job.batch_no;
        const std::span<const PlannedDevice> all{work.plan.devices};
        if (auto same = check_still_so(session, is_first ? all : piece); !same)
            return same.error();
        auto batch = batch_of(session, job, now);
        if (!batch)
            return batch.error();
        batch->at = now;
        const storage::LedgerAuthor author{job.who, now, batch->no};
        if (auto done = carry_out(session, piece, *batch, author); !done)
            return done.error();
        storage::set_batch_size(session, *batch);
        job.devices_done += static_cast<std::int64_t>(piece.size());
        return told(job, *batch, work.what);
    }

    Result<std::string> operator()(const PutBack& work) const
    {
        const auto piece = piece_of(work.devices);
        const storage::LedgerAuthor author{job.who, now, {}};
        auto undone = storage::undo_devices(session, *job.batch_no, piece, author);
        if (!undone)
            return undone.error();
        job.kept += undone->kept;
        job.devices_done += static_cast<std::int64_t>(piece.size());
        if (job.devices_done == job.devices)
            storage::end_undoing(session, *job.batch_no, author);
        return fmt::format("batch {}: {} devices", *job.batch_no, job.devices);
    }
};

} // namespace

std::size_t devices_of(const Work& work)
{
    const auto* const plan = std::get_if<CarryOut>(&work);
    return plan ? plan->plan.devices.size() : std::get<PutBack>(work).devices.size();
}

Result<storage::LedgerJob> do_piece(
    storage::Session& session, const Work& work, storage::LedgerJob job, Timestamp now)
{
    const DoPiece piece{session, job, now};
    const auto done = std::visit(piece, work);
    if (!done)
        return done.error();
    job.state = "running";
    if (job.devices_done == job.devices)
    {
        job.state = "done";
        job.ended_at = now;
        auto kept = storage::record_change(session, job.who, action_of(job), *done, now);
        if (!kept)
            return kept.error();
    }
    storage::put_ledger_job(session, job);
    return job;
}

std::string action_of(const storage::LedgerJob& job)
{
    return "ledger." + job.kind;
}

} // namespace mimamori::collector::ledger
