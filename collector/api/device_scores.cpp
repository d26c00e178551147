#include "collector/api/device_scores.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/query.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/device_store.hpp"
#include "collector/storage/score_store.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace mimamori::collector::api {
namespace {

constexpr std::int64_t days_standard = 91; ///< Thirteen weeks.
constexpr std::int64_t days_most = 400;

struct DeviceDayView
{
    Date day{};
    std::string state; ///< "good", "warning", "action", "silent", "unknown".
    std::int64_t score{0};
};
BOOST_DESCRIBE_STRUCT(DeviceDayView, (), (day, state, score))

/// Days on which the device was not in use are left out, like those before the first judgement.
struct DeviceDaysAnswer
{
    std::vector<DeviceDayView> items; ///< The oldest first; today is as it was looked at last.
};
BOOST_DESCRIBE_STRUCT(DeviceDaysAnswer, (), (items))

} // namespace

awaitable<http::Response> get_device_scores(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const auto days = number_in_query(request, "days", 1, days_most);
    if (!days)
        co_return refuse(days.error());
    const DeviceId id{std::string{request.param("id")}};
    const auto today =
        std::chrono::floor<std::chrono::days>(services.clock.now() + services.utc_offset);
    const Date since = today - std::chrono::days{days->value_or(days_standard) - 1};
    auto look = [&](storage::Session& session) -> Result<DeviceDaysAnswer> {
        const auto no = storage::device_no_of(session, id);
        if (!no)
            return no.error();
        DeviceDaysAnswer answer;
        for (const auto& day : storage::device_score_history(session, *no, since, today))
            answer.items.push_back({day.day, day.state, storage::score_of(day.state)});
        return answer;
    };
    auto answer = co_await read_as(*principal, services, look);
    co_return answer ? answer_to_get(request, *answer) : refuse(answer.error());
}

} // namespace mimamori::collector::api
