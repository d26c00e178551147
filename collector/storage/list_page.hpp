#pragma once

#include "collector/storage/list_filter.hpp"
#include "collector/storage/list_question.hpp"
#include "collector/storage/session.hpp"
#include "common/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// One page of any list: narrowed, sorted and cut by the database, so that what a page leaves out
/// is looked through as well. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// Where a page ended: at its last row.
struct ListPlace
{
    SqlValue key; ///< What the list is sorted by.
    SqlValue id;  ///< What no other row has.
};

/// What somebody asks of a list.
struct ListAsk
{
    std::vector<FilterTerm> terms;
    FilterTime time;
    std::string sort; ///< A field; "-name": the other way round. Empty: the list's usual order.
    std::optional<ListPlace> after;
    std::size_t rows_max{100};
};

template <class Row>
struct ListPage
{
    std::int64_t total{0}; ///< On all pages together.
    std::vector<Row> rows;
    std::optional<ListPlace> next; ///< `after` of the following page; nothing at the end.
};

/// A list as SQL.
struct ListSource
{
    ListFields fields;
    std::string_view usual_sort; ///< One of the fields; "-name": the other way round.
    std::string_view columns;    ///< What a row has.
    std::string_view from;       ///< What stands between FROM and WHERE; a "?" for each value.
    std::vector<SqlValue> values;
    std::string_view id; ///< What tells rows apart.
    bool id_is_text{false};
};

/// What a list is sorted by.
struct ListOrder
{
    std::string key; ///< SQL.
    bool is_text{false};
    bool backwards{false};
};

/// `sort` must be one of the fields. Texts are sorted as people do it, what has no moment is the
/// oldest.
ListOrder order_of(const ListFields& fields, std::string_view sort);

/// Adds " AND …" for what stands behind that place; rows of one key are in the order of `id`.
void add_place(
    Question& question, const ListOrder& order, std::string_view id, const ListPlace& place);

/// Adds " ORDER BY … LIMIT ?".
void add_order(
    Question& question, const ListOrder& order, std::string_view id, std::size_t rows_max);

/// Where one row of a list that is read otherwise stands in that order. `from`: as in a source.
ListPlace place_of(
    Session& session,
    const ListOrder& order,
    std::string_view from,
    std::string_view id,
    std::int64_t row_id);

/// What `read_page` puts before a row's own columns.
inline constexpr int columns_before = 2;

/// The statement of a page with one row more than asked for. Errors: as `read_page`.
Result<Question> page_question(const ListSource& source, const ListAsk& ask);

/// How many rows there are on all pages together. Errors: as `read_page`.
Result<std::int64_t> count_rows(Session& session, const ListSource& source, const ListAsk& ask);

/// The place of the row that the statement is at.
ListPlace place_at(const Statement& row, const ListSource& source, const ListAsk& ask);

/// One page. `row_of` gets a statement whose columns from `columns_before` on are the source's.
/// Errors: invalid_input for a filter or an order that the list does not have.
template <class Row, class RowOf>
Result<ListPage<Row>> read_page(
    Session& session, const ListSource& source, const ListAsk& ask, RowOf row_of)
{
    const auto question = page_question(source, ask);
    if (!question)
        return question.error();
    const auto total = count_rows(session, source, ask);
    if (!total)
        return total.error();
    ListPage<Row> page;
    page.total = *total;
    Statement rows{session.native(), question->sql.c_str()};
    question->bind_to(rows);
    std::optional<ListPlace> last;
    while (rows.next())
    {
        if (page.rows.size() == ask.rows_max)
        {
            page.next = std::move(last);
            break;
        }
        if (page.rows.size() + 1 == ask.rows_max)
            last = place_at(rows, source, ask);
        page.rows.push_back(row_of(rows));
    }
    return page;
}

} // namespace mimamori::collector::storage
