#include "collector/storage/ledger_store.hpp"

#include "collector/storage/device_store.hpp"
#include "collector/storage/register_store.hpp"
#include "collector/storage/statement.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace mimamori::collector::storage {
namespace {

constexpr std::string_view added = "added";

LedgerEntry entry_of(const Statement& row)
{
    LedgerEntry entry;
    entry.device_no = row.integer(0);
    entry.id = DeviceId{std::string{row.text(1)}};
    entry.device_class = row.text(2);
    entry.name = row.text(3);
    entry.version = row.integer(4);
    for (std::size_t i = 0; i < ledger_fields().size(); ++i)
        entry.values.emplace_back(row.text(static_cast<int>(i) + 5));
    return entry;
}

const std::string& entry_sql()
{
    static const std::string sql = [] {
        std::string made =
            "SELECT d.no, d.id, d.class, s.name, l.version, d.display_name, d.site_id";
        for (const LedgerField& field : ledger_fields())
            if (!field.table.empty())
                made += fmt::format(", {}.{}", field.table == "ledger" ? 'l' : 's', field.column);
        return made
               + " FROM device d JOIN device_summary s ON s.device_no = d.no"
                 " JOIN ledger l ON l.device_no = d.no WHERE d.id = ?1";
    }();
    return sql;
}

void keep_change(Session& session, const LedgerChange& change, const LedgerAuthor& author)
{
    session
        .prepared("INSERT INTO ledger_change (device_no, version, batch_no, at_ms, who, field, was,"
                  " is_now) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
        ->bind(1, change.device_no)
        .bind(2, change.version)
        .bind(3, author.batch_no)
        .bind(4, to_ms(author.at))
        .bind(5, author.who)
        .bind(6, change.field)
        .bind(7, change.was)
        .bind(8, change.is_now)
        .run();
}

std::vector<std::string> words_of(std::string_view text)
{
    std::vector<std::string> words;
    while (!text.empty())
    {
        const auto end = std::min(text.find(' '), text.size());
        if (end > 0)
            words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

Result<void> write_value(
    Session& session, const LedgerEntry& entry, const LedgerField& field, const std::string& value)
{
    if (field.name == "name")
        return rename_device(session, entry.id, value);
    if (field.form == LedgerForm::site)
    {
        auto moved = move_device(session, entry.id, SiteId{value});
        if (!moved && moved.error().code == Errc::not_found)
            return Error{Errc::invalid_input, "site: there is no such department"};
        return moved;
    }
    const std::string sql =
        fmt::format("UPDATE {} SET {} = ?2 WHERE device_no = ?1", field.table, field.column);
    Statement{session.native(), sql.c_str()}.bind(1, entry.device_no).bind(2, value).run();
    // What the ledger knows is no stranger in the network.
    if (field.form == LedgerForm::mac)
        put_device_macs(session, entry.device_no, words_of(value));
    return {};
}

LedgerChange change_of(const Statement& row)
{
    LedgerChange change;
    change.no = row.integer(0);
    change.device_no = row.integer(1);
    change.version = row.integer(2);
    change.at = from_ms(row.integer(3));
    change.who = row.text(4);
    change.field = row.text(5);
    change.was = row.text(6);
    change.is_now = row.text(7);
    return change;
}

std::vector<LedgerChange> changes_of_batch(
    Session& session, std::int64_t batch_no, std::int64_t device_no)
{
    // The newest first: a value that the batch changed twice becomes what it was at first.
    const auto rows = session.prepared("SELECT no, device_no, version, at_ms, who, field, was,"
                                       " is_now FROM ledger_change"
                                       " WHERE device_no = ?1 AND batch_no = ?2 ORDER BY no DESC");
    rows->bind(1, device_no).bind(2, batch_no);
    std::vector<LedgerChange> found;
    while (rows->next())
        found.push_back(change_of(*rows));
    return found;
}

std::optional<DeviceId> id_of(Session& session, std::int64_t device_no)
{
    const auto row = session.prepared("SELECT id FROM device WHERE no = ?1");
    if (!row->bind(1, device_no).next())
        return std::nullopt;
    return DeviceId{std::string{row->text(0)}};
}

/// Whether the device is as the batch that added it left it: what others changed, if anything, has
/// been changed back.
bool is_as_left_by(Session& session, std::int64_t device_no, std::int64_t batch_no)
{
    const auto rows = session.prepared("SELECT field, was, is_now FROM ledger_change"
                                       " WHERE device_no = ?1 AND batch_no IS NOT ?2 ORDER BY no");
    rows->bind(1, device_no).bind(2, batch_no);

    struct Since
    {
        std::string was;
        std::string is_now;
    };

    std::map<std::string, Since, std::less<>> fields;
    while (rows->next())
    {
        const auto [at, is_first] = fields.try_emplace(std::string{rows->text(0)});
        if (is_first)
            at->second.was = rows->text(1);
        at->second.is_now = rows->text(2);
    }
    return std::all_of(fields.begin(), fields.end(), [](const auto& field) {
        return field.second.was == field.second.is_now;
    });
}

struct PutBackValues
{
    bool any{false};
    std::int64_t kept{0};
};

/// What somebody has changed since stays.
Result<PutBackValues> put_back_values(
    Session& session,
    const DeviceId& id,
    const std::vector<LedgerChange>& changes,
    const LedgerAuthor& author)
{
    PutBackValues done;
    for (const LedgerChange& change : changes)
    {
        const LedgerField* const field = find_ledger_field(change.field);
        if (!field)
            continue;
        const auto entry = find_ledger(session, id);
        if (!entry)
            return entry.error();
        if (entry->value(*field) != change.is_now)
        {
            ++done.kept;
            continue;
        }
        auto changed = change_ledger(session, id, {{field, change.was}}, author);
        if (!changed)
            return changed.error();
        done.any = true;
    }
    return done;
}

} // namespace

const std::string& LedgerEntry::value(const LedgerField& field) const
{
    return values[static_cast<std::size_t>(&field - ledger_fields().data())];
}

Result<LedgerEntry> find_ledger(Session& session, const DeviceId& id)
{
    const auto row = session.prepared(entry_sql().c_str());
    if (!row->bind(1, id.text()).next())
        return Error{Errc::not_found, "no device " + for_log(id.text())};
    return entry_of(*row);
}

Result<std::vector<LedgerChange>> change_ledger(
    Session& session,
    const DeviceId& id,
    const std::vector<FieldValue>& wanted,
    const LedgerAuthor& author)
{
    const auto entry = find_ledger(session, id);
    if (!entry)
        return entry.error();
    std::vector<LedgerChange> made;
    for (const FieldValue& one : wanted)
    {
        const std::string& was = entry->value(*one.field);
        if (was == one.value)
            continue;
        if (one.field->reported && entry->device_class != "ledger")
            return Error{
                Errc::invalid_input,
                fmt::format("{}: the agent on {} says this itself", one.field->name, entry->name)};
        if (auto done = write_value(session, *entry, *one.field, one.value); !done)
            return done.error();
        LedgerChange change;
        change.device_no = entry->device_no;
        change.version = entry->version + 1;
        change.at = author.at;
        change.who = author.who;
        change.field = one.field->name;
        change.was = was;
        change.is_now = one.value;
        keep_change(session, change, author);
        made.push_back(std::move(change));
    }
    if (!made.empty())
        session.prepared("UPDATE ledger SET version = version + 1 WHERE device_no = ?1")
            ->bind(1, entry->device_no)
            .run();
    return made;
}

Result<DeviceId> add_to_ledger(
    Session& session, const std::vector<FieldValue>& wanted, const LedgerAuthor& author)
{
    NewDevice device;
    device.id = crypto::random_id<DeviceId>();
    device.device_class = DeviceClass::ledger;
    for (const FieldValue& one : wanted)
    {
        if (one.field->name == "name")
            device.display_name = one.value;
        if (one.field->form == LedgerForm::site)
            device.site = SiteId{one.value};
    }
    if (device.display_name.empty())
        return Error{Errc::invalid_input, "name: a device without an agent needs one"};
    if (auto done = add_device(session, device, author.at); !done)
        return done.error().code == Errc::not_found
                   ? Error{Errc::invalid_input, "site: there is no such department"}
                   : done.error();
    auto entry = find_ledger(session, device.id);
    if (!entry)
        return entry.error();
    LedgerChange change;
    change.device_no = entry->device_no;
    change.version = 1;
    change.field = added;
    change.is_now = device.display_name;
    keep_change(session, change, author);
    session.prepared("UPDATE ledger SET version = 1 WHERE device_no = ?1")
        ->bind(1, entry->device_no)
        .run();
    auto filled = change_ledger(session, device.id, wanted, author);
    if (!filled)
        return filled.error();
    return device.id;
}

Result<void> remove_from_ledger(Session& session, const DeviceId& id)
{
    const auto entry = find_ledger(session, id);
    if (!entry)
        return entry.error();
    const auto agent = session.prepared("SELECT 1 FROM agent WHERE device_no = ?1 UNION ALL"
                                        " SELECT 1 FROM section_history WHERE device_no = ?1");
    if (entry->device_class != "ledger" || agent->bind(1, entry->device_no).next())
        return Error{Errc::conflict, entry->name + " has or had an agent: it stays"};
    for (const char* const sql :
         {"DELETE FROM ledger_change WHERE device_no = ?1",
          "DELETE FROM ledger WHERE device_no = ?1", "DELETE FROM device_mac WHERE device_no = ?1",
          "DELETE FROM device_summary WHERE device_no = ?1", "DELETE FROM device WHERE no = ?1"})
        session.prepared(sql)->bind(1, entry->device_no).run();
    return {};
}

std::vector<LedgerChange> ledger_changes_of(
    Session& session, std::int64_t device_no, std::int64_t after_version, std::size_t rows_max)
{
    const auto rows = session.prepared("SELECT no, device_no, version, at_ms, who, field, was,"
                                       " is_now FROM ledger_change"
                                       " WHERE device_no = ?1 AND version > ?2"
                                       " ORDER BY no DESC LIMIT ?3");
    rows->bind(1, device_no).bind(2, after_version).bind(3, static_cast<std::int64_t>(rows_max));
    std::vector<LedgerChange> found;
    while (rows->next())
        found.push_back(change_of(*rows));
    return found;
}

void add_batch(Session& session, LedgerBatch& batch)
{
    const auto row =
        session.prepared("INSERT INTO ledger_batch (kind, person_id, who, at_ms, added,"
                         " changed) VALUES (?1, ?2, ?3, ?4, 0, 0) RETURNING no");
    row->bind(1, batch.kind).bind(2, batch.person_id).bind(3, batch.who).bind(4, to_ms(batch.at));
    row->next();
    batch.no = row->integer(0);
}

void set_batch_size(Session& session, const LedgerBatch& batch)
{
    session
        .prepared("UPDATE ledger_batch SET added = ?2, changed = ?3, at_ms = ?4"
                  " WHERE no = ?1")
        ->bind(1, batch.no)
        .bind(2, batch.added)
        .bind(3, batch.changed)
        .bind(4, to_ms(batch.at))
        .run();
}

Result<LedgerBatch> find_batch(Session& session, std::int64_t no)
{
    const auto row = session.prepared("SELECT no, kind, person_id, who, at_ms, added, changed,"
                                      " undone_at_ms FROM ledger_batch WHERE no = ?1");
    if (!row->bind(1, no).next())
        return Error{Errc::not_found, fmt::format("no batch {}", no)};
    LedgerBatch batch;
    batch.no = row->integer(0);
    batch.kind = row->text(1);
    batch.person_id = row->text(2);
    batch.who = row->text(3);
    batch.at = from_ms(row->integer(4));
    batch.added = row->integer(5);
    batch.changed = row->integer(6);
    if (!row->is_null(7))
        batch.undone_at = from_ms(row->integer(7));
    return batch;
}

std::vector<std::int64_t> devices_of_batch(Session& session, std::int64_t batch_no)
{
    // Who was changed last is put back first: what it took from another is free again then.
    const auto rows = session.prepared("SELECT device_no FROM ledger_change WHERE batch_no = ?1"
                                       " GROUP BY device_no ORDER BY max(no) DESC");
    rows->bind(1, batch_no);
    std::vector<std::int64_t> found;
    while (rows->next())
        found.push_back(rows->integer(0));
    return found;
}

Result<UndoneBatch> undo_devices(
    Session& session,
    std::int64_t batch_no,
    std::span<const std::int64_t> devices,
    const LedgerAuthor& author)
{
    UndoneBatch undone;
    for (const std::int64_t device_no : devices)
    {
        const auto id = id_of(session, device_no);
        if (!id)
            continue;
        const auto changes = changes_of_batch(session, batch_no, device_no);
        const bool is_added =
            std::any_of(changes.begin(), changes.end(), [](const LedgerChange& change) {
                return change.field == added;
            });
        // A device that somebody has worked on since stays, with what they wrote.
        if (is_added && is_as_left_by(session, device_no, batch_no)
            && remove_from_ledger(session, *id))
        {
            ++undone.devices;
            continue;
        }
        undone.kept += is_added ? 1 : 0;
        auto put_back = put_back_values(session, *id, changes, author);
        if (!put_back)
            return put_back.error();
        undone.kept += put_back->kept;
        if (!put_back->any)
            continue;
        ++undone.devices;
        undone.put_back.push_back(*id);
    }
    return undone;
}

void end_undoing(Session& session, std::int64_t batch_no, const LedgerAuthor& author)
{
    session.prepared("UPDATE ledger_batch SET undone_at_ms = ?2, undone_by = ?3 WHERE no = ?1")
        ->bind(1, batch_no)
        .bind(2, to_ms(author.at))
        .bind(3, author.who)
        .run();
}

} // namespace mimamori::collector::storage
