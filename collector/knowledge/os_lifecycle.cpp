#include "collector/knowledge/os_lifecycle.hpp"

#include "common/base/ascii.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace mimamori::collector::knowledge {
namespace {

/// What the device tells about its licence for an extra programme.
struct Licence
{
    enum class State
    {
        unknown,
        none,
        licensed
    };
    State state{State::unknown};
    std::optional<std::size_t> year; ///< Highest licensed year, from 1.
};

Licence licence_of(std::string_view text)
{
    constexpr std::string_view by_year = "licensed:";
    if (text == "none")
        return {Licence::State::none, {}};
    if (text == "licensed")
        return {Licence::State::licensed, {}};
    if (text.starts_with(by_year))
    {
        text.remove_prefix(by_year.size());
        std::size_t year = 0;
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), year);
        if (failure == std::errc{} && end == text.data() + text.size() && year > 0)
            return {Licence::State::licensed, year};
    }
    return {};
}

/// The verdict of one row, before several are brought together.
struct Judged
{
    Support state{Support::unknown};
    std::optional<Date> last_day;
    std::string why;
};

Judged not_verified(std::string_view what, Date day)
{
    return {Support::unknown, {}, fmt::format("{} ({}) is not verified", what, to_iso_date(day))};
}

Judged in_doubt(std::string_view what, Date earliest, Date latest)
{
    return {
        Support::unknown,
        {},
        fmt::format(
            "{} lies between {} and {}: the sources tell no more", what, to_iso_date(earliest),
            to_iso_date(latest))};
}

/// The device has the programme; how far does it reach?
Judged with_licence(const LifecycleRow& row, const Licence& licence, Date today)
{
    if (row.extended_confidence != "read")
        return not_verified("the last day of " + row.programme, *row.extended_latest);
    if (row.programme_steps.empty())
        return {Support::supported, row.extended_earliest, {}};
    if (!licence.year)
        return {Support::extended_only, row.extended_earliest, {}};
    const std::size_t step = std::min(*licence.year, row.programme_steps.size()) - 1;
    const Date ends = row.programme_steps[step].ends;
    return {today <= ends ? Support::supported : Support::unsupported, ends, {}};
}

/// Support as such is over; an extra programme may go on.
Judged after_support(const LifecycleRow& row, const Licence& licence, Date today)
{
    const Judged over{Support::unsupported, row.ends_latest, {}};
    const bool may_have_it = row.programme_is_free || licence.state != Licence::State::none;
    if (!row.extended_latest || !may_have_it)
        return over;
    if (today > *row.extended_latest)
    {
        const bool had_it = licence.state == Licence::State::licensed || row.programme_is_free;
        return {Support::unsupported, had_it ? row.extended_latest : row.ends_latest, {}};
    }
    if (today > *row.extended_earliest)
        return in_doubt(
            "the end of " + row.programme, *row.extended_earliest, *row.extended_latest);
    if (licence.state == Licence::State::licensed && !row.programme_is_free)
        return with_licence(row, licence, today);
    return {Support::extended_only, row.extended_earliest, {}};
}

Judged judge(const LifecycleRow& row, const Licence& licence, Date today)
{
    if (row.confidence == "not_announced" || !row.ends_earliest || !row.ends_latest)
        return {Support::unknown, {}, "no end of support has been announced"};
    if (row.confidence != "read")
        return not_verified("the end of support", *row.ends_latest);
    if (today <= *row.ends_earliest)
        return {Support::supported, row.ends_earliest, {}};
    if (today <= *row.ends_latest)
        return in_doubt("the end of support", *row.ends_earliest, *row.ends_latest);
    return after_support(row, licence, today);
}

/// Rows that share build and edition are told apart by words in the product's name. Without a name
/// all stay in question.
void keep_named(std::vector<const LifecycleRow*>& rows, std::string_view product)
{
    if (product.empty())
        return;
    const auto named = [&](const LifecycleRow* row) {
        return std::any_of(row->names.begin(), row->names.end(), [&](const std::string& name) {
            return contains_ignoring_case(product, name);
        });
    };
    const bool any_named = std::any_of(rows.begin(), rows.end(), named);
    std::erase_if(rows, [&](const LifecycleRow* row) {
        return any_named ? !named(row) : !row->names.empty();
    });
}

/// The servicing channels that the agent's channel word stands for; empty: it says nothing.
std::set<std::string_view> servicings_of(std::string_view channel)
{
    if (channel == "general")
        return {"general"};
    if (channel == "ltsc" || channel == "iot_ltsc")
        return {"ltsc"};
    if (channel == "embedded")
        return {"embedded"};
    if (channel == "server")
        return {"server", "server_annual"};
    return {};
}

