#include "collector/api/site_events.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/query.hpp"
#include "collector/storage/person_store.hpp"
#include "collector/storage/site_event_store.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

/// More devices than this are only counted.
constexpr std::size_t devices_shown = 5'000;

struct SiteEventView
{
    std::string id;
    std::string site;
    std::string site_name;
    bool whole{false}; ///< Of all sites together.
    Timestamp since{};
    Timestamp opened_at{};
    std::int64_t devices{0};
    std::int64_t back{0};
    std::int64_t missing{0};
    std::optional<Timestamp> listed_at; ///< People were told who is back.
    std::optional<Timestamp> closed_at;
    std::string closed_by; ///< "facts": all were back, or it was too long ago.
};
BOOST_DESCRIBE_STRUCT(
    SiteEventView,
    (),
    (id,
     site,
     site_name,
     whole,
     since,
     opened_at,
     devices,
     back,
     missing,
     listed_at,
     closed_at,
     closed_by))

struct SiteEventPage
{
    std::vector<SiteEventView> items;
    std::optional<std::string> next; ///< The `after` of the following page.
};
BOOST_DESCRIBE_STRUCT(SiteEventPage, (), (items, next))

struct ReturnView
{
    std::string device_id;
    std::string device;
    Timestamp last_heard_at{};
    std::optional<Timestamp> back_at;
};
BOOST_DESCRIBE_STRUCT(ReturnView, (), (device_id, device, last_heard_at, back_at))

struct SiteEventDetail
{
    SiteEventView event;
    std::vector<ReturnView> items;
};
BOOST_DESCRIBE_STRUCT(SiteEventDetail, (), (event, items))

SiteEventView view_of(storage::SiteEvent event)
{
    SiteEventView view;
    view.id = std::move(event.id);
    view.site = event.site.text();
    view.site_name = std::move(event.site_name);
    view.whole = event.whole;
    view.since = event.began_at;
    view.opened_at = event.opened_at;
    view.devices = event.devices;
    view.back = event.back;
    view.missing = view.devices - view.back;
    view.listed_at = event.listed_at;
    view.closed_at = event.closed_at;
    view.closed_by = std::move(event.closed_by);
    return view;
}

Error no_event()
{
    return {Errc::not_found, "no such event"};
}

} // namespace

awaitable<http::Response> get_site_events(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const auto after = numbers_of_cursor(request, 1);
    if (!after)
        co_return refuse(after.error());
    const std::int64_t before = after->empty() ? 0 : after->front();
    const auto limit = limit_in_query(request);
    if (!limit)
        co_return refuse(limit.error());
    auto look = [&](storage::Session& session) -> Result<SiteEventPage> {
        auto events = storage::list_site_events(session, before, *limit + 1);
        SiteEventPage page;
        if (events.size() > *limit)
        {
            events.resize(*limit);
            page.next = to_cursor(request, {events.back().no});
        }
        for (storage::SiteEvent& event : events)
            page.items.push_back(view_of(std::move(event)));
        return page;
    };
    auto page = co_await read_as(*principal, services, look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> get_site_event(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const std::string id{request.param("id")};
    auto look = [&](storage::Session& session) -> Result<SiteEventDetail> {
        auto event = storage::find_site_event(session, id);
        if (!event)
            return no_event();
        SiteEventDetail detail;
        for (auto& member : storage::site_event_members(session, event->no, devices_shown))
            detail.items.push_back(
                {member.device.text(), std::move(member.name), member.last_heard_at,
                 member.back_at});
        detail.event = view_of(std::move(*event));
        return detail;
    };
    auto detail = co_await read_as(*principal, services, look);
    co_return detail ? answer_to_get(request, *detail) : refuse(detail.error());
}

awaitable<http::Response> post_site_event_end(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const std::string id{request.param("id")};
    auto find = [&](storage::Session& session) -> Result<SiteId> {
        const auto event = storage::find_site_event(session, id);
        if (!event)
            return no_event();
        return event->site;
    };
    auto site = co_await read_as(*principal, services, find);
    if (!site)
        co_return refuse(site.error());
    // Who sees some devices of an event does not end it for the others.
    auto seen = co_await must_see_site(*principal, services, *site);
    if (!seen)
        co_return refuse(seen.error());
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        if (auto done = storage::close_site_event(session, id, principal->name, now); !done)
            return done;
        return storage::record_change(session, principal->name, "site_event.close", id, now);
    };
    auto done = co_await services.database.write(work);
    co_return done_or_refused(done);
}

} // namespace mimamori::collector::api
