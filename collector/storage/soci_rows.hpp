#pragma once

// Private to collector/storage: statements with many columns over SOCI.

#include "common/base/time.hpp"

#include <cstdint>
#include <optional>
#include <soci/soci.h>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::storage {

/// A moment that may be NULL, as a query answers it.
struct NullableMoment
{
    std::int64_t ms{0};
    soci::indicator given{soci::i_null};

    std::optional<Timestamp> value() const
    {
        if (given != soci::i_ok)
            return std::nullopt;
        return from_ms(ms);
    }
};

namespace detail {

template <class T>
void bind(soci::statement& statement, const T& value)
{
    statement.exchange(soci::use(value));
}

template <class T>
void place(soci::statement& statement, T& value)
{
    statement.exchange(soci::into(value));
}

inline void place(soci::statement& statement, NullableMoment& moment)
{
    statement.exchange(soci::into(moment.ms, moment.given));
}

} // namespace detail

/// Tells `statement` where the columns go, in their order.
template <class... Columns>
void place_all(soci::statement& statement, Columns&... columns)
{
    (detail::place(statement, columns), ...);
}

/// Runs a statement without rows; `values` are its parameters in the order in which they stand.
/// Returns how many rows it changed.
template <class... Values>
long long run(soci::session& sql, const std::string& text, const Values&... values)
{
    soci::statement statement{sql};
    (detail::bind(statement, values), ...);
    statement.alloc();
    statement.prepare(text);
    statement.define_and_bind();
    statement.execute(true);
    return statement.get_affected_rows();
}

/// All rows of a query. `Row` has `void define(soci::statement&)`, which calls `place_all`, and
/// `value()`, which makes a value of what was read.
template <class Row, class... Values>
auto rows_of(soci::session& sql, const std::string& text, const Values&... values)
{
    Row row;
    std::vector<decltype(row.value())> found;
    soci::statement statement{sql};
    row.define(statement);
    (detail::bind(statement, values), ...);
    statement.alloc();
    statement.prepare(text);
    statement.define_and_bind();
    statement.execute();
    while (statement.fetch())
        found.push_back(row.value());
    return found;
}

/// The first row of a query, or nothing.
template <class Row, class... Values>
auto row_of(soci::session& sql, const std::string& text, const Values&... values)
{
    auto rows = rows_of<Row>(sql, text, values...);
    using Value = typename decltype(rows)::value_type;
    return rows.empty() ? std::optional<Value>{} : std::optional<Value>{std::move(rows.front())};
}

/// A row of one number.
struct NumberRow
{
    std::int64_t number{0};

    void define(soci::statement& statement) { place_all(statement, number); }

    std::int64_t value() const { return number; }
};

/// The number that a query such as "SELECT count(*)" answers.
template <class... Values>
std::int64_t number_of(soci::session& sql, const std::string& text, const Values&... values)
{
    return row_of<NumberRow>(sql, text, values...).value_or(0);
}

} // namespace mimamori::collector::storage