std::string first_parts(std::string_view version, std::uint32_t parts)
{
    std::size_t end = 0;
    for (std::uint32_t i = 0; i < parts; ++i)
    {
        end = version.find('.', end == 0 ? 0 : end + 1);
        if (end == std::string_view::npos)
            return std::string{version};
    }
    return std::string{version.substr(0, end)};
}

/// Of one version, Microsoft supports the long-term channel of IoT Enterprise for years longer: two
/// systems for whoever plans their replacement.
std::string name_of(const LifecycleRow& row)
{
    std::string version = row.version;
    const auto channel = version.find("(LTS");
    if (channel != std::string::npos && row.editions.front() == "IoT Enterprise")
        version.insert(channel + 1, "IoT ");
    return version.starts_with(row.product) ? version : row.product + ' ' + version;
}

std::string describe(const LifecycleRow& row, const Judged& judged)
{
    const std::string edition = row.editions.empty() ? "" : " " + row.editions.front();
    const std::string until = judged.last_day ? " " + to_iso_date(*judged.last_day) : "";
    return fmt::format(
        "{}{}: {}{}", name_of(row), edition,
        boost::describe::enum_to_string(judged.state, "unknown"), until);
}

/// Brings the rows in question together: one state if they agree, else unknown.
Judged merge(const std::vector<const LifecycleRow*>& rows, const std::vector<Judged>& judged)
{
    Judged merged = judged.front();
    for (std::size_t i = 1; i < judged.size(); ++i)
    {
        const Judged& other = judged[i];
        if (other.state != merged.state)
        {
            std::string answers;
            for (std::size_t k = 0; k < judged.size(); ++k)
                answers += (k == 0 ? "" : "; ") + describe(*rows[k], judged[k]);
            return {
                Support::unknown,
                {},
                "edition and product name do not tell which of these it is: " + answers};
        }
        if (!other.last_day || !merged.last_day)
            continue;
        // The cautious side: support ends at the earliest day, but was gone at the latest.
        merged.last_day = merged.state == Support::unsupported
                              ? std::max(*merged.last_day, *other.last_day)
                              : std::min(*merged.last_day, *other.last_day);
    }
    return merged;
}

} // namespace

Result<OsLifecycle> OsLifecycle::parse(std::string_view text)
{
    auto file = read_knowledge<LifecycleTable>(text, "os_lifecycle");
    if (!file)
        return file.error();
    if (file->table.rows.empty())
        return Error{Errc::invalid_input, "os_lifecycle: rows: missing"};
    for (const LifecycleRow& row : file->table.rows)
    {
        const auto refuse = [&](std::string_view why) {
            return Error{
                Errc::invalid_input,
                "os_lifecycle: row " + for_log(row.id) + ": " + std::string{why}};
        };
        if (row.id.empty() || row.product.empty())
            return refuse("id or product is missing");
        if (row.source >= file->table.sources.size())
            return refuse("source: no such number");
        if (row.ends_earliest.has_value() != row.ends_latest.has_value()
            || row.extended_earliest.has_value() != row.extended_latest.has_value())
            return refuse("a span has only one end");
        if (row.ends_latest && *row.ends_earliest > *row.ends_latest)
            return refuse("ends_earliest is after ends_latest");
        if (row.extended_latest && *row.extended_earliest > *row.extended_latest)
            return refuse("extended_earliest is after extended_latest");
    }
    return OsLifecycle{std::move(*file)};
}

OsLifecycle::OsLifecycle(KnowledgeFile<LifecycleTable> file)
    : file_{std::move(file)}
{}

