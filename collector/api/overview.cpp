#include "collector/api/overview.hpp"

#include "collector/api/access.hpp"
#include "collector/api/age_meaning.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/counts_view.hpp"
#include "collector/api/finding_view.hpp"
#include "collector/api/sites.hpp"
#include "collector/findings/urgency.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/device_list.hpp"
#include "collector/storage/score_store.hpp"
#include "collector/storage/site_counts.hpp"
#include "collector/storage/task_store.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

constexpr std::size_t tasks_max = 3; ///< More is no plan for a day.
constexpr std::size_t recent_max = 6;
constexpr std::chrono::days week{7};
constexpr std::chrono::days week_most{13}; ///< The collector may have stood still that day.

/// A site of devices: how it is, and the most common reason why it is not better.
struct SiteLine
{
    std::string id;
    std::string name;
    std::int64_t total{0};
    std::int64_t good{0};
    std::int64_t warning{0};
    std::int64_t action{0};
    std::int64_t silent{0};
    std::int64_t unknown{0};
    std::int64_t score{0};
    std::optional<std::int64_t> score_before; ///< A week ago; null when nothing was kept.
    std::int64_t waived{0};                   ///< Devices with an accepted risk.
    std::string rule;                         ///< Empty: nothing to do.
    LineView reason;
    std::int64_t reason_devices{0};
};
BOOST_DESCRIBE_STRUCT(
    SiteLine,
    (),
    (id,
     name,
     total,
     good,
     warning,
     action,
     silent,
     unknown,
     score,
     score_before,
     waived,
     rule,
     reason,
     reason_devices))

/// What opened, or resolved, of one rule lately.
struct RecentView
{
    FindingView newest;
    std::int64_t count{0}; ///< With the newest.
};
BOOST_DESCRIBE_STRUCT(RecentView, (), (newest, count))

struct KnowledgeView
{
    std::string name;
    LineView title;
    std::string data_date;
};
BOOST_DESCRIBE_STRUCT(KnowledgeView, (), (name, title, data_date))

