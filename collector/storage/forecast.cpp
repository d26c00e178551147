#include "collector/storage/forecast.hpp"

#include "collector/storage/statement.hpp"

#include <algorithm>

namespace mimamori::collector::storage {
namespace {

std::int64_t pragma_number(Session& session, const char* text)
{
    Statement row{session.native(), text};
    return row.next() ? row.integer(0) : 0;
}

} // namespace

SizeSample take_size_sample(Session& session, Timestamp now)
{
    const std::int64_t pages = pragma_number(session, "PRAGMA page_count");
    const std::int64_t free_pages = pragma_number(session, "PRAGMA freelist_count");
    const std::int64_t page_bytes = pragma_number(session, "PRAGMA page_size");
    const std::int64_t used_bytes = (pages - free_pages) * page_bytes;
    const std::string day = to_iso_date(std::chrono::floor<std::chrono::days>(now));
    session
        .prepared(R"sql(
            INSERT INTO size_sample (day, at_ms, used_bytes) VALUES (?1, ?2, ?3)
            ON CONFLICT (day) DO UPDATE
            SET at_ms = excluded.at_ms, used_bytes = excluded.used_bytes)sql")
        ->bind(1, std::string_view{day})
        .bind(2, to_ms(now))
        .bind(3, used_bytes)
        .run();
    return {now, static_cast<std::uint64_t>(used_bytes)};
}

std::vector<SizeSample> size_samples(Session& session, std::size_t days_max)
{
    const auto rows =
        session.prepared("SELECT at_ms, used_bytes FROM size_sample ORDER BY day DESC LIMIT ?1");
    rows->bind(1, static_cast<std::int64_t>(days_max));
    std::vector<SizeSample> samples;
    while (rows->next())
        samples.push_back(
            {from_ms(rows->integer(0)), static_cast<std::uint64_t>(rows->integer(1))});
    std::reverse(samples.begin(), samples.end());
    return samples;
}

DiskForecast forecast(const std::vector<SizeSample>& samples, std::uint64_t disk_free_bytes)
{
    DiskForecast foreseen;
    if (samples.size() < 2)
        return foreseen;
    const SizeSample& first = samples.front();
    const SizeSample& last = samples.back();
    const auto hours = std::chrono::floor<std::chrono::hours>(last.at - first.at).count();
    if (hours < 24 || last.used_bytes <= first.used_bytes)
        return foreseen;
    const auto grown = static_cast<double>(last.used_bytes - first.used_bytes);
    foreseen.bytes_a_day = static_cast<std::uint64_t>(grown * 24 / static_cast<double>(hours));
    if (foreseen.bytes_a_day > 0)
        foreseen.days_left = disk_free_bytes / foreseen.bytes_a_day;
    return foreseen;
}

} // namespace mimamori::collector::storage
