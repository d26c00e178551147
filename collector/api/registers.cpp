#include "collector/api/registers.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/lacking.hpp"
#include "collector/api/list_query.hpp"
#include "collector/api/query.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/register_store.hpp"
#include "collector/storage/review_store.hpp"

#include <boost/describe/class.hpp>

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
    std::string site;  ///< Of that device; this and the place while it is not on the register.
    std::string place; ///< As the ledger has it.
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
     site,
     place,
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

MediumView view_of(storage::StrangeMedium&& row)
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
    view.site = row.site.text();
    view.place = std::move(row.place);
    view.last_attached = row.last_attached_at;
    return view;
}

MediumView view_of(storage::ListedMedium&& row)
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
    return view;
}

NeighbourView view_of(storage::ListedStranger&& row)
{
    NeighbourView view;
    view.mac = std::move(row.mac);
    view.address = std::move(row.address);
    view.device_id = row.seen_by.id.text();
    view.device = std::move(row.seen_by.name);
    view.first_seen = row.first_seen_at;
    return view;
}

NeighbourView view_of(storage::KnownNeighbour&& row)
{
    NeighbourView view;
    view.id = row.no;
    view.mac = std::move(row.mac);
    view.name = std::move(row.name);
    view.until = row.until;
    view.approved_by = std::move(row.approved_by);
    view.approved_at = row.approved_at;
    return view;
}

/// The views of a page's rows.
template <class Page, class Row>
Page page_of(const http::Request& request, storage::ListPage<Row>&& listed)
{
    Page page;
    page.total = listed.total;
    for (Row& row : listed.rows)
        page.items.push_back(view_of(std::move(row)));
    if (listed.next)
        page.next = to_cursor(request, *listed.next);
    return page;
}

} // namespace

awaitable<http::Response> get_media(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const auto state = choice_in_query(request, "state", {"unregistered", "registered"});
    if (!state)
        co_return refuse(state.error());
    const bool registered = *state == "registered";
    const auto asked = asked_list(
        request, services,
        registered ? storage::medium_fields() : storage::strange_medium_fields());
    if (!asked)
        co_return refuse(asked.error());
    if (asked->bad)
        co_return refuse_filter(*asked->bad);
    const Timestamp now = services.clock.now();
    auto look = [&](storage::Session& session) -> Result<MediumPage> {
        if (registered)
        {
            auto listed = storage::media_on_register(session, asked->ask);
            return listed ? page_of<MediumPage>(request, std::move(*listed))
                          : Result<MediumPage>{listed.error()};
        }
        auto listed = storage::unregistered_media(session, asked->ask, now);
        return listed ? page_of<MediumPage>(request, std::move(*listed))
                      : Result<MediumPage>{listed.error()};
    };
    auto page = co_await read_as(*principal, services, look);
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
    const auto state = choice_in_query(request, "state", {"unknown", "known"});
    if (!state)
        co_return refuse(state.error());
    const bool known = *state == "known";
    if (known && !principal->sees_all())
        co_return refuse(lacks_whole_site(*principal));
    const auto asked = asked_list(
        request, services, known ? storage::neighbour_fields() : storage::stranger_fields());
    if (!asked)
        co_return refuse(asked.error());
    if (asked->bad)
        co_return refuse_filter(*asked->bad);
    auto look = [&](storage::Session& session) -> Result<NeighbourPage> {
        if (known)
        {
            auto listed = storage::neighbours_on_register(session, asked->ask);
            return listed ? page_of<NeighbourPage>(request, std::move(*listed))
                          : Result<NeighbourPage>{listed.error()};
        }
        auto listed = storage::list_strangers(session, asked->ask);
        return listed ? page_of<NeighbourPage>(request, std::move(*listed))
                      : Result<NeighbourPage>{listed.error()};
    };
    auto page = co_await read_as(*principal, services, look);
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
