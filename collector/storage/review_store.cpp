#include "collector/storage/review_store.hpp"

#include "collector/storage/statement.hpp"
#include "common/wire/json_reader.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <array>
#include <utility>

namespace mimamori::collector::storage {

namespace {

constexpr std::array strange_medium_list{
    ListField{
        "medium", FieldKind::text,
        "coalesce(t.body ->> '$.vendor', '') || ' ' || coalesce(t.body ->> '$.product', '')"},
    ListField{"serial", FieldKind::text, "t.serial"},
    ListField{"device", FieldKind::text, "t.device"},
    ListField{"devices", FieldKind::number, "t.devices"},
    ListField{"when", FieldKind::moment, "t.last"},
};
constexpr ListFields strange_media_have{
    strange_medium_list,
    "t.body ->> '$.vendor', t.body ->> '$.product', t.body ->> '$.volume_labels',"
    " t.serial, t.device"};

constexpr std::array medium_list{
    ListField{"label", FieldKind::text, "t.label"},
    ListField{"serial", FieldKind::text, "t.serial"},
    ListField{"device", FieldKind::text, "coalesce(t.device, '')"},
    ListField{"when", FieldKind::moment, "t.last"},
    ListField{"until", FieldKind::moment, "t.until_ms"},
};
constexpr ListFields media_have{medium_list, "t.label, t.serial, t.device"};

constexpr std::array stranger_list{
    ListField{"mac", FieldKind::text, "t.mac"},
    ListField{"address", FieldKind::text, "t.address"},
    ListField{"device", FieldKind::text, "s.name"},
    ListField{"first", FieldKind::moment, "t.first_seen_ms"},
};
constexpr ListFields strangers_have{stranger_list, "t.mac, t.address, s.name"};

constexpr std::array neighbour_list{
    ListField{"name", FieldKind::text, "n.name"},
    ListField{"mac", FieldKind::text, "n.mac"},
    ListField{"by", FieldKind::text, "n.approved_by"},
    ListField{"until", FieldKind::moment, "n.until_ms"},
};
constexpr ListFields neighbours_have{neighbour_list, "n.name, n.mac, n.approved_by"};

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

const ListFields& strange_medium_fields()
{
    return strange_media_have;
}

Result<ListPage<StrangeMedium>> unregistered_media(
    Session& session, const ListAsk& ask, Timestamp now)
{
    // SQLite takes the bare columns of a group from the row that has the maximum.
    const ListSource source{
        strange_media_have,
        "-when",
        "t.serial, t.devices, t.last, t.body, t.device_id, t.device, t.site, t.place",
        R"sql((
        SELECT m.serial, count(*) AS devices, max(m.last_attached_ms) AS last, m.body,
               s.id AS device_id, s.name AS device, s.site_id AS site,
               coalesce(l.place, '') AS place,
               m.vendor_id || char(31) || m.product_id || char(31) || m.serial AS key
        FROM device_medium m JOIN device_summary s ON s.device_no = m.device_no
        LEFT JOIN ledger l ON l.device_no = m.device_no
        WHERE m.serial = '' OR NOT EXISTS (
            SELECT 1 FROM medium r
            WHERE r.serial = m.serial AND r.vendor_id = m.vendor_id
              AND r.product_id = m.product_id AND r.removed_at_ms IS NULL
              AND (r.until_ms IS NULL OR r.until_ms > ?))
        GROUP BY m.vendor_id, m.product_id, m.serial) t)sql",
        {to_ms(now)},
        "t.key",
        true};
    return read_page<StrangeMedium>(session, source, ask, [](const Statement& row) {
        StrangeMedium medium;
        // Written by us from a checked report; a damaged row is not worth failing the page.
        if (auto device = wire::from_json<wire::UsbDevice>(row.text(columns_before + 3)))
            medium.device = std::move(*device);
        medium.serial = row.text(columns_before);
        medium.devices = static_cast<std::uint32_t>(row.integer(columns_before + 1));
        medium.last_attached_at = from_ms(row.integer(columns_before + 2));
        medium.last_on = device_at(row, columns_before + 4);
        medium.site = SiteId{std::string{row.text(columns_before + 6)}};
        medium.place = row.text(columns_before + 7);
        return medium;
    });
}

