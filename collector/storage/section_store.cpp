#include "collector/storage/section_store.hpp"

#include "collector/storage/device_store.hpp"
#include "collector/storage/statement.hpp"
#include "common/wire/digest.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/section_reader.hpp"

#include <fmt/format.h>

#include <limits>
#include <new>
#include <optional>
#include <utility>
#include <vector>
#include <zlib.h>

namespace mimamori::collector::storage {
namespace {

Result<std::string> unpacked(std::string_view packed, std::size_t size_bytes)
{
    std::string text(size_bytes, '\0');
    uLongf size = size_bytes;
    const int code = ::uncompress(
        reinterpret_cast<Bytef*>(text.data()), &size, reinterpret_cast<const Bytef*>(packed.data()),
        static_cast<uLong>(packed.size()));
    if (code != Z_OK || size != size_bytes)
        return Error{Errc::io, fmt::format("a stored section is damaged (zlib {})", code)};
    return text;
}

/// The number of the body with this digest, which is added when it is not there.
std::int64_t body_no_of(Session& session, const PackedSection& section)
{
    const auto find = session.prepared("SELECT no FROM section_body WHERE digest = ?1");
    if (find->bind(1, std::string_view{section.digest}).next())
    {
        const std::int64_t no = find->integer(0);
        return no;
    }
    const auto insert = session.prepared(
        "INSERT INTO section_body (digest, size_bytes, packed) VALUES (?1, ?2, ?3) RETURNING no");
    insert->bind(1, std::string_view{section.digest})
        .bind(2, static_cast<std::int64_t>(section.size_bytes))
        .bind_blob(3, section.packed);
    insert->next();
    const std::int64_t no = insert->integer(0);
    return no;
}

/// Removes a body unless somebody has or had it.
void forget_unused_body(Session& session, std::int64_t body_no)
{
    session
        .prepared(R"sql(
            DELETE FROM section_body
            WHERE no = ?1
              AND NOT EXISTS (SELECT 1 FROM section_current WHERE body_no = ?1)
              AND NOT EXISTS (SELECT 1 FROM section_history WHERE body_no = ?1))sql")
        ->bind(1, body_no)
        .run();
}

/// The same programs and ports without who ran them; nothing when nobody was named.
std::optional<std::int64_t> nameless_body(Session& session, wire::Facts& facts, std::size_t section)
{
    bool named = false;
    const auto clear = [&named](auto& items) {
        for (auto& item : items)
            named = !std::exchange(item.user, {}).empty() || named;
    };
    std::string json;
    if (facts.processes)
    {
        clear(facts.processes->programs);
        json = wire::to_json(*facts.processes);
    }
    else if (facts.listeners)
    {
        clear(facts.listeners->listeners);
        json = wire::to_json(*facts.listeners);
    }
    if (!named)
        return {};
    return body_no_of(session, pack_section(section, wire::digest_of(json), json));
}

/// Takes the rows (section, received_at_ms, size_bytes, packed) of `statement` into facts.
Result<DeviceFacts> read_all(Statement& statement)
{
    DeviceFacts found;
    while (statement.next())
    {
        // A section of a newer program whose database was given back to us is left alone.
        const auto index = wire::section_index(statement.text(0));
        if (!index)
            continue;
        auto text = unpacked(statement.text(3), static_cast<std::size_t>(statement.integer(2)));
        if (!text)
            return std::move(text).error();
        if (auto done = wire::read_section(*index, *text, found.facts); !done)
            return std::move(done).error().in("stored section");
        found.received_at[*index] = from_ms(statement.integer(1));
    }
    return found;
}

} // namespace

PackedSection pack_section(std::size_t section, std::string digest, std::string_view json)
{
    PackedSection made{section, std::move(digest), json.size(), {}};
    uLongf size = ::compressBound(static_cast<uLong>(json.size()));
    made.packed.resize(size);
    const int code = ::compress2(
        reinterpret_cast<Bytef*>(made.packed.data()), &size,
        reinterpret_cast<const Bytef*>(json.data()), static_cast<uLong>(json.size()),
        Z_DEFAULT_COMPRESSION);
    if (code != Z_OK)
        throw std::bad_alloc{}; // The buffer is large enough, so nothing else is left.
    made.packed.resize(size);
    made.packed.shrink_to_fit();
    return made;
}

void put_section(
    Session& session, std::int64_t device_no, const PackedSection& section, Timestamp received_at)
{
    const std::string_view name = wire::section_names()[section.section];
    std::int64_t body_before = 0;
    {
        const auto before = session.prepared(
            "SELECT body_no FROM section_current WHERE device_no = ?1 AND section = ?2");
        if (before->bind(1, device_no).bind(2, name).next())
            body_before = before->integer(0);
    }
    const std::int64_t body_no = body_no_of(session, section);
    session
        .prepared(R"sql(
            INSERT INTO section_current (device_no, section, body_no, received_at_ms)
            VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (device_no, section) DO UPDATE
            SET body_no = excluded.body_no, received_at_ms = excluded.received_at_ms)sql")
        ->bind(1, device_no)
        .bind(2, name)
        .bind(3, body_no)
        .bind(4, to_ms(received_at))
        .run();

    // A section that changes all the time replaces its newest line of history.
    const auto replaced = session
                              .prepared(R"sql(
            UPDATE section_history SET body_no = ?3
            WHERE device_no = ?1 AND section = ?2 AND received_at_ms = (
                SELECT max(received_at_ms) FROM section_history
                WHERE device_no = ?1 AND section = ?2) AND received_at_ms > ?4)sql")
                              ->bind(1, device_no)
                              .bind(2, name)
                              .bind(3, body_no)
                              .bind(4, to_ms(received_at - history_grain))
                              .run();
    if (replaced == 0)
        session
            .prepared("INSERT INTO section_history (device_no, section, body_no, received_at_ms) "
                      "VALUES (?1, ?2, ?3, ?4)")
            ->bind(1, device_no)
            .bind(2, name)
            .bind(3, body_no)
            .bind(4, to_ms(received_at))
            .run();
    if (body_before != 0 && body_before != body_no)
        forget_unused_body(session, body_before);
}

Result<DeviceFacts> load_facts(Session& session, const DeviceId& id)
{
    const auto device_no = device_no_of(session, id);
    if (!device_no)
        return device_no.error();
    const auto rows = session.prepared(R"sql(
        SELECT c.section, c.received_at_ms, b.size_bytes, b.packed
        FROM section_current c JOIN section_body b ON b.no = c.body_no
        WHERE c.device_no = ?1)sql");
    auto found = read_all(rows->bind(1, *device_no));
    return found;
}

Result<DeviceFacts> load_facts_at(Session& session, const DeviceId& id, Timestamp moment)
{
    const auto device_no = device_no_of(session, id);
    if (!device_no)
        return device_no.error();
    // SQLite takes the bare columns of a group from the row that has the maximum.
    const auto rows = session.prepared(R"sql(
        SELECT h.section, h.at_ms, b.size_bytes, b.packed
        FROM (SELECT section, max(received_at_ms) AS at_ms, body_no FROM section_history
              WHERE device_no = ?1 AND received_at_ms <= ?2 GROUP BY section) h
        JOIN section_body b ON b.no = h.body_no)sql");
    auto found = read_all(rows->bind(1, *device_no).bind(2, to_ms(moment)));
    return found;
}

Result<std::string> load_section(
    Session& session, const DeviceId& id, std::string_view section, std::optional<Timestamp> moment)
{
    const auto device_no = device_no_of(session, id);
    if (!device_no)
        return device_no.error();
    const auto row = session.prepared(R"sql(
        SELECT b.size_bytes, b.packed
        FROM section_history h JOIN section_body b ON b.no = h.body_no
        WHERE h.device_no = ?1 AND h.section = ?2 AND h.received_at_ms <= ?3
        ORDER BY h.received_at_ms DESC LIMIT 1)sql");
    row->bind(1, *device_no)
        .bind(2, section)
        .bind(3, moment ? to_ms(*moment) : std::numeric_limits<std::int64_t>::max());
    if (!row->next())
        return Error{
            Errc::not_found, fmt::format("device {} has no section {}", id.text(), section)};
    auto text = unpacked(row->text(1), static_cast<std::size_t>(row->integer(0)));
    return text;
}

Result<void> read_body(
    Session& session, std::int64_t body_no, std::size_t section, wire::Facts& facts)
{
    const auto row = session.prepared("SELECT size_bytes, packed FROM section_body WHERE no = ?1");
    if (!row->bind(1, body_no).next())
        return Error{Errc::io, fmt::format("section body {} is missing", body_no)};
    auto text = unpacked(row->text(1), static_cast<std::size_t>(row->integer(0)));
    if (!text)
        return std::move(text).error();
    return wire::read_section(section, *text, facts);
}

std::array<std::string, wire::section_count> section_digests(
    Session& session, std::int64_t device_no)
{
    std::array<std::string, wire::section_count> digests;
    const auto rows = session.prepared(R"sql(
        SELECT c.section, b.digest FROM section_current c JOIN section_body b ON b.no = c.body_no
        WHERE c.device_no = ?1)sql");
    rows->bind(1, device_no);
    while (rows->next())
    {
        if (const auto index = wire::section_index(rows->text(0)))
            digests[*index] = rows->text(1);
    }
    return digests;
}

std::size_t forget_section_history(Session& session, std::int64_t device_no, Timestamp before)
{
    // A row goes when a later one of the same section is old enough, too.
    std::vector<std::int64_t> bodies;
    {
        const auto history = session.prepared(R"sql(
            DELETE FROM section_history
            WHERE device_no = ?1 AND received_at_ms < (
                SELECT max(later.received_at_ms) FROM section_history later
                WHERE later.device_no = ?1 AND later.section = section_history.section
                  AND later.received_at_ms <= ?2)
            RETURNING body_no)sql");
        history->bind(1, device_no).bind(2, to_ms(before));
        while (history->next())
            bodies.push_back(history->integer(0));
    }
    for (const std::int64_t body : bodies)
        forget_unused_body(session, body);
    return bodies.size();
}

std::size_t forget_people_history(Session& session, std::int64_t device_no, Timestamp before)
{
    std::vector<std::int64_t> bodies;
    {
        const auto history = session.prepared(R"sql(
            DELETE FROM section_history
            WHERE device_no = ?1 AND section IN ('logons', 'accounts') AND received_at_ms < ?2
              AND body_no NOT IN (SELECT body_no FROM section_current WHERE device_no = ?1)
            RETURNING body_no)sql");
        history->bind(1, device_no).bind(2, to_ms(before));
        while (history->next())
            bodies.push_back(history->integer(0));
    }
    for (const std::int64_t body : bodies)
        forget_unused_body(session, body);
    return bodies.size();
}

std::size_t forget_names_in_history(Session& session, std::int64_t device_no, Timestamp before)
{
    struct Line
    {
        std::int64_t body_no{0};
        std::size_t section{0};
    };

    std::vector<Line> lines;
    {
        const auto rows = session.prepared(R"sql(
            SELECT DISTINCT body_no, section FROM section_history
            WHERE device_no = ?1 AND section IN ('processes', 'listeners')
              AND received_at_ms < ?2 AND nameless = 0
              AND body_no NOT IN (SELECT body_no FROM section_current WHERE device_no = ?1))sql");
        rows->bind(1, device_no).bind(2, to_ms(before));
        while (rows->next())
            lines.push_back({rows->integer(0), *wire::section_index(rows->text(1))});
    }
    std::size_t changed = 0;
    for (const Line& line : lines)
    {
        wire::Facts facts;
        // What cannot be read says no name either.
        std::int64_t body_no = line.body_no;
        if (read_body(session, line.body_no, line.section, facts))
            body_no = nameless_body(session, facts, line.section).value_or(line.body_no);
        changed += static_cast<std::size_t>(
            session
                .prepared("UPDATE section_history SET body_no = ?3, nameless = 1"
                          " WHERE device_no = ?1 AND body_no = ?2 AND received_at_ms < ?4")
                ->bind(1, device_no)
                .bind(2, line.body_no)
                .bind(3, body_no)
                .bind(4, to_ms(before))
                .run());
        if (body_no != line.body_no)
            forget_unused_body(session, line.body_no);
    }
    return changed;
}

} // namespace mimamori::collector::storage
