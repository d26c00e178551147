#include "collector/ledger/import_desk.hpp"

#include "collector/storage/audit_store.hpp"
#include "common/base/utf8.hpp"
#include "common/log/log.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

namespace mimamori::collector::ledger {

namespace {

/// Whoever wakes us may be missed while we begin to wait.
constexpr std::chrono::seconds look_every{5};

constexpr std::size_t detail_bytes_max = 500;

/// The next piece of the plan. Returns the job as it is afterwards.
Result<storage::LedgerJob> do_piece(
    storage::Session& session, const Plan& plan, storage::LedgerJob job, Timestamp now)
{
    const bool is_first = !job.batch_no;
    const auto from = static_cast<std::size_t>(job.devices_done);
    const std::span<const PlannedDevice> all{plan.devices};
    const auto piece = all.subspan(from, std::min(devices_at_once, all.size() - from));
    // Nothing is begun that could not be ended as it was shown.
    if (auto same = check_still_so(session, is_first ? all : piece); !same)
        return same.error();
    storage::LedgerBatch batch;
    if (is_first)
    {
        batch.kind = "import";
        batch.person_id = job.person_id;
        batch.who = job.who;
        batch.at = now;
        storage::add_batch(session, batch);
        job.batch_no = batch.no;
        job.state = "running";
    }
    else
    {
        auto known = storage::find_batch(session, *job.batch_no);
        if (!known)
            return known.error();
        batch = std::move(*known);
        batch.at = now;
    }
    const storage::LedgerAuthor author{job.who, now, batch.no};
    if (auto done = carry_out(session, piece, batch, author); !done)
        return done.error();
    storage::set_batch_size(session, batch);
    job.devices_done += static_cast<std::int64_t>(piece.size());
    if (job.devices_done == job.devices)
    {
        job.state = "done";
        job.ended_at = now;
        const std::string detail = fmt::format(
            "batch {}: {} rows, {} added, {} changed, {} refused", batch.no, job.rows, batch.added,
            batch.changed, job.refused_rows);
        auto kept = storage::record_change(session, job.who, "ledger.import", detail, now);
        if (!kept)
            return kept.error();
    }
    storage::put_ledger_job(session, job);
    return job;
}

std::string_view word_for(Errc code)
{
    return code == Errc::conflict ? "changed" : "refused";
}

} // namespace

ImportDesk::ImportDesk(
    asio::any_io_executor strand,
    storage::Database& database,
    const Clock& clock,
    std::function<void()> changed)
    : strand_{std::move(strand)}
    , database_{database}
    , clock_{clock}
    , changed_{std::move(changed)}
    , timer_{strand_}
{}

awaitable<Result<storage::LedgerJob>> ImportDesk::take(Plan plan, storage::LedgerJob job)
{
    {
        const std::scoped_lock lock{mutex_};
        if (waiting_.size() >= waiting_max)
            co_return Error{Errc::conflict, "other files are being taken in: try again later"};
    }
    job.devices = static_cast<std::int64_t>(plan.devices.size());
    job.begun_at = clock_.now();
    auto add = [&job](storage::Session& session) -> Result<storage::LedgerJob> {
        storage::add_ledger_job(session, job);
        return job;
    };
    auto added = co_await database_.write(add);
    if (!added)
        co_return added;
    {
        const std::scoped_lock lock{mutex_};
        waiting_.push_back({std::move(plan), *added});
    }
    wake();
    co_return added;
}

awaitable<void> ImportDesk::run()
{
    auto end = [now = clock_.now()](storage::Session& session) -> Result<void> {
        storage::end_jobs_of_before(session, now);
        return {};
    };
    const auto ended = co_await database_.write(end);
    if (!ended)
        log::error("files of the ledger: {}", ended.error().message);
    for (;;)
    {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return;
        co_await work_off();
        timer_.expires_after(look_every);
        const auto [ec] = co_await timer_.async_wait(token);
        static_cast<void>(ec); // Woken, waited long enough, or cancelled: seen at the top.
    }
}

awaitable<void> ImportDesk::work_off()
{
    for (;;)
    {
        auto waiting = next();
        if (!waiting)
            co_return;
        co_await work_on(std::move(*waiting));
        if (changed_)
            changed_();
    }
}

std::optional<ImportDesk::Waiting> ImportDesk::next()
{
    const std::scoped_lock lock{mutex_};
    if (waiting_.empty())
        return {};
    std::optional<Waiting> first{std::move(waiting_.front())};
    waiting_.pop_front();
    return first;
}

awaitable<void> ImportDesk::work_on(Waiting waiting)
{
    while (!waiting.job.ended_at)
    {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return; // The next start says that it was stopped.
        const Timestamp now = clock_.now();
        auto work = [&waiting, now](storage::Session& session) {
            return do_piece(session, waiting.plan, waiting.job, now);
        };
        auto done = co_await database_.write(work);
        if (!done)
        {
            Error why = done.error();
            co_await fail(std::move(waiting.job), std::move(why));
            co_return;
        }
        waiting.job = std::move(*done);
    }
}

awaitable<void> ImportDesk::fail(storage::LedgerJob job, Error why)
{
    const Timestamp now = clock_.now();
    job.state = "failed";
    job.why = word_for(why.code);
    job.detail = utf8_prefix(why.message, detail_bytes_max);
    job.ended_at = now;
    auto work = [&job, now](storage::Session& session) -> Result<void> {
        storage::put_ledger_job(session, job);
        const std::string detail = fmt::format(
            "stopped after {} of {} devices: {}", job.devices_done, job.devices, job.detail);
        return storage::record_change(session, job.who, "ledger.import", detail, now);
    };
    const auto kept = co_await database_.write(work);
    log::warn("import of {}: {}", for_log(job.file), for_log(why.message));
    if (!kept)
        log::error("import of {}: {}", for_log(job.file), kept.error().message);
}

void ImportDesk::wake()
{
    asio::post(strand_, [this] { timer_.cancel(); });
}

} // namespace mimamori::collector::ledger
