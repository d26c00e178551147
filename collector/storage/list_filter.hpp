#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The one language in which lists are narrowed: on pages, in exports, bulk changes, saved views.
///
///     state:action,silent -os~"Windows 11" contract_until<2027-04-01 owner:"" ct room
///
/// Terms, separated by blanks, hold all together. A word alone stands anywhere in a row. `name:a,b`
/// is one of the values, `name:""` nothing at all, `name~a` a part of it, `<`, `<=`, `>`, `>=`
/// compare; `-` before a term turns it round. What has blanks, commas or quotes in it stands in
/// quotes, with \" and \\ inside. Moments take a day, a time, or an age: `seen<7d` is "not heard
/// for seven days". Pure.
namespace mimamori::collector::storage {

enum class FilterOp
{
    is,
    holds,
    less,
    less_or_is,
    more,
    more_or_is
};

struct FilterTerm
{
    bool negated{false};
    std::string field; ///< Empty: a word anywhere.
    FilterOp op{FilterOp::is};
    std::vector<std::string> values; ///< At least one.
    std::size_t at{0};               ///< Where it begins in the text, in bytes.
};

/// What is wrong with a filter, and where.
struct BadFilter
{
    std::size_t at{0}; ///< In bytes, from 0.
    std::string text;  ///< For people.
};

/// Limits of a filter.
inline constexpr std::size_t filter_bytes_max = 2'000;
inline constexpr std::size_t filter_terms_max = 32;
inline constexpr std::size_t filter_values_max = 200; ///< In one term.

struct ParsedFilter
{
    std::vector<FilterTerm> terms;
    std::optional<BadFilter> bad;
};

ParsedFilter parse_filter(std::string_view text);

enum class FieldKind
{
    text,
    choice, ///< A text, one of a few.
    day,    ///< A text "2026-01-31"; empty: none.
    year,   ///< A text "2026"; empty: none.
    site,   ///< The id of a site; what lies below it counts as well.
    number,
    moment, ///< Milliseconds; NULL: none.
    several ///< A text of several that a row has: `sql` is a SELECT of them, in brackets.
};

/// What a list can be narrowed and sorted by. `sql` is ours, never a person's.
struct ListField
{
    std::string_view name;
    FieldKind kind{FieldKind::text};
    std::string_view sql;
    std::string_view order_sql{}; ///< By which it is sorted; empty: by `sql`.
    std::span<const std::string_view> choices{};
    bool sorts{true};
};

struct ListFields
{
    std::span<const ListField> fields;
    std::string_view words_sql; ///< Where words are looked for: columns, separated by commas.

    /// Another condition of a word, with one "?" for it; for names that few things have and many
    /// rows share, so that they are not looked through in each row.
    std::string_view shared_words_sql{};
};

const ListField* find_field(const ListFields& list, std::string_view name);

/// Whether a list can be sorted so. Errors: invalid_input.
Result<void> check_sort(const ListFields& list, std::string_view sort);

using SqlValue = std::variant<std::int64_t, std::string>;

/// A piece of SQL with a "?" for each value.
struct Condition
{
    std::string sql{"1"};
    std::vector<SqlValue> values;
    std::optional<BadFilter> bad;
};

/// What ages and days mean.
struct FilterTime
{
    Timestamp now{};
    std::chrono::minutes utc_offset{0}; ///< Of the site's wall clocks.
};

Condition condition_of(
    const ListFields& list, const std::vector<FilterTerm>& terms, const FilterTime& time);

} // namespace mimamori::collector::storage
