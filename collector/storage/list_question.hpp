#pragma once

#include "collector/storage/list_filter.hpp"
#include "collector/storage/statement.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::storage {

/// A statement that is put together for one list, with the values that it needs.
struct Question
{
    std::string sql;
    std::vector<SqlValue> values;

    /// Adds a piece with a "?" for `value`.
    void add(std::string_view piece, SqlValue value);

    /// Adds a condition as written by `condition_of`.
    void add(const Condition& condition);

    /// The statement must be one of `sql`.
    void bind_to(Statement& statement) const;
};

} // namespace mimamori::collector::storage
