#include "collector/storage/list_page.hpp"

#include <fmt/format.h>

namespace mimamori::collector::storage {
namespace {

std::string_view sort_of(const ListSource& source, const ListAsk& ask)
{
    return ask.sort.empty() ? source.usual_sort : std::string_view{ask.sort};
}

/// Adds what the list is made of and narrowed by.
Result<void> add_rows(Question& question, const ListSource& source, const ListAsk& ask)
{
    const Condition condition = condition_of(source.fields, ask.terms, ask.time);
    if (condition.bad)
        return Error{Errc::invalid_input, condition.bad->text};
    question.sql += fmt::format(" FROM {} WHERE ", source.from);
    question.values.insert(question.values.end(), source.values.begin(), source.values.end());
    question.add(condition);
    return {};
}

SqlValue value_at(const Statement& row, int column, bool is_text)
{
    if (is_text)
        return std::string{row.text(column)};
    return row.integer(column);
}

} // namespace

ListOrder order_of(const ListFields& fields, std::string_view sort)
{
    ListOrder order;
    order.backwards = sort.starts_with('-');
    const ListField* const field = find_field(fields, sort.substr(order.backwards ? 1 : 0));
    const std::string_view sql = field->order_sql.empty() ? field->sql : field->order_sql;
    order.is_text = field->kind != FieldKind::moment && field->kind != FieldKind::number;
    // No text and no moment is known to be there.
    order.key = order.is_text ? fmt::format("coalesce({}, '') COLLATE people", sql)
                              : fmt::format("coalesce({}, 0)", sql);
    return order;
}

void add_place(
    Question& question, const ListOrder& order, std::string_view id, const ListPlace& place)
{
    question.add(
        fmt::format(" AND ({}, {}) {} (?", order.key, id, order.backwards ? "<" : ">"), place.key);
    question.add(", ?)", place.id);
}

void add_order(
    Question& question, const ListOrder& order, std::string_view id, std::size_t rows_max)
{
    const std::string_view direction = order.backwards ? "DESC" : "ASC";
    question.add(
        fmt::format(" ORDER BY {0} {2}, {1} {2} LIMIT ?", order.key, id, direction),
        static_cast<std::int64_t>(rows_max));
}

ListPlace place_of(
    Session& session,
    const ListOrder& order,
    std::string_view from,
    std::string_view id,
    std::int64_t row_id)
{
    Question question;
    question.add(
        fmt::format("SELECT {} FROM {} WHERE {} = ?", order.key, from, id), SqlValue{row_id});
    Statement row{session.native(), question.sql.c_str()};
    question.bind_to(row);
    row.next();
    return {value_at(row, 0, order.is_text), row_id};
}

Result<Question> page_question(const ListSource& source, const ListAsk& ask)
{
    if (auto good = check_sort(source.fields, sort_of(source, ask)); !good)
        return good.error();
    const ListOrder order = order_of(source.fields, sort_of(source, ask));
    Question question;
    question.sql = fmt::format("SELECT {}, {}, {}", order.key, source.id, source.columns);
    if (auto added = add_rows(question, source, ask); !added)
        return added.error();
    if (ask.after)
        add_place(question, order, source.id, *ask.after);
    add_order(question, order, source.id, ask.rows_max + 1);
    return question;
}

Result<std::int64_t> count_rows(Session& session, const ListSource& source, const ListAsk& ask)
{
    Question question;
    question.sql = "SELECT count(*)";
    if (auto added = add_rows(question, source, ask); !added)
        return added.error();
    Statement row{session.native(), question.sql.c_str()};
    question.bind_to(row);
    return row.next() ? row.integer(0) : 0;
}

ListPlace place_at(const Statement& row, const ListSource& source, const ListAsk& ask)
{
    const ListOrder order = order_of(source.fields, sort_of(source, ask));
    return {value_at(row, 0, order.is_text), value_at(row, 1, source.id_is_text)};
}

} // namespace mimamori::collector::storage
