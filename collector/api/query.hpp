#pragma once

#include "collector/http/message.hpp"
#include "common/base/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Reading the query members that lists share.
namespace mimamori::collector::api {

/// The member `name` as a number from `least` to `most`; nothing when absent.
/// Errors: invalid_input.
Result<std::optional<std::int64_t>> number_in_query(
    const http::Request& request, std::string_view name, std::int64_t least, std::int64_t most);

/// `limit`, 1 to 1,000; 100 when absent. Errors: invalid_input.
Result<std::size_t> limit_in_query(const http::Request& request);

/// The member `name` or an empty text. Errors: invalid_input when it is longer than `bytes_max` or
/// no UTF-8.
Result<std::string> text_in_query(
    const http::Request& request, std::string_view name, std::size_t bytes_max = 200);

/// The member `name`, which is one of `allowed`; the first of them when absent.
/// Errors: invalid_input, naming what is allowed.
Result<std::string> choice_in_query(
    const http::Request& request,
    std::string_view name,
    std::initializer_list<std::string_view> allowed);

/// Where a page ended, as the text of `next`: good as `after` of the same list when it is narrowed
/// and sorted in the same way. `place` is the list's own.
std::string to_cursor(const http::Request& request, std::string_view place);

/// The place that `after` names; empty when absent. Errors: invalid_input for what is no `next` of
/// this list, narrowed and sorted in this way.
Result<std::string> cursor_in_query(const http::Request& request);

/// The same where the place is `count` numbers; none when absent.
std::string to_cursor(const http::Request& request, std::initializer_list<std::int64_t> numbers);
Result<std::vector<std::int64_t>> numbers_of_cursor(
    const http::Request& request, std::size_t count);

/// Where a page ended, as one text: name and id of its last row.
std::string to_place(std::string_view name, std::string_view id);

/// The inverse; two empty texts for an empty place. Errors: invalid_input.
Result<std::pair<std::string, std::string>> from_place(std::string_view place);

} // namespace mimamori::collector::api
