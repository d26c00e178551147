#include "collector/api/device_list.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/finding_view.hpp"
#include "collector/api/list_query.hpp"
#include "collector/api/query.hpp"
#include "collector/findings/texts.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/device_list.hpp"
#include "collector/storage/liveness.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct DeviceItem
{
    std::string id;
    std::string name;
    std::string hostname;
    std::string site;
    std::string source; ///< "agent", "snapshot", "ledger": from where it is known.
    std::string os;
    std::string os_version;
    std::string vendor;
    std::string model;
    std::string serial;
    std::string address; ///< The first one.
    std::string mac;     ///< Separated by spaces.
    std::string antivirus;
    std::optional<Timestamp> pattern_built_at;
    std::string agent_version;
    std::optional<Timestamp> last_seen;
    std::string state; ///< "none": nobody watches it, or it is not in use.
    std::int64_t open_action{0};
    std::int64_t open_warning{0};
    std::int64_t unknown_rules{0};
    LinesView todo;          ///< What is to be done about it, the worst first.
    std::int64_t version{0}; ///< Of what people know of it; the members below.
    std::string kind;
    std::string place;
    std::string owner;
    std::string supplier;
    std::string contract;
    std::string contract_until;
    std::string bought_year;
    std::string renewal_year;
    std::string asset_number;
    std::string me_number;
    std::string note;
    std::string stage; ///< "in_use", "spare", "repair", "retired", "disposed".
    std::string stage_day;
    std::string stage_note;
};
BOOST_DESCRIBE_STRUCT(
    DeviceItem,
    (),
    (id,
     name,
     hostname,
     site,
     source,
     os,
     os_version,
     vendor,
     model,
     serial,
     address,
     mac,
     antivirus,
     pattern_built_at,
     agent_version,
     last_seen,
     state,
     open_action,
     open_warning,
     unknown_rules,
     todo,
     version,
     kind,
     place,
     owner,
     supplier,
     contract,
     contract_until,
     bought_year,
     renewal_year,
     asset_number,
     me_number,
     note,
     stage,
     stage_day,
     stage_note))

struct ValueView
{
    std::string value;
    std::int64_t devices{0};
};
BOOST_DESCRIBE_STRUCT(ValueView, (), (value, devices))

struct ValuePage
{
    std::vector<ValueView> items;
};
BOOST_DESCRIBE_STRUCT(ValuePage, (), (items))

struct DevicePage
{
    std::int64_t total{0};
    std::vector<DeviceItem> items;
    std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(DevicePage, (), (total, items, next))

DeviceItem item_of(storage::DeviceRow&& row)
{
    DeviceItem item;
    item.id = row.id.text();
    item.name = std::move(row.name);
    item.hostname = std::move(row.hostname);
    item.site = std::move(row.site_id);
    item.source = std::move(row.device_class);
    item.os = std::move(row.os);
    item.os_version = std::move(row.os_version);
    item.vendor = std::move(row.vendor);
    item.model = std::move(row.model);
    item.serial = std::move(row.serial);
    item.address = row.addresses.substr(0, row.addresses.find(' '));
    item.mac = std::move(row.macs);
    item.antivirus = std::move(row.antivirus);
    item.pattern_built_at = row.pattern_built_at;
    item.agent_version = std::move(row.agent_version);
    item.last_seen = row.last_seen;
    item.state = std::move(row.state);
    item.open_action = row.open_action;
    item.open_warning = row.open_warning;
    item.unknown_rules = row.unknown_rules;
    for (const storage::OpenRule& one : row.todo)
    {
        findings::Bilingual title = findings::Texts::embedded().title_of(one.rule, one.variant);
        item.todo.ja.push_back(std::move(title.ja));
        item.todo.en.push_back(std::move(title.en));
    }
    item.version = row.version;
    item.stage = std::move(row.stage);
    std::size_t column = 0;
    for (std::string DeviceItem::*const member :
         {&DeviceItem::kind, &DeviceItem::place, &DeviceItem::owner, &DeviceItem::supplier,
          &DeviceItem::contract, &DeviceItem::contract_until, &DeviceItem::bought_year,
          &DeviceItem::renewal_year, &DeviceItem::asset_number, &DeviceItem::me_number,
          &DeviceItem::note, &DeviceItem::stage_day, &DeviceItem::stage_note})
        item.*member = std::move(row.ledger[column++]);
    return item;
}

/// The database knows when a device was last heard with a delay of minutes.
void update_from(const storage::Liveness& liveness, DeviceItem& view)
{
    const auto live = liveness.of(DeviceId{view.id});
    if (!live)
        return;
    view.last_seen = live->last_seen_at;
    view.agent_version = live->version;
}

Result<DevicePage> page_of(
    storage::Session& session, storage::DeviceQuery query, const storage::Liveness& liveness)
{
    const std::size_t wanted = query.rows_max;
    query.rows_max = wanted + 1; // One more says whether there is a next page.
    auto found = storage::list_and_count_devices(session, query);
    if (!found)
        return found.error();
    std::vector<storage::DeviceRow>& rows = found->rows;
    DevicePage page;
    page.total = found->total;
    if (rows.size() > wanted)
    {
        rows.resize(wanted);
        page.next = to_place(rows.back(), query.sort);
    }
    for (storage::DeviceRow& row : rows)
    {
        DeviceItem item = item_of(std::move(row));
        update_from(liveness, item);
        page.items.push_back(std::move(item));
    }
    return page;
}

Result<ValuePage> values_of(
    storage::Session& session, const storage::DeviceQuery& query, const std::string& field)
{
    auto values = storage::count_values(session, query, field, query.rows_max);
    if (!values)
        return values.error();
    ValuePage page;
    for (storage::ValueCount& value : *values)
        page.items.push_back({std::move(value.value), value.devices});
    return page;
}

} // namespace

awaitable<http::Response> get_devices(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto asked = asked_devices(request, services);
    if (!asked)
        co_return refuse(asked.error());
    if (asked->bad)
        co_return refuse_filter(*asked->bad);
    auto look = [&](storage::Session& session) {
        return page_of(session, asked->query, services.liveness);
    };
    auto page = co_await read_as(*principal, services, look);
    if (page && page->next)
        page->next = to_cursor(request, *page->next);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> get_device_values(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto asked = asked_devices(request, services);
    const auto field = text_in_query(request, "field", 50);
    if (!asked)
        co_return refuse(asked.error());
    if (asked->bad)
        co_return refuse_filter(*asked->bad);
    if (!field)
        co_return refuse(field.error());
    auto look = [&](storage::Session& session) { return values_of(session, asked->query, *field); };
    auto page = co_await read_as(*principal, services, look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

} // namespace mimamori::collector::api
