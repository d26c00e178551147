#include "collector/storage/device_list.hpp"
#include "collector/storage/finding_store.hpp"
#include "collector/storage/list_question.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

namespace mimamori::collector::storage {

namespace {

constexpr std::string_view tables = "finding f JOIN device_summary s ON s.device_no = f.device_no"
                                    " LEFT JOIN ledger l ON l.device_no = s.device_no";

constexpr std::array<std::string_view, 5> states{
    "open", "acknowledged", "snoozed", "waived", "resolved"};
constexpr std::array<std::string_view, 3> severities{"info", "warning", "action"};

constexpr std::array all_fields{
    ListField{"state", FieldKind::choice, "f.state", "", states},
    ListField{
        "severity", FieldKind::choice,
        "CASE f.severity WHEN 0 THEN 'info' WHEN 1 THEN 'warning' ELSE 'action' END",
        "f.severity || ''", severities},
    ListField{"rule", FieldKind::text, "f.rule"},
    ListField{"subject", FieldKind::text, "f.subject"},
    ListField{"owner", FieldKind::text, "f.owner"},
    ListField{"due", FieldKind::day, "coalesce(f.due_day, '')"},
    ListField{"until", FieldKind::moment, "f.until_ms"},
    ListField{"opened", FieldKind::moment, "f.opened_at_ms"},
    ListField{"resolved", FieldKind::moment, "f.resolved_at_ms"},
    ListField{"reason", FieldKind::text, "f.reason"},
    ListField{"reopened", FieldKind::number, "f.reopened"},
    ListField{"name", FieldKind::text, "s.name"},
    ListField{
        "site", FieldKind::site, "s.site_id", "(SELECT t.name FROM site t WHERE t.id = s.site_id)"},
    ListField{"model", FieldKind::text, "s.model"},
    ListField{"kind", FieldKind::text, "coalesce(l.kind, '')"},
    ListField{"place", FieldKind::text, "coalesce(l.place, '')"},
    ListField{"supplier", FieldKind::text, "coalesce(l.supplier, '')"},
};

constexpr ListFields all_findings_have{
    all_fields, "s.name, f.rule, f.subject, f.owner, f.reason, l.place, l.kind,"
                " (SELECT t.name FROM site t WHERE t.id = s.site_id)"};

/// Those that the query means, on all pages together.
Result<Question> question_of(const FindingQuery& query, std::string_view columns)
{
    const Condition terms = condition_of(all_findings_have, query.terms, query.time);
    if (terms.bad)
        return Error{Errc::invalid_input, terms.bad->text};
    Question made;
    made.sql = fmt::format("SELECT {} FROM {} WHERE ", columns, tables);
    made.add(terms);
    if (query.state == "active")
        made.sql += " AND f.state <> 'resolved'";
    else if (!query.state.empty())
        made.add(" AND f.state = ?", query.state);
    if (!query.rule.empty())
        made.add(" AND f.rule = ?", query.rule);
    if (query.severity)
        made.add(" AND f.severity = ?", static_cast<std::int64_t>(*query.severity));
    if (!query.device.empty())
        made.add(" AND s.id = ?", query.device.text());
    if (!query.site.empty())
        made.add(" AND s.site_id = ?", query.site.text());
    return made;
}

std::vector<ListedFinding> read(Session& session, const Question& question)
{
    Statement rows{session.native(), question.sql.c_str()};
    question.bind_to(rows);
    std::vector<ListedFinding> found;
    while (rows.next())
        found.push_back(listed_finding(rows));
    return found;
}

} // namespace

const ListFields& finding_fields()
{
    return all_findings_have;
}

FindingPlace place_of(const findings::FindingRecord& record)
{
    return {static_cast<std::int64_t>(record.severity), to_ms(record.opened_at), record.no};
}

Result<std::vector<ListedFinding>> list_findings(Session& session, const FindingQuery& query)
{
    auto question = question_of(query, "s.id, s.name, s.site_id, f.*");
    if (!question)
        return question.error();
    if (!query.sort.empty())
    {
        if (auto good = check_sort(all_findings_have, query.sort); !good)
            return good.error();
        const ListOrder order = order_of(all_findings_have, query.sort);
        if (query.after_sorted)
            add_place(*question, order, "f.no", *query.after_sorted);
        add_order(*question, order, "f.no", query.rows_max);
        return read(session, *question);
    }
    if (query.after)
    {
        question->add(" AND (f.severity, f.opened_at_ms, f.no) < (?", query.after->severity);
        question->add(", ?", query.after->opened_at_ms);
        question->add(", ?)", query.after->no);
    }
    question->add(
        " ORDER BY f.severity DESC, f.opened_at_ms DESC, f.no DESC LIMIT ?",
        static_cast<std::int64_t>(query.rows_max));
    return read(session, *question);
}

ListPlace sorted_place(Session& session, const FindingQuery& query, std::int64_t no)
{
    return place_of(session, order_of(all_findings_have, query.sort), tables, "f.no", no);
}

Result<std::int64_t> count_findings(Session& session, const FindingQuery& query)
{
    const auto question = question_of(query, "count(*)");
    if (!question)
        return question.error();
    Statement row{session.native(), question->sql.c_str()};
    question->bind_to(row);
    return row.next() ? row.integer(0) : 0;
}

} // namespace mimamori::collector::storage
