#include "collector/storage/ledger_job_store.hpp"

#include "collector/storage/statement.hpp"

#include <chrono>
#include <utility>

namespace mimamori::collector::storage {
namespace {

constexpr std::chrono::days kept_for{30};

ListedJob job_at(const Statement& row)
{
    ListedJob listed;
    LedgerJob& job = listed.job;
    job.no = row.integer(0);
    job.person_id = row.text(1);
    job.who = row.text(2);
    job.file = row.text(3);
    job.rows = row.integer(4);
    job.refused_rows = row.integer(5);
    job.devices = row.integer(6);
    job.devices_done = row.integer(7);
    job.state = row.text(8);
    job.why = row.text(9);
    job.detail = row.text(10);
    if (!row.is_null(11))
        job.batch_no = row.integer(11);
    job.begun_at = from_ms(row.integer(12));
    if (!row.is_null(13))
        job.ended_at = from_ms(row.integer(13));
    listed.added = row.integer(14);
    listed.changed = row.integer(15);
    listed.undone = row.integer(16) != 0;
    job.kind = row.text(17);
    job.kept = row.integer(18);
    return listed;
}

} // namespace

void add_ledger_job(Session& session, LedgerJob& job)
{
    session.prepared("DELETE FROM ledger_job WHERE ended_at_ms < ?1")
        ->bind(1, to_ms(job.begun_at - kept_for))
        .run();
    const auto row =
        session.prepared("INSERT INTO ledger_job (person_id, who, file, rows, refused_rows,"
                         " devices, begun_at_ms, kind, batch_no)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING no");
    row->bind(1, job.person_id)
        .bind(2, job.who)
        .bind(3, job.file)
        .bind(4, job.rows)
        .bind(5, job.refused_rows)
        .bind(6, job.devices)
        .bind(7, to_ms(job.begun_at))
        .bind(8, job.kind)
        .bind(9, job.batch_no)
        .next();
    job.no = row->integer(0);
}

void put_ledger_job(Session& session, const LedgerJob& job)
{
    std::optional<std::int64_t> ended_at_ms;
    if (job.ended_at)
        ended_at_ms = to_ms(*job.ended_at);
    session
        .prepared("UPDATE ledger_job SET devices_done = ?2, state = ?3, why = ?4, detail = ?5,"
                  " batch_no = ?6, ended_at_ms = ?7, kept = ?8 WHERE no = ?1")
        ->bind(1, job.no)
        .bind(2, job.devices_done)
        .bind(3, job.state)
        .bind(4, job.why)
        .bind(5, job.detail)
        .bind(6, job.batch_no)
        .bind(7, ended_at_ms)
        .bind(8, job.kept)
        .run();
}

std::vector<ListedJob> list_ledger_jobs(
    Session& session, WhoseJobs whose, std::string_view person_id, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT j.no, j.person_id, j.who, j.file, j.rows, j.refused_rows, j.devices, j.devices_done,
               j.state, j.why, j.detail, j.batch_no, j.begun_at_ms, j.ended_at_ms,
               coalesce(b.added, 0), coalesce(b.changed, 0), b.undone_at_ms IS NOT NULL
               OR EXISTS (SELECT 1 FROM ledger_job u WHERE u.batch_no = j.batch_no
                          AND u.kind = 'undo' AND u.state <> 'failed'),
               j.kind, j.kept
        FROM ledger_job j LEFT JOIN ledger_batch b ON b.no = j.batch_no
        WHERE ?1 OR j.person_id = ?2 ORDER BY j.no DESC LIMIT ?3)sql");
    rows->bind(1, std::int64_t{whose == WhoseJobs::all})
        .bind(2, person_id)
        .bind(3, static_cast<std::int64_t>(rows_max));
    std::vector<ListedJob> found;
    while (rows->next())
        found.push_back(job_at(*rows));
    return found;
}

bool is_batch_in_work(Session& session, std::int64_t batch_no)
{
    const auto row =
        session.prepared("SELECT 1 FROM ledger_job WHERE batch_no = ?1 AND ended_at_ms IS NULL");
    return row->bind(1, batch_no).next();
}

void end_jobs_of_before(Session& session, Timestamp now)
{
    // What it did can be undone from now on.
    session
        .prepared("UPDATE ledger_batch SET at_ms = ?1 WHERE no IN ("
                  "SELECT batch_no FROM ledger_job WHERE ended_at_ms IS NULL)")
        ->bind(1, to_ms(now))
        .run();
    session
        .prepared("UPDATE ledger_job SET state = 'failed', why = 'stopped', ended_at_ms = ?1"
                  " WHERE ended_at_ms IS NULL")
        ->bind(1, to_ms(now))
        .run();
}

} // namespace mimamori::collector::storage
