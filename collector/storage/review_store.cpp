#include "collector/storage/review_store.hpp"

#include "collector/storage/statement.hpp"
#include "common/wire/json_reader.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include <utility>

namespace mimamori::collector::storage {

namespace {

std::int64_t count(Session& session, const char* sql)
{
    const auto row = session.prepared(sql);
    return row->next() ? row->integer(0) : 0;
}

DeviceName device_at(const Statement& row, int from)
{
    return {DeviceId{std::string{row.text(from)}}, std::string{row.text(from + 1)}};
}

std::optional<Timestamp> moment_at(const Statement& row, int column)
{
    if (row.is_null(column))
        return {};
    return from_ms(row.integer(column));
}

} // namespace

std::vector<ProgramRow> program_lines(
    Session& session, const ProgramPlace& after, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT p.* FROM program p
        WHERE (p.path, p.line) > (?1, ?2)
          AND p.no = (SELECT min(q.no) FROM program q WHERE q.line = p.line
                      AND EXISTS (SELECT 1 FROM device_program dp WHERE dp.program_no = q.no))
        ORDER BY p.path, p.line LIMIT ?3)sql");
    rows->bind(1, after.path).bind(2, after.line).bind(3, static_cast<std::int64_t>(rows_max));
    std::vector<ProgramRow> found;
    while (rows->next())
        found.push_back(program_row_at(*rows));
    return found;
}

std::vector<LineOnModel> models_with(Session& session, std::int64_t line)
{
    const auto rows = session.prepared(R"sql(
        SELECT m.no, m.name, count(DISTINCT dp.device_no), min(dp.first_seen_ms)
        FROM program p JOIN device_program dp ON dp.program_no = p.no
        JOIN judged j ON j.device_no = dp.device_no JOIN model m ON m.no = j.model_no
        WHERE p.line = ?1 GROUP BY m.no ORDER BY m.name)sql");
    rows->bind(1, line);
    std::vector<LineOnModel> found;
    while (rows->next())
        found.push_back(
            {rows->integer(0), std::string{rows->text(1)},
             static_cast<std::uint32_t>(rows->integer(2)), from_ms(rows->integer(3))});
    return found;
}

std::vector<DeviceName> devices_having(Session& session, std::int64_t line, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT DISTINCT s.id, s.name
        FROM program p JOIN device_program dp ON dp.program_no = p.no
        JOIN device_summary s ON s.device_no = dp.device_no
        WHERE p.line = ?1 ORDER BY s.name LIMIT ?2)sql");
    rows->bind(1, line).bind(2, static_cast<std::int64_t>(rows_max));
    std::vector<DeviceName> found;
    while (rows->next())
        found.push_back(device_at(*rows, 0));
    return found;
}

std::optional<ProgramRow> first_program_of(
    Session& session, findings::DecisionKind kind, std::string_view value)
{
    const auto row = session.prepared(R"sql(
        SELECT * FROM program
        WHERE CASE ?1 WHEN 'hash' THEN sha256 = ?2 WHEN 'signer' THEN signer = ?2
                      ELSE path = ?2 OR lower(path) = ?2 END
        ORDER BY no LIMIT 1)sql");
    row->bind(1, boost::describe::enum_to_string(kind, "hash")).bind(2, value);
    if (!row->next())
        return {};
    return program_row_at(*row);
}

std::uint32_t devices_matching(
    Session& session, findings::DecisionKind kind, std::string_view value)
{
    const auto row = session.prepared(R"sql(
        SELECT count(DISTINCT dp.device_no)
        FROM program p JOIN device_program dp ON dp.program_no = p.no
        WHERE CASE ?1 WHEN 'hash' THEN p.sha256 = ?2 WHEN 'signer' THEN p.signer = ?2
                      ELSE p.path = ?2 OR lower(p.path) = ?2 END)sql");
    row->bind(1, boost::describe::enum_to_string(kind, "hash")).bind(2, value).next();
    return static_cast<std::uint32_t>(row->integer(0));
}

std::string key_of(const StrangeMedium& medium)
{
    return fmt::format(
        "{}\x1f{}\x1f{}", medium.device.vendor_id, medium.device.product_id, medium.serial);
}

std::vector<StrangeMedium> unregistered_media(
    Session& session, const std::optional<MediumPlace>& after, Timestamp now, std::size_t rows_max)
{
    // SQLite takes the bare columns of a group from the row that has the maximum.
    const auto rows = session.prepared(R"sql(
        SELECT m.serial, count(*), max(m.last_attached_ms) AS last, m.body, s.id, s.name,
               m.vendor_id || char(31) || m.product_id || char(31) || m.serial AS key
        FROM device_medium m JOIN device_summary s ON s.device_no = m.device_no
        WHERE m.serial = '' OR NOT EXISTS (
            SELECT 1 FROM medium r
            WHERE r.serial = m.serial AND r.vendor_id = m.vendor_id
              AND r.product_id = m.product_id AND r.removed_at_ms IS NULL
              AND (r.until_ms IS NULL OR r.until_ms > ?1))
        GROUP BY m.vendor_id, m.product_id, m.serial
        HAVING ?2 = 0 OR (max(m.last_attached_ms), key) < (?3, ?4)
        ORDER BY last DESC, key DESC LIMIT ?5)sql");
    const std::string key = after ? after->key : std::string{};
    rows->bind(1, to_ms(now))
        .bind(2, std::int64_t{after ? 1 : 0})
        .bind(3, after ? to_ms(after->last_attached_at) : 0)
        .bind(4, key)
        .bind(5, static_cast<std::int64_t>(rows_max));
    std::vector<StrangeMedium> found;
    while (rows->next())
    {
        // Written by us from a checked report; a damaged row is not worth failing the page.
        auto device = wire::from_json<wire::UsbDevice>(rows->text(3));
        if (device)
            found.push_back(
                {std::move(*device), std::string{rows->text(0)},
                 static_cast<std::uint32_t>(rows->integer(1)), device_at(*rows, 4),
                 from_ms(rows->integer(2))});
    }
    return found;
}

