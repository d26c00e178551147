#include "collector/storage/list_question.hpp"

#include <utility>

namespace mimamori::collector::storage {

void Question::add(std::string_view piece, SqlValue value)
{
    sql += piece;
    values.push_back(std::move(value));
}

void Question::add(const Condition& condition)
{
    sql += condition.sql;
    values.insert(values.end(), condition.values.begin(), condition.values.end());
}

void Question::bind_to(Statement& statement) const
{
    int index = 0;
    for (const SqlValue& value : values)
    {
        ++index;
        if (const auto* const number = std::get_if<std::int64_t>(&value))
            statement.bind(index, *number);
        else
            statement.bind(index, std::string_view{std::get<std::string>(value)});
    }
}

} // namespace mimamori::collector::storage
