#include "collector/storage/upkeep.hpp"

#include "collector/storage/event_store.hpp"
#include "collector/storage/incident_store.hpp"
#include "collector/storage/report_log.hpp"
#include "collector/storage/section_store.hpp"
#include "collector/storage/statement.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace mimamori::collector::storage {
namespace {

constexpr std::int64_t devices_per_work = 20;

} // namespace

Upkeep::Upkeep(Database& database, Liveness& liveness, UpkeepOptions options)
    : database_{database}
    , liveness_{liveness}
    , options_{options}
{}

awaitable<void> Upkeep::run_due(Timestamp now)
{
    if (flush_at_ == Timestamp{})
        flush_at_ = now + options_.flush_interval;
    const bool is_long = co_await log_is_long();
    if (is_long || now >= flush_at_)
    {
        const bool folded = co_await fold_log();
        const bool flushed = co_await flush_liveness();
        if (folded && flushed)
            flush_at_ = now + options_.flush_interval;
    }
    if (now >= forget_at_)
    {
        forget_at_ = now + options_.forget_interval;
        co_await forget_old(now);
    }
    if (now >= forget_history_at_)
    {
        forget_history_at_ = now + options_.forget_history_interval;
        co_await forget_history(now);
    }
    if (now >= sample_at_)
    {
        sample_at_ = now + options_.sample_interval;
        co_await measure(now);
    }
}

awaitable<void> Upkeep::flush_all()
{
    const bool folded = co_await fold_log();
    const bool flushed = co_await flush_liveness();
    if (!folded || !flushed)
        log::warn("what is in memory could not be written; the report log has the rest");
}

DiskForecast Upkeep::disk_forecast() const
{
    const std::lock_guard lock{mutex_};
    return forecast_;
}

awaitable<bool> Upkeep::log_is_long()
{
    // Numbers are given in order and the oldest rows go first, so no row needs to be counted.
    auto count = [](Session& session) -> Result<std::int64_t> {
        const auto row = session.prepared(
            "SELECT coalesce((SELECT no FROM report_log ORDER BY no DESC LIMIT 1) - "
            "(SELECT no FROM report_log ORDER BY no LIMIT 1) + 1, 0)");
        row->next();
        return row->integer(0);
    };
    const auto rows = co_await database_.read(std::move(count));
    co_return rows&& static_cast<std::size_t>(*rows) >= options_.log_rows_max;
}

awaitable<bool> Upkeep::fold_log()
{
    const std::size_t rows_max = options_.rows_per_work;
    for (;;)
    {
        auto fold = [rows_max](Session& session) -> Result<std::size_t> {
            return fold_reports(session, rows_max);
        };
        const auto folded = co_await database_.write(std::move(fold));
        if (!folded)
            log::warn("report log not folded: {}", folded.error().message);
        if (!folded || *folded < rows_max)
            co_return folded.has_value();
    }
}

awaitable<bool> Upkeep::flush_liveness()
{
    const std::size_t rows_max = options_.rows_per_work;
    for (;;)
    {
        auto flush = [this, rows_max](Session& session) -> Result<std::size_t> {
            return liveness_.flush(session, rows_max);
        };
        const auto flushed = co_await database_.write(std::move(flush));
        if (!flushed)
            log::warn("liveness not written: {}", flushed.error().message);
        if (!flushed || *flushed < rows_max)
            co_return flushed.has_value();
    }
}

awaitable<void> Upkeep::forget_old(Timestamp now)
{
    const Timestamp before = now - options_.events_kept;
    const Timestamp names_before = now - options_.names_kept;
    const std::size_t rows_max = options_.rows_per_work;
    for (;;)
    {
        auto forget = [before, names_before, rows_max](Session& session) -> Result<std::size_t> {
            return std::max(
                {forget_events(session, before, rows_max),
                 forget_incidents(session, before, rows_max),
                 forget_logons(session, names_before, rows_max),
                 forget_names(session, names_before, rows_max)});
        };
        const auto gone = co_await database_.write(std::move(forget));
        if (!gone)
            log::warn("old events not removed: {}", gone.error().message);
        if (!gone || *gone < rows_max)
            co_return;
    }
}

awaitable<void> Upkeep::forget_history(Timestamp now)
{
    const Timestamp before = now - options_.history_kept;
    const Timestamp names_before = now - options_.names_kept;
    std::int64_t after_device = 0;
    for (;;)
    {
        // The devices of one work; returns the last of them, 0 when there are no more.
        auto forget = [before, names_before,
                       after_device](Session& session) -> Result<std::int64_t> {
            std::vector<std::int64_t> devices;
            {
                const auto rows =
                    session.prepared("SELECT no FROM device WHERE no > ?1 ORDER BY no LIMIT ?2");
                rows->bind(1, after_device).bind(2, devices_per_work);
                while (rows->next())
                    devices.push_back(rows->integer(0));
            }
            for (const std::int64_t device : devices)
            {
                forget_section_history(session, device, before);
                forget_people_history(session, device, names_before);
                forget_names_in_history(session, device, names_before);
            }
            return devices.empty() ? 0 : devices.back();
        };
        const auto last = co_await database_.write(std::move(forget));
        if (!last)
            log::warn("old history not removed: {}", last.error().message);
        if (!last || *last == 0)
            co_return;
        after_device = *last;
    }
}

awaitable<void> Upkeep::measure(Timestamp now)
{
    auto sample = [now](Session& session) -> Result<std::vector<SizeSample>> {
        take_size_sample(session, now);
        return size_samples(session);
    };
    const auto samples = co_await database_.write(std::move(sample));
    if (!samples)
    {
        log::warn("size of the database not measured: {}", samples.error().message);
        co_return;
    }
    const DiskForecast foreseen = forecast(*samples, database_.health().disk_free_bytes);
    const std::lock_guard lock{mutex_};
    forecast_ = foreseen;
}

} // namespace mimamori::collector::storage