std::int64_t count_unregistered_media(Session& session, Timestamp now)
{
    const auto row = session.prepared(R"sql(
        SELECT count(*) FROM (
            SELECT DISTINCT m.vendor_id, m.product_id, m.serial FROM device_medium m
            WHERE m.serial = '' OR NOT EXISTS (
                SELECT 1 FROM medium r
                WHERE r.serial = m.serial AND r.vendor_id = m.vendor_id
                  AND r.product_id = m.product_id AND r.removed_at_ms IS NULL
                  AND (r.until_ms IS NULL OR r.until_ms > ?1))))sql");
    row->bind(1, to_ms(now)).next();
    return row->integer(0);
}

std::vector<ListedMedium> media_on_register(
    Session& session, std::int64_t after_no, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT m.no, m.vendor_id, m.product_id, m.serial, m.label, m.until_ms, m.registered_by,
               m.registered_at_ms, s.id, s.name, max(d.last_attached_ms)
        FROM medium m
        LEFT JOIN device_medium d ON d.serial = m.serial AND d.vendor_id = m.vendor_id
                                 AND d.product_id = m.product_id
        LEFT JOIN device_summary s ON s.device_no = d.device_no
        WHERE m.removed_at_ms IS NULL
          AND (?1 = 0 OR (m.label, m.no) > (SELECT label, no FROM medium WHERE no = ?1))
        GROUP BY m.no ORDER BY m.label, m.no LIMIT ?2)sql");
    rows->bind(1, after_no).bind(2, static_cast<std::int64_t>(rows_max));
    std::vector<ListedMedium> found;
    while (rows->next())
    {
        ListedMedium listed;
        listed.medium.no = rows->integer(0);
        listed.medium.vendor_id = rows->text(1);
        listed.medium.product_id = rows->text(2);
        listed.medium.serial = rows->text(3);
        listed.medium.label = rows->text(4);
        listed.medium.until = moment_at(*rows, 5);
        listed.medium.registered_by = rows->text(6);
        listed.medium.registered_at = from_ms(rows->integer(7));
        if (!rows->is_null(8))
            listed.last_on = device_at(*rows, 8);
        listed.last_attached_at = moment_at(*rows, 10);
        found.push_back(std::move(listed));
    }
    return found;
}

std::int64_t count_media_on_register(Session& session)
{
    return count(session, "SELECT count(*) FROM medium WHERE removed_at_ms IS NULL");
}

std::vector<ListedStranger> list_strangers(
    Session& session, const std::optional<StrangerPlace>& after, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT t.mac, t.address, t.first_seen_ms, s.id, s.name
        FROM stranger t JOIN device_summary s ON s.device_no = t.device_no
        WHERE ?1 = 0 OR (t.first_seen_ms, t.mac) < (?2, ?3)
        ORDER BY t.first_seen_ms DESC, t.mac DESC LIMIT ?4)sql");
    const std::string mac = after ? after->mac : std::string{};
    rows->bind(1, std::int64_t{after ? 1 : 0})
        .bind(2, after ? to_ms(after->first_seen_at) : 0)
        .bind(3, mac)
        .bind(4, static_cast<std::int64_t>(rows_max));
    std::vector<ListedStranger> found;
    while (rows->next())
        found.push_back(
            {std::string{rows->text(0)}, std::string{rows->text(1)}, device_at(*rows, 3),
             from_ms(rows->integer(2))});
    return found;
}

std::int64_t count_strangers(Session& session)
{
    return count(session, "SELECT count(*) FROM stranger");
}

std::vector<KnownNeighbour> neighbours_on_register(
    Session& session, std::int64_t after_no, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT n.no, n.mac, n.name, n.until_ms, n.approved_by, n.approved_at_ms
        FROM neighbour n
        WHERE n.removed_at_ms IS NULL
          AND (?1 = 0 OR (n.name, n.no) > (SELECT name, no FROM neighbour WHERE no = ?1))
        ORDER BY n.name, n.no LIMIT ?2)sql");
    rows->bind(1, after_no).bind(2, static_cast<std::int64_t>(rows_max));
    std::vector<KnownNeighbour> found;
    while (rows->next())
    {
        KnownNeighbour neighbour;
        neighbour.no = rows->integer(0);
        neighbour.mac = rows->text(1);
        neighbour.name = rows->text(2);
        neighbour.until = moment_at(*rows, 3);
        neighbour.approved_by = rows->text(4);
        neighbour.approved_at = from_ms(rows->integer(5));
        found.push_back(std::move(neighbour));
    }
    return found;
}

std::int64_t count_neighbours_on_register(Session& session)
{
    return count(session, "SELECT count(*) FROM neighbour WHERE removed_at_ms IS NULL");
}

} // namespace mimamori::collector::storage
