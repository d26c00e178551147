#include "collector/storage/audit_store.hpp"

#include "collector/storage/device_list.hpp"
#include "collector/storage/list_question.hpp"
#include "common/crypto/hash.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <utility>

namespace mimamori::collector::storage {
namespace {

constexpr std::array all_fields{
    ListField{"no", FieldKind::number, "no"},       ListField{"at", FieldKind::moment, "at_ms"},
    ListField{"who", FieldKind::text, "who"},       ListField{"action", FieldKind::text, "action"},
    ListField{"detail", FieldKind::text, "detail"},
};

constexpr ListFields all_changes_have{all_fields, "who, action, detail"};

Change change_at(const Statement& row)
{
    return {row.integer(0),           from_ms(row.integer(1)),  std::string{row.text(2)},
            std::string{row.text(3)}, std::string{row.text(4)}, std::string{row.text(5)}};
}

std::vector<Change> rest_of(Statement& rows)
{
    std::vector<Change> changes;
    while (rows.next())
        changes.push_back(change_at(rows));
    return changes;
}

/// Entries from before there was a chain get their place in it.
void chain_old_entries(Session& session)
{
    std::string before;
    for (Change& change : changes_after(session, 0, std::numeric_limits<std::int32_t>::max()))
    {
        change.hash = hash_of(change, before);
        session.prepared("UPDATE change_log SET hash = ?2 WHERE no = ?1")
            ->bind(1, change.no)
            .bind(2, change.hash)
            .run();
        before = std::move(change.hash);
    }
}

std::vector<SignedHead> heads_of(Statement& rows)
{
    std::vector<SignedHead> heads;
    while (rows.next())
        heads.push_back(
            {rows.integer(0), std::string{rows.text(1)}, from_ms(rows.integer(2)),
             std::string{rows.text(3)}, std::string{rows.text(4)}});
    return heads;
}

} // namespace

std::string hash_of(const Change& change, std::string_view before)
{
    // Lengths before texts: no two entries are written alike.
    return crypto::sha256_hex(fmt::format(
        "mimamori change\n{}\n{}\n{}\n{}:{}\n{}:{}\n{}:{}\n", before, change.no, to_ms(change.at),
        change.who.size(), change.who, change.action.size(), change.action, change.detail.size(),
        change.detail));
}

Result<void> record_change(
    Session& session,
    std::string_view who,
    std::string_view action,
    std::string_view detail,
    Timestamp now)
{
    auto newest = newest_change(session);
    if (newest && newest->hash.empty())
    {
        chain_old_entries(session);
        newest = newest_change(session);
    }
    Change change;
    change.no = newest ? newest->no + 1 : 1;
    change.at = now;
    change.who = who;
    change.action = action;
    change.detail = detail;
    change.hash = hash_of(change, newest ? newest->hash : std::string{});
    session
        .prepared("INSERT INTO change_log (no, at_ms, who, action, detail, hash)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        ->bind(1, change.no)
        .bind(2, to_ms(change.at))
        .bind(3, change.who)
        .bind(4, change.action)
        .bind(5, change.detail)
        .bind(6, change.hash)
        .run();
    return {};
}

const ListFields& change_fields()
{
    return all_changes_have;
}

Result<std::vector<Change>> list_changes(Session& session, const ChangeQuery& query)
{
    const Condition terms = condition_of(all_changes_have, query.terms, query.time);
    if (terms.bad)
        return Error{Errc::invalid_input, terms.bad->text};
    Question question;
    question.add(
        "SELECT no, at_ms, who, action, detail, hash FROM change_log WHERE no < ? AND ",
        query.before_no.value_or(std::numeric_limits<std::int64_t>::max()));
    question.add(terms);
    if (!query.who.empty())
        question.add(" AND who = ? COLLATE NOCASE", query.who);
    if (!query.action.empty())
    {
        question.add(" AND (action = ?", query.action);
        question.add(" OR substr(action, 1, length(?) + 1)", query.action);
        question.add(" = ? || '.')", query.action);
    }
    if (query.sort.empty())
        question.add(" ORDER BY no DESC LIMIT ?", static_cast<std::int64_t>(query.rows_max));
    else if (auto good = check_sort(all_changes_have, query.sort); !good)
        return good.error();
    else
    {
        const ListOrder order = order_of(all_changes_have, query.sort);
        if (query.after_sorted)
            add_place(question, order, "no", *query.after_sorted);
        add_order(question, order, "no", query.rows_max);
    }
    Statement rows{session.native(), question.sql.c_str()};
    question.bind_to(rows);
    return rest_of(rows);
}

ListPlace sorted_place(Session& session, const ChangeQuery& query, std::int64_t no)
{
    return place_of(session, order_of(all_changes_have, query.sort), "change_log", "no", no);
}

std::vector<Change> changes_after(Session& session, std::int64_t after_no, std::size_t rows_max)
{
    const auto rows = session.prepared("SELECT no, at_ms, who, action, detail, hash"
                                       " FROM change_log WHERE no > ?1 ORDER BY no LIMIT ?2");
    rows->bind(1, after_no).bind(2, static_cast<std::int64_t>(rows_max));
    return rest_of(*rows);
}

std::optional<Change> newest_change(Session& session)
{
    const auto row = session.prepared("SELECT no, at_ms, who, action, detail, hash"
                                      " FROM change_log ORDER BY no DESC LIMIT 1");
    if (!row->next())
        return {};
    return change_at(*row);
}

std::optional<Timestamp> first_change_at(Session& session)
{
    const auto row = session.prepared("SELECT at_ms FROM change_log ORDER BY no LIMIT 1");
    if (!row->next())
        return {};
    return from_ms(row->integer(0));
}

std::optional<Timestamp> last_backup_at(Session& session)
{
    const auto row = session.prepared(
        "SELECT at_ms FROM change_log WHERE action = 'backup.made' ORDER BY no DESC LIMIT 1");
    if (!row->next())
        return {};
    return from_ms(row->integer(0));
}

std::vector<Change> local_sign_ins(Session& session, Timestamp since)
{
    const auto rows = session.prepared(R"sql(
        SELECT max(no), at_ms, who, action, detail, hash FROM change_log
        WHERE action = 'session.begin_local' AND at_ms >= ?1
        GROUP BY who COLLATE NOCASE ORDER BY who)sql");
    rows->bind(1, to_ms(since));
    return rest_of(*rows);
}

void put_signed_head(Session& session, const SignedHead& head)
{
    session
        .prepared("INSERT INTO change_head (no, hash, signed_at_ms, key, signature, told)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, 0)")
        ->bind(1, head.no)
        .bind(2, head.hash)
        .bind(3, to_ms(head.signed_at))
        .bind(4, head.key)
        .bind(5, head.signature)
        .run();
}

std::vector<SignedHead> list_signed_heads(Session& session)
{
    const auto rows = session.prepared("SELECT no, hash, signed_at_ms, key, signature"
                                       " FROM change_head ORDER BY no");
    return heads_of(*rows);
}

std::vector<SignedHead> heads_to_tell(Session& session)
{
    const auto rows = session.prepared("SELECT no, hash, signed_at_ms, key, signature"
                                       " FROM change_head WHERE told = 0 ORDER BY no");
    return heads_of(*rows);
}

void note_heads_told(Session& session, std::int64_t up_to_no)
{
    session.prepared("UPDATE change_head SET told = 1 WHERE told = 0 AND no <= ?1")
        ->bind(1, up_to_no)
        .run();
}

} // namespace mimamori::collector::storage