const ListFields& medium_fields()
{
    return media_have;
}

Result<ListPage<ListedMedium>> media_on_register(Session& session, const ListAsk& ask)
{
    const ListSource source{
        media_have,
        "label",
        "t.no, t.vendor_id, t.product_id, t.serial, t.label, t.until_ms, t.registered_by,"
        " t.registered_at_ms, t.device_id, t.device, t.last",
        R"sql((
        SELECT m.no, m.vendor_id, m.product_id, m.serial, m.label, m.until_ms, m.registered_by,
               m.registered_at_ms, s.id AS device_id, s.name AS device,
               max(d.last_attached_ms) AS last
        FROM medium m
        LEFT JOIN device_medium d ON d.serial = m.serial AND d.vendor_id = m.vendor_id
                                 AND d.product_id = m.product_id
        LEFT JOIN device_summary s ON s.device_no = d.device_no
        WHERE m.removed_at_ms IS NULL GROUP BY m.no) t)sql",
        {},
        "t.no"};
    return read_page<ListedMedium>(session, source, ask, [](const Statement& row) {
        ListedMedium listed;
        listed.medium.no = row.integer(columns_before);
        listed.medium.vendor_id = row.text(columns_before + 1);
        listed.medium.product_id = row.text(columns_before + 2);
        listed.medium.serial = row.text(columns_before + 3);
        listed.medium.label = row.text(columns_before + 4);
        listed.medium.until = moment_at(row, columns_before + 5);
        listed.medium.registered_by = row.text(columns_before + 6);
        listed.medium.registered_at = from_ms(row.integer(columns_before + 7));
        if (!row.is_null(columns_before + 8))
            listed.last_on = device_at(row, columns_before + 8);
        listed.last_attached_at = moment_at(row, columns_before + 10);
        return listed;
    });
}

const ListFields& stranger_fields()
{
    return strangers_have;
}

Result<ListPage<ListedStranger>> list_strangers(Session& session, const ListAsk& ask)
{
    const ListSource source{
        strangers_have,
        "-first",
        "t.mac, t.address, t.first_seen_ms, s.id, s.name",
        "stranger t JOIN device_summary s ON s.device_no = t.device_no",
        {},
        "t.mac",
        true};
    return read_page<ListedStranger>(session, source, ask, [](const Statement& row) {
        return ListedStranger{
            std::string{row.text(columns_before)}, std::string{row.text(columns_before + 1)},
            device_at(row, columns_before + 3), from_ms(row.integer(columns_before + 2))};
    });
}

const ListFields& neighbour_fields()
{
    return neighbours_have;
}

Result<ListPage<KnownNeighbour>> neighbours_on_register(Session& session, const ListAsk& ask)
{
    const ListSource source{
        neighbours_have,
        "name",
        "n.no, n.mac, n.name, n.until_ms, n.approved_by, n.approved_at_ms",
        "(SELECT * FROM neighbour WHERE removed_at_ms IS NULL) n",
        {},
        "n.no"};
    return read_page<KnownNeighbour>(session, source, ask, [](const Statement& row) {
        KnownNeighbour neighbour;
        neighbour.no = row.integer(columns_before);
        neighbour.mac = row.text(columns_before + 1);
        neighbour.name = row.text(columns_before + 2);
        neighbour.until = moment_at(row, columns_before + 3);
        neighbour.approved_by = row.text(columns_before + 4);
        neighbour.approved_at = from_ms(row.integer(columns_before + 5));
        return neighbour;
    });
}

} // namespace mimamori::collector::storage
