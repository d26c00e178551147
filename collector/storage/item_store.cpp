#include "collector/storage/item_store.hpp"

#include "collector/storage/statement.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <utility>

namespace mimamori::collector::storage {

namespace {

template <class Enum>
std::string_view name_of(Enum value)
{
    return boost::describe::enum_to_string(value, "");
}

/// The tables' CHECKs allow no other names.
template <class Enum>
Enum enum_at(const Statement& row, int column)
{
    Enum value{};
    boost::describe::enum_from_string(std::string{row.text(column)}.c_str(), value);
    return value;
}

} // namespace

std::vector<DeviceItem> items_of(Session& session, std::int64_t device_no)
{
    const auto rows = session.prepared("SELECT kind, value, first_seen_ms FROM device_item"
                                       " WHERE device_no = ?1 ORDER BY kind, value");
    rows->bind(1, device_no);
    std::vector<DeviceItem> found;
    while (rows->next())
        found.push_back(
            {{enum_at<rules::ItemKind>(*rows, 0), std::string{rows->text(1)}},
             from_ms(rows->integer(2))});
    return found;
}

std::vector<std::string> items_of(Session& session, std::int64_t device_no, rules::ItemKind kind)
{
    const auto rows = session.prepared(
        "SELECT value FROM device_item WHERE device_no = ?1 AND kind = ?2 ORDER BY value");
    rows->bind(1, device_no).bind(2, name_of(kind));
    std::vector<std::string> found;
    while (rows->next())
        found.emplace_back(rows->text(0));
    return found;
}

void put_item(Session& session, std::int64_t device_no, const DeviceItem& item)
{
    session
        .prepared("INSERT INTO device_item (device_no, kind, value, first_seen_ms)"
                  " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
        ->bind(1, device_no)
        .bind(2, name_of(item.item.kind))
        .bind(3, item.item.value)
        .bind(4, to_ms(item.first_seen_at))
        .run();
}

void remove_item(Session& session, std::int64_t device_no, const Item& item)
{
    session.prepared("DELETE FROM device_item WHERE device_no = ?1 AND kind = ?2 AND value = ?3")
        ->bind(1, device_no)
        .bind(2, name_of(item.kind))
        .bind(3, item.value)
        .run();
}

std::uint32_t devices_with_item(Session& session, std::int64_t model_no, const Item& item)
{
    const auto row = session.prepared(R"sql(
        SELECT count(*) FROM device_item i CROSS JOIN judged j ON j.device_no = i.device_no
        WHERE i.kind = ?1 AND i.value = ?2 AND j.model_no = ?3)sql");
    row->bind(1, name_of(item.kind)).bind(2, item.value).bind(3, model_no).next();
    return static_cast<std::uint32_t>(row->integer(0));
}

std::vector<std::int64_t> device_nos_with_item(
    Session& session, std::int64_t model_no, const Item& item, std::size_t count_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT i.device_no FROM device_item i CROSS JOIN judged j ON j.device_no = i.device_no
        WHERE i.kind = ?1 AND i.value = ?2 AND j.model_no = ?3 LIMIT ?4)sql");
    rows->bind(1, name_of(item.kind))
        .bind(2, item.value)
        .bind(3, model_no)
        .bind(4, static_cast<std::int64_t>(count_max));
    std::vector<std::int64_t> found;
    while (rows->next())
        found.push_back(rows->integer(0));
    return found;
}

std::map<Item, std::uint32_t> counted_items(
    Session& session, const std::vector<std::int64_t>& device_nos)
{
    std::map<Item, std::uint32_t> counted;
    for (const std::int64_t device_no : device_nos)
    {
        for (DeviceItem& item : items_of(session, device_no))
            ++counted[std::move(item.item)];
    }
    return counted;
}

std::vector<ProfileItem> profile_of(Session& session, std::int64_t model_no)
{
    const auto rows =
        session.prepared("SELECT kind, value, source, since_ms, set_by FROM profile_item"
                         " WHERE model_no = ?1 AND kind <> 'program' ORDER BY kind, value");
    rows->bind(1, model_no);
    std::vector<ProfileItem> found;
    while (rows->next())
    {
        ProfileItem item;
        item.item = {enum_at<rules::ItemKind>(*rows, 0), std::string{rows->text(1)}};
        item.source = enum_at<ProfileSource>(*rows, 2);
        item.since = from_ms(rows->integer(3));
        item.set_by = rows->text(4);
        found.push_back(std::move(item));
    }
    return found;
}

bool put_profile_item(Session& session, std::int64_t model_no, const ProfileItem& item)
{
    return session
               .prepared(
                   "INSERT INTO profile_item (model_no, kind, value, source, since_ms, set_by)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING")
               ->bind(1, model_no)
               .bind(2, name_of(item.item.kind))
               .bind(3, item.item.value)
               .bind(4, name_of(item.source))
               .bind(5, to_ms(item.since))
               .bind(6, item.set_by)
               .run()
           > 0;
}

bool remove_profile_item(Session& session, std::int64_t model_no, const Item& item)
{
    const auto gone = session
                          .prepared("DELETE FROM profile_item"
                                    " WHERE model_no = ?1 AND kind = ?2 AND value = ?3")
                          ->bind(1, model_no)
                          .bind(2, name_of(item.kind))
                          .bind(3, item.value)
                          .run();
    if (gone == 0)
        return false;
    session.prepared("UPDATE judged SET items_unusual = 1 WHERE model_no = ?1")
        ->bind(1, model_no)
        .run();
    return true;
}

} // namespace mimamori::collector::storage
