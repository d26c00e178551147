#include "collector/ledger/desk.hpp"

#include "collector/storage/audit_store.hpp"
#include "common/base/utf8.hpp"
#include "common/log/log.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace mimamori::collector::ledger {

namespace {

/// Whoever wakes us may be missed while we begin to wait.
constexpr std::chrono::seconds look_every{5};

constexpr std::size_t detail_bytes_max = 500;

std::string_view word_for(Errc code)
{
    return code == Errc::conflict ? "changed" : "refused";
}

} // namespace

Desk::Desk(
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

awaitable<Result<storage::LedgerJob>> Desk::take(Work work, storage::LedgerJob job)
{
    {
        const std::scoped_lock lock{mutex_};
        if (waiting_.size() >= waiting_max)
            co_return Error{Errc::conflict, "other work on the ledger waits: try again later"};
    }
    job.devices = static_cast<std::int64_t>(devices_of(work));
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
        waiting_.push_back({std::move(work), *added});
    }
    wake();
    co_return added;
}

awaitable<void> Desk::run()
{
    auto end = [now = clock_.now()](storage::Session& session) -> Result<void> {
        storage::end_jobs_of_before(session, now);
        return {};
    };
    const auto ended = co_await database_.write(end);
    if (!ended)
        log::error("work on the ledger: {}", ended.error().message);
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

awaitable<void> Desk::work_off()
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

std::optional<Desk::Waiting> Desk::next()
{
    const std::scoped_lock lock{mutex_};
    if (waiting_.empty())
        return {};
    std::optional<Waiting> first{std::move(waiting_.front())};
    waiting_.pop_front();
    return first;
}

awaitable<void> Desk::work_on(Waiting waiting)
{
    while (!waiting.job.ended_at)
    {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return; // The next start says that it was stopped.
        const Timestamp now = clock_.now();
        auto work = [&waiting, now](storage::Session& session) {
            return do_piece(session, waiting.work, waiting.job, now);
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

awaitable<void> Desk::fail(storage::LedgerJob job, Error why)
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
        return storage::record_change(session, job.who, action_of(job), detail, now);
    };
    const auto kept = co_await database_.write(work);
    log::warn("{} {}: {}", action_of(job), for_log(job.file), for_log(why.message));
    if (!kept)
        log::error("{} {}: {}", action_of(job), for_log(job.file), kept.error().message);
}

void Desk::wake()
{
    asio::post(strand_, [this] { timer_.cancel(); });
}

} // namespace mimamori::collector::ledger
