#include "collector/api/scores.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/query.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/score_store.hpp"
#include "collector/storage/site_store.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::api {
namespace {

constexpr std::int64_t days_standard = 91; ///< Thirteen weeks.
constexpr std::int64_t days_most = 1'100;

struct ScoreView
{
    std::string site;
    std::string parent;
    std::string name;
    std::int64_t total{0};
    std::int64_t good{0};
    std::int64_t warning{0};
    std::int64_t action{0};
    std::int64_t silent{0};
    std::int64_t unknown{0};
    std::int64_t waived{0};            ///< Devices with an accepted risk.
    std::optional<std::int64_t> score; ///< Null without devices.
};
BOOST_DESCRIBE_STRUCT(
    ScoreView,
    (),
    (site, parent, name, total, good, warning, action, silent, unknown, waived, score))

struct DayView
{
    Date day{};
    std::int64_t total{0};
    std::int64_t good{0};
    std::int64_t warning{0};
    std::int64_t action{0};
    std::int64_t silent{0};
    std::int64_t unknown{0};
    std::int64_t waived{0};
    std::optional<std::int64_t> score;
};
BOOST_DESCRIBE_STRUCT(
    DayView, (), (day, total, good, warning, action, silent, unknown, waived, score))

struct ScoresAnswer
{
    std::vector<ScoreView> items;
};
BOOST_DESCRIBE_STRUCT(ScoresAnswer, (), (items))

struct DaysAnswer
{
    std::vector<DayView> items;
};
BOOST_DESCRIBE_STRUCT(DaysAnswer, (), (items))

template <class View>
void set_counts(View& view, const storage::StateCounts& counts, std::int64_t waived)
{
    view.total = counts.total;
    view.good = counts.good;
    view.warning = counts.warning;
    view.action = counts.action;
    view.silent = counts.silent;
    view.unknown = counts.unknown;
    view.waived = waived;
    view.score = storage::score_of(counts);
}

} // namespace

awaitable<http::Response> get_scores(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto look = [](storage::Session& session) -> Result<ScoresAnswer> {
        ScoresAnswer answer;
        for (const auto& score : storage::with_those_below(storage::site_scores(session)))
        {
            // Who does not see the site above is not told what it is.
            const bool seen = storage::has_site(session, score.parent);
            ScoreView& view = answer.items.emplace_back();
            view.site = score.site.text();
            view.parent = seen ? score.parent.text() : std::string{};
            view.name = score.name;
            set_counts(view, score.counts, score.waived);
        }
        return answer;
    };
    auto answer = co_await read_as(*principal, services, look);
    co_return answer ? answer_to_get(request, *answer) : refuse(answer.error());
}

awaitable<http::Response> get_score_history(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto site = text_in_query(request, "site", 60);
    const auto days = number_in_query(request, "days", 1, days_most);
    if (!site || !days)
        co_return refuse(site ? days.error() : site.error());
    const SiteId of{site->empty() ? "root" : *site};
    const auto today =
        std::chrono::floor<std::chrono::days>(services.clock.now() + services.utc_offset);
    const Date since = today - std::chrono::days{days->value_or(days_standard) - 1};
    auto look = [&](storage::Session& session) -> Result<DaysAnswer> {
        DaysAnswer answer;
        for (const storage::DayScore& score : storage::score_history(session, of, since))
        {
            DayView& view = answer.items.emplace_back();
            view.day = score.day;
            set_counts(view, score.counts, score.waived);
        }
        return answer;
    };
    auto answer = co_await read_as(*principal, services, look);
    co_return answer ? answer_to_get(request, *answer) : refuse(answer.error());
}

} // namespace mimamori::collector::api
