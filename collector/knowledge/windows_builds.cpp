#include "collector/knowledge/windows_builds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace mimamori::collector::knowledge {
namespace {

using std::chrono::year_month;
using std::chrono::year_month_day;

year_month month_of(Date day)
{
    const year_month_day civil{day};
    return {civil.year(), civil.month()};
}

/// Up to which day the device has the monthly releases, by its revision.
std::optional<Date> patched_until(const WindowsLine& line, std::uint32_t ubr)
{
    std::optional<Date> until;
    for (const WindowsUpdate& update : line.updates)
    {
        const bool release = update.type == "B" && update.ubr <= ubr;
        const bool hotpatch = update.type == "hotpatch" && update.ubr == ubr;
        if (update.day && (release || hotpatch))
            until = std::max(until.value_or(*update.day), *update.day);
    }
    return until;
}

const WindowsUpdate* newest_release(const WindowsLine& line)
{
    const WindowsUpdate* newest = nullptr;
    for (const WindowsUpdate& update : line.updates)
    {
        if (update.type == "B" && (newest == nullptr || *update.day > *newest->day))
            newest = &update;
    }
    return newest;
}

/// Releases since the table ended: Microsoft has not left out a month since 2018-02.
void add_expected(PatchVerdict& verdict, Date serviced_until, Date today)
{
    const int expected = patch_tuesdays(*verdict.newest_listed, std::min(today, serviced_until));
    verdict.table_is_behind = expected > 0;
    verdict.months_behind = verdict.months_listed + expected;
}

} // namespace

int patch_tuesdays(Date after, Date last)
{
    int count = 0;
    for (year_month month = month_of(after); month <= month_of(last);
         month += std::chrono::months{1})
    {
        const Date release{month / std::chrono::Tuesday[2]};
        if (release > after && release <= last)
            ++count;
    }
    return count;
}

Result<WindowsBuilds> WindowsBuilds::parse(std::string_view text)
{
    auto file = read_knowledge<WindowsBuildsTable>(text, "windows_builds");
    if (!file)
        return file.error();
    if (file->table.lines.empty())
        return Error{Errc::invalid_input, "windows_builds: lines: missing"};
    for (const WindowsLine& line : file->table.lines)
    {
        const auto refuse = [&](std::string_view why) {
            return Error{
                Errc::invalid_input, fmt::format("windows_builds: build {}: {}", line.build, why)};
        };
        if (line.serviced_until == Date{})
            return refuse("serviced_until is missing");
        for (const WindowsUpdate& update : line.updates)
        {
            if (update.type == "B" && !update.day)
                return refuse(fmt::format("release {} has no day", update.ubr));
        }
    }
    return WindowsBuilds{std::move(*file)};
}

WindowsBuilds::WindowsBuilds(KnowledgeFile<WindowsBuildsTable> file)
    : file_{std::move(file)}
{}

PatchVerdict WindowsBuilds::months_behind(
    WindowsPlatform platform, std::uint32_t build, std::uint32_t ubr, Date today) const
{
    PatchVerdict verdict;
    verdict.data_date = file_.head.data_date;
    const auto& lines = file_.table.lines;
    const auto line = std::find_if(lines.begin(), lines.end(), [&](const WindowsLine& candidate) {
        return candidate.platform == platform && candidate.build == build;
    });
    if (line == lines.end() || line->updates.empty())
    {
        verdict.why = fmt::format(
            "build {} is not in the table of {}", build, to_iso_date(verdict.data_date));
        return verdict;
    }
    verdict.line = line->name;
    const WindowsUpdate* newest = newest_release(*line);
    if (newest == nullptr)
    {
        verdict.why = fmt::format("the table has no security release of build {} yet", build);
        return verdict;
    }
    verdict.newest_listed = newest->day;
    verdict.newest_kb = newest->kb;
    verdict.patch_day = patched_until(*line, ubr);

    const auto highest = std::max_element(
        line->updates.begin(), line->updates.end(),
        [](const WindowsUpdate& a, const WindowsUpdate& b) { return a.ubr < b.ubr; });
    if (ubr > highest->ubr)
    {
        verdict.level = PatchLevel::newer_than_data;
        verdict.table_is_behind =
            patch_tuesdays(*newest->day, std::min(today, line->serviced_until)) > 0;
        return verdict;
    }

    std::set<year_month> missing;
    for (const WindowsUpdate& update : line->updates)
    {
        if (update.type != "B" || (verdict.patch_day && *update.day <= *verdict.patch_day))
            continue;
        missing.insert(month_of(*update.day));
        verdict.reported_once = verdict.reported_once || update.reported_once;
    }
    verdict.level = PatchLevel::known;
    verdict.months_listed = static_cast<int>(missing.size());
    add_expected(verdict, line->serviced_until, today);
    return verdict;
}

PatchVerdict WindowsBuilds::months_behind_by_kb(
    std::string_view product, std::span<const std::string> installed_kbs) const
{
    PatchVerdict verdict;
    verdict.data_date = file_.head.data_date;
    const LegacyProduct* found = nullptr;
    for (const LegacyProduct& candidate : file_.table.legacy)
    {
        // "Windows Server 2012 R2" also starts with "Windows Server 2012".
        const bool longer = found == nullptr || candidate.product.size() > found->product.size();
        if (product.starts_with(candidate.product) && longer)
            found = &candidate;
    }
    if (found == nullptr)
    {
        verdict.why = fmt::format(
            "the table of {} knows no updates of this product", to_iso_date(verdict.data_date));
        return verdict;
    }
    verdict.line = found->product;

    std::set<year_month> all;
    for (const LegacyUpdate& update : found->updates)
    {
        if (!update.day)
            continue;
        all.insert(month_of(*update.day));
        const bool installed =
            std::find(installed_kbs.begin(), installed_kbs.end(), update.kb) != installed_kbs.end();
        if (installed)
            verdict.patch_day = std::max(verdict.patch_day.value_or(*update.day), *update.day);
        if (!verdict.newest_listed || *update.day > *verdict.newest_listed)
        {
            verdict.newest_listed = update.day;
            verdict.newest_kb = update.kb;
        }
    }
    if (!verdict.patch_day)
    {
        verdict.why = "none of the installed updates is in the table";
        return verdict;
    }
    const year_month patched = month_of(*verdict.patch_day);
    verdict.level = PatchLevel::known;
    verdict.months_listed = static_cast<int>(
        std::count_if(all.begin(), all.end(), [&](year_month month) { return month > patched; }));
    // These lines have ended or go on only by the maker's extra programme: nothing is expected.
    verdict.months_behind = verdict.months_listed;
    return verdict;
}

} // namespace mimamori::collector::knowledge
