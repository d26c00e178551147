#include "collector/storage/register_store.hpp"

#include "collector/storage/statement.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <utility>

namespace mimamori::collector::storage {

namespace {

std::optional<Timestamp> moment_at(const Statement& row, int column)
{
    if (row.is_null(column))
        return {};
    return from_ms(row.integer(column));
}

std::optional<std::int64_t> ms_of(const std::optional<Timestamp>& moment)
{
    if (!moment)
        return {};
    return to_ms(*moment);
}

RegisteredMedium medium_at(const Statement& row)
{
    RegisteredMedium medium;
    medium.no = row.integer(0);
    medium.vendor_id = row.text(1);
    medium.product_id = row.text(2);
    medium.serial = row.text(3);
    medium.label = row.text(4);
    medium.until = moment_at(row, 5);
    medium.registered_by = row.text(6);
    medium.registered_at = from_ms(row.integer(7));
    medium.removed_by = row.text(8);
    medium.removed_at = moment_at(row, 9);
    return medium;
}

KnownNeighbour neighbour_at(const Statement& row)
{
    KnownNeighbour neighbour;
    neighbour.no = row.integer(0);
    neighbour.mac = row.text(1);
    neighbour.name = row.text(2);
    neighbour.until = moment_at(row, 3);
    neighbour.approved_by = row.text(4);
    neighbour.approved_at = from_ms(row.integer(5));
    neighbour.removed_by = row.text(6);
    neighbour.removed_at = moment_at(row, 7);
    return neighbour;
}

StrangerRow stranger_at(const Statement& row)
{
    return {
        std::string{row.text(0)}, row.integer(1), std::string{row.text(2)},
        from_ms(row.integer(3))};
}

std::optional<KnownNeighbour> find_neighbour(Session& session, std::string_view mac, Timestamp now)
{
    const auto row = session.prepared(R"sql(
        SELECT * FROM neighbour
        WHERE mac = ?1 AND removed_at_ms IS NULL AND (until_ms IS NULL OR until_ms > ?2))sql");
    if (!row->bind(1, mac).bind(2, to_ms(now)).next())
        return {};
    return neighbour_at(*row);
}

} // namespace

Result<void> register_medium(Session& session, RegisteredMedium& medium, Timestamp now)
{
    if (find_registered(session, medium.vendor_id, medium.product_id, medium.serial, now))
        return Error{Errc::conflict, "the medium is registered already"};
    const auto row = session.prepared(R"sql(
        INSERT INTO medium (
            vendor_id, product_id, serial, label, until_ms, registered_by, registered_at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING no)sql");
    row->bind(1, medium.vendor_id)
        .bind(2, medium.product_id)
        .bind(3, medium.serial)
        .bind(4, medium.label)
        .bind(5, ms_of(medium.until))
        .bind(6, medium.registered_by)
        .bind(7, to_ms(now));
    row->next();
    medium.no = row->integer(0);
    medium.registered_at = now;
    return {};
}

Result<RegisteredMedium> unregister_medium(
    Session& session, std::int64_t no, const std::string& who, Timestamp now)
{
    std::optional<RegisteredMedium> found;
    {
        const auto row = session.prepared("SELECT * FROM medium WHERE no = ?1");
        if (!row->bind(1, no).next())
            return Error{Errc::not_found, "no medium " + std::to_string(no)};
        found = medium_at(*row);
    }
    if (found->removed_at)
        return Error{Errc::conflict, "the medium was taken off the register before"};
    session.prepared("UPDATE medium SET removed_by = ?2, removed_at_ms = ?3 WHERE no = ?1")
        ->bind(1, no)
        .bind(2, who)
        .bind(3, to_ms(now))
        .run();
    found->removed_by = who;
    found->removed_at = now;
    return *found;
}

std::optional<RegisteredMedium> find_registered(
    Session& session,
    std::string_view vendor_id,
    std::string_view product_id,
    std::string_view serial,
    Timestamp now)
{
    const auto row = session.prepared(R"sql(
        SELECT * FROM medium
        WHERE serial = ?3 AND vendor_id = ?1 AND product_id = ?2 AND removed_at_ms IS NULL
          AND (until_ms IS NULL OR until_ms > ?4))sql");
    row->bind(1, vendor_id).bind(2, product_id).bind(3, serial).bind(4, to_ms(now));
    if (!row->next())
        return {};
    return medium_at(*row);
}

std::vector<RegisteredMedium> list_media(Session& session, std::size_t rows_max)
{
    const auto rows = session.prepared("SELECT * FROM medium ORDER BY label, no LIMIT ?1");
    rows->bind(1, static_cast<std::int64_t>(rows_max));
    std::vector<RegisteredMedium> found;
    while (rows->next())
        found.push_back(medium_at(*rows));
    return found;
}

std::vector<DeviceMedium> media_of(Session& session, std::int64_t device_no, std::size_t rows_max)
{
    const auto rows = session.prepared("SELECT body, last_attached_ms FROM device_medium"
                                       " WHERE device_no = ?1"
                                       " ORDER BY last_attached_ms DESC LIMIT ?2");
    rows->bind(1, device_no).bind(2, static_cast<std::int64_t>(rows_max));
    std::vector<DeviceMedium> found;
    while (rows->next())
    {
        // Written by us from a checked report; a damaged row is not worth failing a device.
        if (auto device = wire::from_json<wire::UsbDevice>(rows->text(0)))
            found.push_back({std::move(*device), from_ms(rows->integer(1))});
    }
    return found;
}

void put_device_medium(
    Session& session, std::int64_t device_no, const std::string& serial, const DeviceMedium& medium)
{
    const std::string body = wire::to_json(medium.device);
    session
        .prepared(R"sql(
        INSERT INTO device_medium (
            device_no, vendor_id, product_id, serial, body, last_attached_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (device_no, vendor_id, product_id, serial) DO UPDATE
        SET body = excluded.body,
            last_attached_ms = max(last_attached_ms, excluded.last_attached_ms))sql")
        ->bind(1, device_no)
        .bind(2, medium.device.vendor_id)
        .bind(3, medium.device.product_id)
        .bind(4, serial)
        .bind(5, body)
        .bind(6, to_ms(medium.last_attached_at))
        .run();
}

std::vector<std::int64_t> device_nos_with_medium(
    Session& session,
    std::string_view vendor_id,
    std::string_view product_id,
    std::string_view serial)
{
    const auto rows = session.prepared("SELECT device_no FROM device_medium"
                                       " WHERE vendor_id = ?1 AND product_id = ?2 AND serial = ?3");
    rows->bind(1, vendor_id).bind(2, product_id).bind(3, serial);
    std::vector<std::int64_t> found;
    while (rows->next())
        found.push_back(rows->integer(0));
    return found;
}

Result<void> approve_neighbour(Session& session, KnownNeighbour& neighbour, Timestamp now)
{
    if (find_neighbour(session, neighbour.mac, now))
        return Error{Errc::conflict, "the neighbour is known already"};
    const auto row = session.prepared(R"sql(
        INSERT INTO neighbour (mac, name, until_ms, approved_by, approved_at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5) RETURNING no)sql");
    row->bind(1, neighbour.mac)
        .bind(2, neighbour.name)
        .bind(3, ms_of(neighbour.until))
        .bind(4, neighbour.approved_by)
        .bind(5, to_ms(now));
    row->next();
    neighbour.no = row->integer(0);
    neighbour.approved_at = now;
    return {};
}

Result<KnownNeighbour> remove_neighbour(
    Session& session, std::int64_t no, const std::string& who, Timestamp now)
{
    std::optional<KnownNeighbour> found;
    {
        const auto row = session.prepared("SELECT * FROM neighbour WHERE no = ?1");
        if (!row->bind(1, no).next())
            return Error{Errc::not_found, "no neighbour " + std::to_string(no)};
        found = neighbour_at(*row);
    }
    if (found->removed_at)
        return Error{Errc::conflict, "the neighbour was removed before"};
    session.prepared("UPDATE neighbour SET removed_by = ?2, removed_at_ms = ?3 WHERE no = ?1")
        ->bind(1, no)
        .bind(2, who)
        .bind(3, to_ms(now))
        .run();
    found->removed_by = who;
    found->removed_at = now;
    return *found;
}

std::vector<KnownNeighbour> list_neighbours(Session& session, std::size_t rows_max)
{
    const auto rows = session.prepared("SELECT * FROM neighbour ORDER BY name, no LIMIT ?1");
    rows->bind(1, static_cast<std::int64_t>(rows_max));
    std::vector<KnownNeighbour> found;
    while (rows->next())
        found.push_back(neighbour_at(*rows));
    return found;
}

bool is_known_mac(Session& session, std::string_view mac, Timestamp now)
{
    const auto ours = session.prepared("SELECT 1 FROM device_mac WHERE mac = ?1");
    if (ours->bind(1, mac).next())
        return true;
    return find_neighbour(session, mac, now).has_value();
}

std::optional<StrangerRow> find_stranger(Session& session, std::string_view mac)
{
    const auto row = session.prepared("SELECT * FROM stranger WHERE mac = ?1");
    if (!row->bind(1, mac).next())
        return {};
    return stranger_at(*row);
}

void put_stranger(Session& session, const StrangerRow& stranger)
{
    session
        .prepared("INSERT INTO stranger (mac, device_no, address, first_seen_ms)"
                  " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (mac) DO NOTHING")
        ->bind(1, stranger.mac)
        .bind(2, stranger.device_no)
        .bind(3, stranger.address)
        .bind(4, to_ms(stranger.first_seen_at))
        .run();
}

void remove_stranger(Session& session, std::string_view mac)
{
    session.prepared("DELETE FROM stranger WHERE mac = ?1")->bind(1, mac).run();
}

std::vector<StrangerRow> strangers_of(Session& session, std::int64_t device_no)
{
    const auto rows = session.prepared("SELECT * FROM stranger WHERE device_no = ?1");
    rows->bind(1, device_no);
    std::vector<StrangerRow> found;
    while (rows->next())
        found.push_back(stranger_at(*rows));
    return found;
}

void put_device_macs(Session& session, std::int64_t device_no, const std::vector<std::string>& macs)
{
    session.prepared("DELETE FROM device_mac WHERE device_no = ?1")->bind(1, device_no).run();
    for (const std::string& mac : macs)
    {
        session
            .prepared("INSERT INTO device_mac (mac, device_no) VALUES (?1, ?2)"
                      " ON CONFLICT DO NOTHING")
            ->bind(1, mac)
            .bind(2, device_no)
            .run();
    }
}

} // namespace mimamori::collector::storage
