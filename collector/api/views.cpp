#include "collector/api/views.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/lacking.hpp"
#include "collector/api/list_query.hpp"
#include "collector/api/query.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/view_store.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

constexpr std::string_view devices_list = "devices";
constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t columns_bytes_max = 500;

/// Pages that have lists, by their path.
constexpr auto lists = std::to_array<std::string_view>(
    {devices_list, "inbox", "media", "programs", "neighbours", "os", "freshness", "site-events",
     "alerts", "agents", "audit", "settings/people", "settings/sites"});

struct SavedViewItem
{
    std::int64_t id{0};
    std::string name;
    std::string filter; ///< Of devices a filter, of other lists what stands behind the page's "?".
    std::string sort;
    std::string columns; ///< Names, separated by commas; empty: the usual ones.
    bool shared{false};
    bool own{false};
    std::string who; ///< Whose it is.
};
BOOST_DESCRIBE_STRUCT(SavedViewItem, (), (id, name, filter, sort, columns, shared, own, who))

struct SavedViewPage
{
    std::vector<SavedViewItem> items;
};
BOOST_DESCRIBE_STRUCT(SavedViewPage, (), (items))

struct SavedViewBody
{
    std::string list; ///< The page's path; empty: "devices".
    std::string name;
    std::string filter;
    std::string sort;
    std::string columns;
    bool shared{false};
};
BOOST_DESCRIBE_STRUCT(SavedViewBody, (), (list, name, filter, sort, columns, shared))

Result<void> check(const SavedViewBody& body)
{
    if (body.name.empty() || body.name.size() > name_bytes_max || for_log(body.name) != body.name)
        return Error{Errc::invalid_input, "name: 1 to 100 bytes of text"};
    if (body.columns.size() > columns_bytes_max
        || body.columns.find_first_not_of("abcdefghijklmnopqrstuvwxyz_,") != std::string::npos)
        return Error{Errc::invalid_input, "columns: names, separated by commas"};
    if (body.list == devices_list)
        return {};
    const bool is_query = body.filter.size() <= storage::filter_bytes_max
                          && for_log(body.filter) == body.filter && body.sort.empty()
                          && body.columns.empty();
    if (!is_query)
        return Error{
            Errc::invalid_input,
            fmt::format(
                "filter: at most {} bytes of an address; sort and columns stand in it",
                storage::filter_bytes_max)};
    return {};
}

/// The list that is meant; none: devices. Errors: invalid_input.
Result<std::string> list_of(std::string_view named)
{
    if (named.empty())
        return std::string{devices_list};
    if (std::find(lists.begin(), lists.end(), named) == lists.end())
        return Error{Errc::invalid_input, fmt::format("list: one of {}", fmt::join(lists, ", "))};
    return std::string{named};
}

} // namespace

awaitable<http::Response> get_views(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const auto text = text_in_query(request, "list", name_bytes_max);
    if (!text)
        co_return refuse(text.error());
    const auto list = list_of(*text);
    if (!list)
        co_return refuse(list.error());
    // The table is closed to who sees a part; a filter that others share may name what is foreign.
    const bool also_shared = principal->sees_all();
    auto look = [&](storage::Session& session) -> Result<SavedViewPage> {
        SavedViewPage page;
        for (storage::SavedView& view : storage::list_views(session, *list, principal->person_id))
        {
            const bool own = view.person_id == principal->person_id;
            if (!own && !also_shared)
                continue;
            page.items.push_back(
                {view.no, std::move(view.name), std::move(view.filter), std::move(view.sort),
                 std::move(view.columns), view.shared, own, std::move(view.who)});
        }
        return page;
    };
    auto page = co_await services.database.read(look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> post_view(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<SavedViewBody>(request);
    if (!body)
        co_return refuse(body.error());
    auto list = list_of(body->list);
    if (!list)
        co_return refuse(list.error());
    body->list = std::move(*list);
    auto good = check(*body);
    if (!good)
        co_return refuse(good.error());
    if (body->shared && !people::has_right(principal->role, Right::operate))
        co_return refuse(lacks(*principal, Right::operate));
    if (body->list == devices_list)
    {
        const auto asked = asked_devices(Narrowing{body->filter, {}, {}, body->sort}, services);
        if (!asked)
            co_return refuse(asked.error());
        if (asked->bad)
            co_return refuse_filter(*asked->bad);
    }
    const Timestamp now = services.clock.now();
    storage::SavedView view;
    view.list = std::move(body->list);
    view.person_id = principal->person_id;
    view.who = principal->name;
    view.name = std::move(body->name);
    view.shared = body->shared;
    view.filter = std::move(body->filter);
    view.sort = std::move(body->sort);
    view.columns = std::move(body->columns);
    view.at = now;
    auto work = [&](storage::Session& session) -> Result<void> {
        if (auto done = storage::put_view(session, view); !done)
            return done;
        // What only oneself sees is nobody's business.
        if (!view.shared)
            return {};
        return storage::record_change(session, principal->name, "view.share", view.name, now);
    };
    auto done = co_await services.database.write(work);
    if (!done)
        co_return refuse(done.error());
    const Made made{view.no};
    co_return answer(http::Status::created, made);
}

awaitable<http::Response> delete_view(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    const bool may_end_shared =
        principal->sees_all() && people::has_right(principal->role, Right::administer);
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        const auto view = storage::find_view(session, *no);
        const bool own = view && view->person_id == principal->person_id;
        if (!view || !(own || (view->shared && may_end_shared)))
            return Error{Errc::not_found, "no such view"};
        storage::remove_view(session, *no);
        if (!view->shared)
            return {};
        return storage::record_change(session, principal->name, "view.remove", view->name, now);
    };
    auto done = co_await services.database.write(work);
    co_return done_or_refused(done);
}

} // namespace mimamori::collector::api