std::vector<const LifecycleRow*> OsLifecycle::windows_rows(
    const wire::OsSection& os, std::string& why) const
{
    if (!os.build)
    {
        why = "the build number was not read";
        return {};
    }
    const auto& editions = file_.table.editions;
    const auto edition =
        std::find_if(editions.begin(), editions.end(), [&](const WindowsEdition& candidate) {
            return equal_ignoring_case(candidate.id, os.edition);
        });
    std::set<std::string_view> servicings = servicings_of(os.channel);
    if (edition != editions.end())
    {
        // EditionID is the finer fact. When the channel contradicts it, both stay in question.
        servicings.insert(edition->servicing);
        if (edition->servicing == "server")
            servicings.erase("server_annual");
        if (edition->servicing == "server_annual")
            servicings.erase("server");
    }

    std::vector<const LifecycleRow*> rows;
    for (const LifecycleRow& row : file_.table.rows)
    {
        if (row.family != "windows" || row.build != os.build)
            continue;
        if (!servicings.empty() && !servicings.contains(row.servicing))
            continue;
        const bool edition_fits =
            edition == editions.end() || row.servicing != edition->servicing
            || std::any_of(row.editions.begin(), row.editions.end(), [&](const std::string& name) {
                   return name == "all" || name == edition->edition;
               });
        const bool iot_fits = os.channel != "iot_ltsc" || edition != editions.end()
                              || row.editions.front() == "IoT Enterprise";
        if (edition_fits && iot_fits)
            rows.push_back(&row);
    }
    keep_named(rows, os.product);
    if (rows.empty())
        why = fmt::format(
            "build {} ({}) is not in the table of {}", *os.build,
            os.edition.empty() ? "edition not read" : for_log(os.edition),
            to_iso_date(file_.head.data_date));
    return rows;
}

std::vector<const LifecycleRow*> OsLifecycle::linux_rows(
    const wire::OsSection& os, std::string& why) const
{
    const auto& known = file_.table.distributions;
    const auto distribution =
        std::find_if(known.begin(), known.end(), [&](const LinuxDistribution& candidate) {
            return candidate.id == os.distribution;
        });
    if (distribution == known.end())
    {
        why = os.distribution.empty()
                  ? "the distribution was not read"
                  : "distribution " + for_log(os.distribution) + " is not in the table";
        return {};
    }
    if (os.version.empty())
    {
        why = "the distribution tells no version (a rolling or unreleased one)";
        return {};
    }
    const std::string version = first_parts(os.version, distribution->version_parts);
    std::vector<const LifecycleRow*> rows;
    for (const LifecycleRow& row : file_.table.rows)
    {
        if (row.distribution == distribution->id && row.version_id == version)
            rows.push_back(&row);
    }
    keep_named(rows, os.product);
    if (rows.empty())
        why = fmt::format(
            "{} {} is not in the table of {}", distribution->id, for_log(version),
            to_iso_date(file_.head.data_date));
    return rows;
}

bool OsLifecycle::has_free_successor(const LifecycleRow& row) const
{
    if (row.family != "windows" || row.servicing != "general" || !row.build)
        return false;
    return std::any_of(
        file_.table.rows.begin(), file_.table.rows.end(), [&row](const LifecycleRow& other) {
            const bool same_kind = other.family == row.family && other.product == row.product
                                   && other.servicing == row.servicing;
            const bool later = other.build && *other.build > *row.build;
            return same_kind && later
                   && std::any_of(
                       row.editions.begin(), row.editions.end(), [&other](const auto& edition) {
                           return std::find(other.editions.begin(), other.editions.end(), edition)
                                  != other.editions.end();
                       });
        });
}

SupportVerdict OsLifecycle::verdict(const wire::OsSection& os, Date today) const
{
    SupportVerdict verdict;
    verdict.data_date = file_.head.data_date;

    std::vector<const LifecycleRow*> rows;
    if (os.family == "windows")
        rows = windows_rows(os, verdict.why);
    else if (os.family == "linux")
        rows = linux_rows(os, verdict.why);
    else
        verdict.why = "the operating system was not read";
    if (rows.empty())
        return verdict;

    const Licence licence = licence_of(os.extended_support);
    std::vector<Judged> judged;
    for (const LifecycleRow* row : rows)
    {
        judged.push_back(judge(*row, licence, today));
        verdict.rows.push_back(row->id);
    }
    const Judged merged = merge(rows, judged);
    const LifecycleRow& first = *rows.front();
    verdict.state = merged.state;
    verdict.os = name_of(first);
    verdict.last_day = merged.last_day;
    verdict.why = merged.why;
    if (merged.state == Support::extended_only)
    {
        for (const LifecycleRow* row : rows)
            verdict.ended_on = std::max(verdict.ended_on, row->ends_latest);
    }
    if (merged.last_day && merged.state != Support::unsupported)
        verdict.days_left = static_cast<int>((*merged.last_day - today).count());
    verdict.programme = first.programme;
    verdict.programme_is_free = first.programme_is_free;
    verdict.next_is_free = has_free_successor(first);
    verdict.source = file_.table.sources[first.source];
    verdict.source_date = first.source_date;
    return verdict;
}

} // namespace mimamori::collector::knowledge
