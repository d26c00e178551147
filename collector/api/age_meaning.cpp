#include "collector/api/age_meaning.hpp"

#include "collector/judge/policy_book.hpp"
#include "collector/people/principal.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/policy_store.hpp"
#include "collector/storage/update_list.hpp"

#include <array>
#include <cstddef>

namespace mimamori::collector::api {
namespace {

/// Updates come once a month, on a day that moves by less than a week.
constexpr std::int64_t month_days = 30;
constexpr std::int64_t patch_day_moves_days = 5;

using BarDays = std::array<std::int64_t, storage::age_bars - 2>;

std::vector<std::string> states_of(
    const BarDays& ends, std::int64_t warning_days, std::int64_t action_days)
{
    std::vector<std::string> states;
    for (const std::int64_t oldest : ends)
        states.emplace_back(
            oldest > action_days ? "action" : (oldest > warning_days ? "warning" : "good"));
    states.emplace_back("action"); // Without an end.
    states.emplace_back("unknown");
    return states;
}

std::int64_t days_of(std::int64_t months)
{
    return months * month_days + patch_day_moves_days;
}

AgeMeanings meanings_in(storage::Session& session, const rules::Policy& base)
{
    const judge::PolicyRows rows{base, storage::list_policies(session)};
    judge::PolicyPlace hospital;
    hospital.sites = {people::root_site()};
    const rules::Policy policy = rows.merged(rows.about(hospital));
    AgeMeanings means;
    means.pattern.warning = policy.av_stale_warning.count();
    means.pattern.action = policy.av_stale_action.count();
    means.pattern.states =
        states_of(storage::pattern_bar_days, means.pattern.warning, means.pattern.action);
    means.patch.warning = policy.patch_months_warning;
    means.patch.action = policy.patch_months_action;
    means.patch.states = states_of(
        storage::patch_bar_days, days_of(means.patch.warning), days_of(means.patch.action));
    return means;
}

} // namespace

awaitable<Result<AgeMeanings>> age_meanings(Services& services)
{
    auto look = [&](storage::Session& session) -> Result<AgeMeanings> {
        return meanings_in(session, services.policy);
    };
    co_return co_await services.database.read(look);
}

} // namespace mimamori::collector::api