struct MailView
{
    std::string state;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(MailView, (), (state, reason))

/// How long the disk lasts as the database grows now.
struct DiskView
{
    std::int64_t bytes_a_day{0};
    std::optional<std::int64_t> days_left; ///< Null: it does not grow, or it is too early to say.
};
BOOST_DESCRIBE_STRUCT(DiskView, (), (bytes_a_day, days_left))

struct OverviewAnswer
{
    std::string hospital;
    Timestamp now{};
    CountsView counts;
    std::optional<std::int64_t> score;        ///< Null without devices.
    std::optional<std::int64_t> score_before; ///< A week ago; null when nothing was kept.
    std::int64_t waived{0};                   ///< Devices with an accepted risk.
    std::optional<std::int64_t> score_after;  ///< With the tasks of today done.
    std::int64_t tasks_total{0};              ///< Kinds of things to do, today's included.
    std::vector<TaskView> today;
    std::vector<SiteLine> sites; ///< Those with devices, the lowest score first.
    std::vector<std::int64_t> pattern_age;
    std::vector<std::string> pattern_age_states; ///< What each of these means.
    std::vector<RecentView> recent;
    std::vector<KnowledgeView> knowledge;
    MailView mail;
    DiskView disk;
};
BOOST_DESCRIBE_STRUCT(
    OverviewAnswer,
    (),
    (hospital,
     now,
     counts,
     score,
     score_before,
     waived,
     score_after,
     tasks_total,
     today,
     sites,
     pattern_age,
     pattern_age_states,
     recent,
     knowledge,
     mail,
     disk))

/// What is urgent before what is not, and what cannot wait first; among equals, what the score
/// gains most by.
void put_most_valuable_first(
    std::vector<storage::Task>& tasks, const std::map<std::string, std::int64_t>& gains)
{
    for (storage::Task& task : tasks)
    {
        const auto gain = gains.find(task.rule);
        task.half_points = gain == gains.end() ? 0 : gain->second;
    }
    std::stable_sort(
        tasks.begin(), tasks.end(), [](const storage::Task& a, const storage::Task& b) {
            if (a.worst != b.worst)
                return a.worst > b.worst;
            const bool now = findings::cannot_wait(a.rule);
            return now != findings::cannot_wait(b.rule) ? now : a.half_points > b.half_points;
        });
}

using Before = std::map<std::string, storage::StateCounts>;

/// What was kept about the sites a week ago.
Before read_before(storage::Session& session, const findings::Reader& reader)
{
    const auto today = std::chrono::floor<std::chrono::days>(reader.now + reader.utc_offset);
    return storage::scores_before(session, today - week_most, today - week);
}

std::optional<std::int64_t> score_of_all(const Before& before)
{
    storage::StateCounts sum;
    for (const auto& [site, counts] : before)
        storage::add(sum, counts);
    return storage::score_of(sum);
}

SiteLine line_of(
    const storage::SiteCounts& site,
    const Before& before,
    const std::string& hospital,
    const findings::Reader& reader)
{
    const storage::StateCounts& counts = site.counts;
    SiteLine line;
    line.id = site.id;
    line.name = site.name.empty() ? hospital : site.name;
    line.total = counts.total;
    line.good = counts.good;
    line.warning = counts.warning;
    line.action = counts.action;
    line.silent = counts.silent;
    line.unknown = counts.unknown;
    line.score = storage::score_of(counts).value_or(0);
    line.waived = site.waived;
    const auto then = before.find(site.id);
    if (then != before.end())
        line.score_before = storage::score_of(then->second);
    line.rule = site.rule;
    line.reason = site.rule.empty() ? LineView{} : title_of(site.rule, reader);
    line.reason_devices = site.rule_devices;
    return line;
}

std::vector<SiteLine> read_sites(
    storage::Session& session,
    const Before& before,
    const std::string& hospital,
    const findings::Reader& reader)
{
    std::vector<SiteLine> lines;
    for (const storage::SiteCounts& site : storage::count_by_site(session))
        lines.push_back(line_of(site, before, hospital, reader));
    std::sort(lines.begin(), lines.end(), [](const SiteLine& one, const SiteLine& other) {
        return std::tie(one.score, one.name, one.id) < std::tie(other.score, other.name, other.id);
    });
    return lines;
}

Result<void> read_overview(
    storage::Session& session, OverviewAnswer& overview, const findings::Reader& reader)
{
    const auto counts = storage::count_states(session);
    if (!counts)
        return counts.error();
    const auto ages = storage::count_pattern_ages(session, reader.now);
    if (!ages)
        return ages.error();
    overview.counts = view_of(*counts);
    overview.score = storage::score_of(*counts);
    overview.pattern_age.assign(ages->begin(), ages->end());
    for (const auto& recent : storage::recent_findings(session, recent_max))
        overview.recent.push_back({view_of(recent.newest, reader), recent.count});
    auto tasks = storage::list_tasks(session, "todo");
    overview.tasks_total = static_cast<std::int64_t>(tasks.size());
    const storage::TaskBoard board{session};
    put_most_valuable_first(tasks, board.half_points());
    tasks.resize(std::min(tasks.size(), tasks_max));
    std::vector<std::string> done;
    for (const storage::Task& task : tasks)
    {
        overview.today.push_back(view_of(session, task, "todo", reader));
        overview.today.back().points =
            task.half_points * 50 / std::max<std::int64_t>(1, counts->total);
        done.push_back(task.rule);
    }
    overview.score_after = storage::score_of(board.counts_without(done));
    const Before before = read_before(session, reader);
    overview.score_before = score_of_all(before);
    overview.sites = read_sites(session, before, overview.hospital, reader);
    for (const SiteLine& site : overview.sites)
        overview.waived += site.waived;
    return {};
}

} // namespace

awaitable<http::Response> get_overview(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const findings::Reader reader = reader_now(services);
    OverviewAnswer overview;
    auto hospital = co_await hospital_now(services);
    if (!hospital)
        co_return refuse(hospital.error());
    overview.hospital = std::move(*hospital);
    // So that an answer that is asked for again in the same minute need not be sent again.
    overview.now = std::chrono::floor<std::chrono::minutes>(reader.now);
    for (const KnowledgeFile& file : services.knowledge)
        overview.knowledge.push_back({file.name, {file.title_ja, file.title_en}, file.data_date});
    const MailState mail = services.mail();
    overview.mail = {mail.state, mail.reason};
    const storage::DiskForecast disk = services.disk();
    overview.disk.bytes_a_day = static_cast<std::int64_t>(disk.bytes_a_day);
    if (disk.days_left)
        overview.disk.days_left = static_cast<std::int64_t>(*disk.days_left);
    auto means = co_await age_meanings(services);
    if (!means)
        co_return refuse(means.error());
    overview.pattern_age_states = std::move(means->pattern.states);
    auto look = [&](storage::Session& session) { return read_overview(session, overview, reader); };
    auto done = co_await read_as(*principal, services, look);
    if (!done)
        co_return refuse(done.error());
    co_return answer_to_get(request, overview);
}

} // namespace mimamori::collector::api
