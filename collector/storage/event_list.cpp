#include "collector/storage/event_list.hpp"

#include "collector/storage/device_store.hpp"
#include "collector/storage/list_question.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <string_view>
#include <utility>

namespace mimamori::collector::storage {

namespace {

constexpr std::array all_fields{
    ListField{"kind", FieldKind::text, "e.kind"},
    ListField{"at", FieldKind::moment, "e.at_ms"},
    ListField{"received", FieldKind::moment, "e.received_at_ms"},
    ListField{"text", FieldKind::text, "coalesce(json_extract(e.body, '$.text'), '')"},
    ListField{"program", FieldKind::text, "coalesce(json_extract(e.body, '$.program.path'), '')"},
    ListField{"signer", FieldKind::text, "coalesce(json_extract(e.body, '$.program.signer'), '')"},
    ListField{"usb_serial", FieldKind::text, "coalesce(json_extract(e.body, '$.usb.serial'), '')"},
    ListField{
        "usb_class", FieldKind::text, "coalesce(json_extract(e.body, '$.usb.device_class'), '')"},
    ListField{"name", FieldKind::text, "s.name"},
    ListField{"hostname", FieldKind::text, "s.hostname"},
    ListField{"site", FieldKind::site, "s.site_id"},
    ListField{"model", FieldKind::text, "s.model"},
    ListField{"place", FieldKind::text, "coalesce(l.place, '')"},
};

constexpr ListFields all_events_have{
    all_fields, "s.name, s.hostname, e.kind, l.place, json_extract(e.body, '$.program.path'),"
                " json_extract(e.body, '$.usb.product'), json_extract(e.body, '$.usb.serial')"};

/// The newest events that one page looks through, as a table `e`.
Question window_of(
    const EventQuery& query, std::optional<std::int64_t> device_no, std::size_t looked_through_max)
{
    Question made;
    made.add(
        "(SELECT * FROM event WHERE no < ?",
        query.before_no.value_or(std::numeric_limits<std::int64_t>::max()));
    if (device_no)
        made.add(" AND device_no = ?", *device_no);
    // With the device, the index by device is the better one.
    if (!query.kind.empty())
        made.add(device_no ? " AND +kind = ?" : " AND kind = ?", query.kind);
    made.add(" ORDER BY no DESC LIMIT ?", static_cast<std::int64_t>(looked_through_max));
    made.sql += ") e";
    return made;
}

/// The oldest event of a window that is full.
std::optional<std::int64_t> end_of(
    Session& session, const Question& window, std::size_t looked_through_max)
{
    Question made = window;
    made.sql = "SELECT count(*), min(no) FROM " + made.sql;
    Statement row{session.native(), made.sql.c_str()};
    made.bind_to(row);
    if (!row.next() || row.integer(0) < static_cast<std::int64_t>(looked_through_max))
        return {};
    return row.integer(1);
}

} // namespace

const ListFields& event_fields()
{
    return all_events_have;
}

Result<FoundEvents> find_events(
    Session& session,
    const EventQuery& query,
    const std::vector<FilterTerm>& terms,
    const FilterTime& time,
    std::size_t looked_through_max)
{
    const Condition condition = condition_of(all_events_have, terms, time);
    if (condition.bad)
        return Error{Errc::invalid_input, condition.bad->text};
    const auto asked = device_no_of(session, query.device);
    if (!asked)
        return asked.error();
    const std::optional<std::int64_t> device_no = *asked;
    const Question window = window_of(query, device_no, looked_through_max);
    Question question = window;
    question.sql = fmt::format(
        "SELECT e.no, s.id, st.id, e.received_at_ms, e.number, e.at_ms, e.kind, e.body FROM {}"
        " JOIN stream st ON st.no = e.stream_no"
        " JOIN device_summary s ON s.device_no = e.device_no"
        " LEFT JOIN ledger l ON l.device_no = e.device_no WHERE ",
        window.sql);
    question.add(condition);
    question.add(" ORDER BY e.no DESC LIMIT ?", static_cast<std::int64_t>(query.count_max + 1));
    Statement rows{session.native(), question.sql.c_str()};
    question.bind_to(rows);
    FoundEvents found;
    while (rows.next())
    {
        auto event = stored_event(rows);
        if (!event)
            return std::move(event).error();
        found.events.push_back(std::move(*event));
    }
    if (found.events.size() > query.count_max)
    {
        found.events.resize(query.count_max);
        found.next = found.events.back().no;
    }
    else
        found.next = end_of(session, window, looked_through_max);
    return found;
}

} // namespace mimamori::collector::storage
