#include "collector/api/registers.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/query.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/register_store.hpp"
#include "collector/storage/review_store.hpp"

#include <boost/describe/class.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct MediumView
{
    std::int64_t id{0}; ///< 0: not on the register.
    std::string vendor_id;
    std::string product_id;
    std::string serial; ///< Empty: it has none and cannot be registered.
    std::string vendor;
    std::string product;
    std::vector<std::string> volume_labels;
    std::string label; ///< What people call it.
    std::optional<Timestamp> until;
    std::string registered_by;
    std::optional<Timestamp> registered_at;
    std::int64_t devices{0}; ///< That saw it, while it is not on the register.
    std::string device_id;   ///< Where it was last.
    std::string device;
    std::optional<Timestamp> last_attached;
};
BOOST_DESCRIBE_STRUCT(
    MediumView,
    (),
    (id,
     vendor_id,
     product_id,
     serial,
     vendor,
     product,
     volume_labels,
     label,
     until,
     registered_by,
     registered_at,
     devices,
     device_id,
     device,
     last_attached))

struct MediumPage
{
    std::int64_t total{0};
    std::vector<MediumView> items;
    std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(MediumPage, (), (total, items, next))

struct MediumBody
{
    std::string vendor_id;
    std::string product_id;
    std::string serial;
    std::string label;
    std::optional<Timestamp> until;
};
BOOST_DESCRIBE_STRUCT(MediumBody, (), (vendor_id, product_id, serial, label, until))

struct NeighbourView
{
    std::int64_t id{0}; ///< 0: nobody knows it.
    std::string mac;
    std::string address;
    std::string name;
    std::optional<Timestamp> until;
    std::string approved_by;
    std::optional<Timestamp> approved_at;
    std::string device_id; ///< Which saw it first.
    std::string device;
    std::optional<Timestamp> first_seen;
};
BOOST_DESCRIBE_STRUCT(
    NeighbourView,
    (),
    (id, mac, address, name, until, approved_by, approved_at, device_id, device, first_seen))

struct NeighbourPage
{
    std::int64_t total{0};
    std::vector<NeighbourView> items;
    std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(NeighbourPage, (), (total, items, next))

struct NeighbourBody
{
    std::string mac;
    std::string device;
    std::string name;
    std::optional<Timestamp> until;
};
BOOST_DESCRIBE_STRUCT(NeighbourBody, (), (mac, device, name, until))

/// How many were approved at once.
struct Counted
{
    std::int64_t approved{0};
};
BOOST_DESCRIBE_STRUCT(Counted, (), (approved))

/// Which page of which list is asked for. The meaning of the place's parts is the list's.
struct RegisterQuery
{
    std::string state;
    std::size_t rows_max{0};
    bool from_start{true};
    std::string after_text;
    std::int64_t after_number{0};
};

Result<RegisterQuery> query_of(
    const http::Request& request, std::initializer_list<std::string_view> states)
{
    auto state = choice_in_query(request, "state", states);
    const auto after = cursor_in_query(request);
    const auto limit = limit_in_query(request);
    if (!state)
        return state.error();
    if (!after)
        return after.error();
    if (!limit)
        return limit.error();
    auto place = from_place(*after);
    if (!place)
        return place.error();
    RegisterQuery query;
    query.state = std::move(*state);
    query.rows_max = *limit;
    if (after->empty())
        return query;
    const std::string& text = place->second;
    const char* const text_end = text.data() + text.size();
    const auto [end, ec] = std::from_chars(text.data(), text_end, query.after_number);
    if (ec != std::errc{} || end != text_end || query.after_number < 0)
        return Error{Errc::invalid_input, "after: not the `next` of a page"};
    query.from_start = false;
    query.after_text = std::move(place->first);
    return query;
}

/// Leaves `rows_max` of one row more; whether there was one more.
template <class T>
bool cut(std::vector<T>& rows, std::size_t rows_max)
{
    const bool more = rows.size() > rows_max;
    if (more)
        rows.resize(rows_max);
    return more;
}

MediumPage unregistered(storage::Session& session, const RegisterQuery& query, Timestamp now)
{
    std::optional<storage::MediumPlace> after;
    if (!query.from_start)
        after = storage::MediumPlace{from_ms(query.after_number), query.after_text};
    auto rows = storage::unregistered_media(session, after, now, query.rows_max + 1);
    MediumPage page;
    page.total = storage::count_unregistered_media(session, now);
    if (cut(rows, query.rows_max))
        page.next = to_place(
            storage::key_of(rows.back()), std::to_string(to_ms(rows.back().last_attached_at)));
    for (storage::StrangeMedium& row : rows)
    {
        MediumView view;
        view.vendor_id = std::move(row.device.vendor_id);
        view.product_id = std::move(row.device.product_id);
        view.serial = std::move(row.serial);
        view.vendor = std::move(row.device.vendor);
        view.product = std::move(row.device.product);
        view.volume_labels = std::move(row.device.volume_labels);
        view.devices = row.devices;
        view.device_id = row.last_on.id.text();
        view.device = std::move(row.last_on.name);
        view.last_attached = row.last_attached_at;
        page.items.push_back(std::move(view));
    }
    return page;
}

MediumPage registered(storage::Session& session, const RegisterQuery& query)
{
    auto rows = storage::media_on_register(session, query.after_number, query.rows_max + 1);
    MediumPage page;
    page.total = storage::count_media_on_register(session);
    if (cut(rows, query.rows_max))
        page.next = to_place({}, std::to_string(rows.back().medium.no));
    for (storage::ListedMedium& row : rows)
    {
        MediumView view;
        view.id = row.medium.no;
        view.vendor_id = std::move(row.medium.vendor_id);
        view.product_id = std::move(row.medium.product_id);
        view.serial = std::move(row.medium.serial);
        view.label = std::move(row.medium.label);
        view.until = row.medium.until;
        view.registered_by = std::move(row.medium.registered_by);
        view.registered_at = row.medium.registered_at;
        view.last_attached = row.last_attached_at;
        if (row.last_on)
        {
            view.device_id = row.last_on->id.text();
            view.device = std::move(row.last_on->name);
        }
        page.items.push_back(std::move(view));
    }
    return page;
}

NeighbourPage strangers(storage::Session& session, const RegisterQuery& query)
{
    std::optional<storage::StrangerPlace> after;
    if (!query.from_start)
        after = storage::StrangerPlace{from_ms(query.after_number), query.after_text};
    auto rows = storage::list_strangers(session, after, query.rows_max + 1);
    NeighbourPage page;
    page.total = storage::count_strangers(session);
    if (cut(rows, query.rows_max))
        page.next = to_place(rows.back().mac, std::to_string(to_ms(rows.back().first_seen_at)));
    for (storage::ListedStranger& row : rows)
    {
        NeighbourView view;
        view.mac = std::move(row.mac);
        view.address = std::move(row.address);
        view.device_id = row.seen_by.id.text();
        view.device = std::move(row.seen_by.name);
        view.first_seen = row.first_seen_at;
        page.items.push_back(std::move(view));
    }
    return page;
}

NeighbourPage known(storage::Session& session, const RegisterQuery& query)
{
    auto rows = storage::neighbours_on_register(session, query.after_number, query.rows_max + 1);
    NeighbourPage page;
    page.total = storage::count_neighbours_on_register(session);
    if (cut(rows, query.rows_max))
        page.next = to_place({}, std::to_string(rows.back().no));
    for (storage::KnownNeighbour& row : rows)
    {
        NeighbourView view;
        view.id = row.no;
        view.mac = std::move(row.mac);
        view.name = std::move(row.name);
        view.until = row.until;
        view.approved_by = std::move(row.approved_by);
        view.approved_at = row.approved_at;
        page.items.push_back(std::move(view));
    }
    return page;
}

} // namespace

awaitable<http::Response> get_media(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const auto query = query_of(request, {"unregistered", "registered"});
    if (!query)
        co_return refuse(query.error());
    const Timestamp now = services.clock.now();
    auto look = [&](storage::Session& session) -> Result<MediumPage> {
        return query->state == "registered" ? registered(session, *query)
                                            : unregistered(session, *query, now);
    };
    auto page = co_await read_as(*principal, services, look);
    if (page && page->next)
        page->next = to_cursor(request, *page->next);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> post_medium(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<MediumBody>(request);
    if (!body)
        co_return refuse(body.error());
    storage::RegisteredMedium medium;
    medium.vendor_id = std::move(body->vendor_id);
    medium.product_id = std::move(body->product_id);
    medium.serial = std::move(body->serial);
    medium.label = std::move(body->label);
    medium.until = body->until;
    auto done = co_await services.decisions.register_medium(std::move(medium), principal->name);
    if (!done)
        co_return refuse(done.error());
    const Made made{done->no};
    co_return answer(http::Status::created, made);
}

awaitable<http::Response> delete_medium(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    auto done = co_await services.decisions.unregister_medium(*no, principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> get_neighbours(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const auto query = query_of(request, {"unknown", "known"});
    if (!query)
        co_return refuse(query.error());
    if (query->state == "known" && !principal->sees_all())
        co_return refuse(Error{Errc::forbidden, "the register is the whole site's"});
    auto look = [&](storage::Session& session) -> Result<NeighbourPage> {
        return query->state == "known" ? known(session, *query) : strangers(session, *query);
    };
    auto page = co_await read_as(*principal, services, look);
    if (page && page->next)
        page->next = to_cursor(request, *page->next);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> post_neighbour(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<NeighbourBody>(request);
    if (!body)
        co_return refuse(body.error());
    if (!body->device.empty())
    {
        DeviceId device{std::move(body->device)};
        auto done = co_await services.decisions.approve_strangers(
            std::move(device), std::move(body->name), body->until, principal->name);
        if (!done)
            co_return refuse(done.error());
        const Counted counted{static_cast<std::int64_t>(*done)};
        co_return answer(http::Status::ok, counted);
    }
    storage::KnownNeighbour neighbour;
    neighbour.mac = std::move(body->mac);
    neighbour.name = std::move(body->name);
    neighbour.until = body->until;
    auto done =
        co_await services.decisions.approve_neighbour(std::move(neighbour), principal->name);
    if (!done)
        co_return refuse(done.error());
    const Made made{done->no};
    co_return answer(http::Status::created, made);
}

awaitable<http::Response> delete_neighbour(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    auto done = co_await services.decisions.remove_neighbour(*no, principal->name);
    co_return done_or_refused(done);
}

} // namespace mimamori::collector::api
