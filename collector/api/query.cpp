#include "collector/api/query.hpp"

#include "collector/api/answer.hpp"
#include "common/base/encoding.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

namespace mimamori::collector::api {
namespace {

/// Whether the query has the member, however its value is encoded.
bool names_member(std::string_view query, std::string_view name)
{
    while (!query.empty())
    {
        const std::string_view member = query.substr(0, query.find('&'));
        if (member.substr(0, member.find('=')) == name)
            return true;
        query.remove_prefix(std::min(member.size() + 1, query.size()));
    }
    return false;
}

/// The member's value; empty when it is absent. A filter that cannot be read must not turn into no
/// filter. Errors: invalid_input.
Result<std::string> member_of(const http::Request& request, std::string_view name)
{
    auto text = request.query_value(name);
    if (!text && names_member(request.query, name))
        return Error{Errc::invalid_input, fmt::format("{}: not encoded as in addresses", name)};
    return std::move(text).value_or("");
}

constexpr std::size_t fingerprint_size = 16;
constexpr std::size_t cursor_bytes_max = 10'000;

/// Of the list and of what narrows and sorts it: all but the place and the size of the page.
std::string fingerprint_of(const http::Request& request)
{
    std::vector<std::string_view> members;
    for (std::string_view query = request.query; !query.empty();)
    {
        const std::string_view member = query.substr(0, query.find('&'));
        const std::string_view name = member.substr(0, member.find('='));
        const bool says_nothing = name.size() + 1 >= member.size();
        if (!says_nothing && name != "after" && name != "limit" && name != "skip")
            members.push_back(member);
        query.remove_prefix(std::min(member.size() + 1, query.size()));
    }
    std::sort(members.begin(), members.end());
    return crypto::sha256_hex(fmt::format("{}?{}", request.path, fmt::join(members, "&")))
        .substr(0, fingerprint_size);
}

Error bad_cursor()
{
    return Error{Errc::invalid_input, "after: not the `next` of this list in this order"};
}

std::optional<std::int64_t> whole_number(std::string_view text)
{
    std::int64_t number = 0;
    const char* const text_end = text.data() + text.size();
    const auto [end, ec] = std::from_chars(text.data(), text_end, number);
    if (ec != std::errc{} || end != text_end)
        return {};
    return number;
}

} // namespace

std::string to_cursor(const http::Request& request, std::string_view place)
{
    return fingerprint_of(request)
           + to_hex(std::span{reinterpret_cast<const std::uint8_t*>(place.data()), place.size()});
}

Result<std::string> cursor_in_query(const http::Request& request)
{
    const auto text = text_in_query(request, "after", cursor_bytes_max);
    if (!text)
        return text.error();
    if (text->empty())
        return std::string{};
    const auto place =
        from_hex(std::string_view{*text}.substr(std::min(fingerprint_size, text->size())));
    if (!place || place->empty() || !text->starts_with(fingerprint_of(request)))
        return bad_cursor();
    return std::string{place->begin(), place->end()};
}

std::string to_cursor(const http::Request& request, std::initializer_list<std::int64_t> numbers)
{
    return to_cursor(request, std::string_view{fmt::format("{}", fmt::join(numbers, " "))});
}

Result<std::vector<std::int64_t>> numbers_of_cursor(const http::Request& request, std::size_t count)
{
    const auto place = cursor_in_query(request);
    if (!place)
        return place.error();
    std::vector<std::int64_t> numbers;
    for (std::string_view rest = *place; !rest.empty();)
    {
        const std::string_view one = rest.substr(0, rest.find(' '));
        const auto number = whole_number(one);
        if (!number)
            return bad_cursor();
        numbers.push_back(*number);
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    }
    if (!numbers.empty() && numbers.size() != count)
        return bad_cursor();
    return numbers;
}

Result<std::optional<std::int64_t>> number_in_query(
    const http::Request& request, std::string_view name, std::int64_t least, std::int64_t most)
{
    const auto text = member_of(request, name);
    if (!text)
        return text.error();
    if (text->empty())
        return std::optional<std::int64_t>{};
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (ec != std::errc{} || end != text->data() + text->size() || number < least || number > most)
        return Error{
            Errc::invalid_input, fmt::format("{}: a number from {} to {}", name, least, most)};
    return std::optional{number};
}

Result<std::size_t> limit_in_query(const http::Request& request)
{
    const auto limit = number_in_query(request, "limit", 1, 1'000);
    if (!limit)
        return limit.error();
    return static_cast<std::size_t>(limit->value_or(100));
}

Result<std::string> text_in_query(
    const http::Request& request, std::string_view name, std::size_t bytes_max)
{
    auto text = member_of(request, name);
    if (!text)
        return text.error();
    if (text->size() > bytes_max || !is_utf8(*text) || text->find('\0') != std::string::npos)
        return Error{
            Errc::invalid_input, fmt::format("{}: a text of at most {} bytes", name, bytes_max)};
    return text;
}

Result<std::string> choice_in_query(
    const http::Request& request,
    std::string_view name,
    std::initializer_list<std::string_view> allowed)
{
    const auto text = member_of(request, name);
    if (!text)
        return text.error();
    if (text->empty())
        return std::string{*allowed.begin()};
    for (const std::string_view known : allowed)
        if (*text == known)
            return std::string{known};
    return Error{Errc::invalid_input, fmt::format("{}: one of {}", name, fmt::join(allowed, ", "))};
}

Result<std::int64_t> number_in_path(const http::Request& request)
{
    const std::string_view text = request.param("id");
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{} || end != text.data() + text.size() || number < 1)
        return Error{Errc::not_found, "no such entry"};
    return number;
}

std::string to_place(std::string_view name, std::string_view id)
{
    const std::string both = fmt::format("{}\n{}", id, name);
    return to_hex(std::span{reinterpret_cast<const std::uint8_t*>(both.data()), both.size()});
}

Result<std::pair<std::string, std::string>> from_place(std::string_view place)
{
    const auto bytes = from_hex(place);
    const std::string both = bytes ? std::string{bytes->begin(), bytes->end()} : std::string{};
    const std::size_t split = both.find('\n');
    if (place.empty())
        return std::pair<std::string, std::string>{};
    if (split == std::string::npos)
        return Error{Errc::invalid_input, "after: not the `next` of a page"};
    return std::pair{both.substr(split + 1), both.substr(0, split)};
}

} // namespace mimamori::collector::api
