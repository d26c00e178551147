#include "collector/api/device_hours.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/device_store.hpp"
#include "collector/storage/presence_store.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace mimamori::collector::api {
namespace {

/// By the hour of the week, 168 numbers: the first is Monday from 0:00 by the site's clocks. A
/// device is expected in an hour of which less than `weeks_least` weeks are known, and in one in
/// which it was heard in every other week or more.
struct HoursView
{
    std::int64_t weeks_least{rules::UsualHours::weeks_least}; ///< Fewer say nothing.
    std::vector<std::int64_t> known;                          ///< Weeks that are known.
    std::vector<std::int64_t> heard;                          ///< In so many of them it was heard.
};
BOOST_DESCRIBE_STRUCT(HoursView, (), (weeks_least, known, heard))

} // namespace

awaitable<http::Response> get_device_hours(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const DeviceId id{std::string{request.param("id")}};
    auto look = [&](storage::Session& session) -> Result<HoursView> {
        const auto no = storage::device_no_of(session, id);
        if (!no)
            return no.error();
        const rules::UsualHours hours = storage::usual_hours_of(session, *no);
        HoursView view;
        for (int hour = 0; hour < rules::UsualHours::hours_a_week; ++hour)
        {
            view.known.push_back(hours.weeks_known(hour));
            view.heard.push_back(hours.weeks_heard(hour));
        }
        return view;
    };
    auto view = co_await read_as(*principal, services, look);
    co_return view ? answer_to_get(request, *view) : refuse(view.error());
}

} // namespace mimamori::collector::api
