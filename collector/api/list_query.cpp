#include "collector/api/list_query.hpp"

#include "collector/api/query.hpp"
#include "common/base/encoding.hpp"
#include "common/base/utf8.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <span>
#include <utility>

namespace mimamori::collector::api {
namespace {

constexpr std::size_t words_max = 10;

std::string hex(std::string_view text)
{
    return to_hex(std::span{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

/// The words of a search box as terms that are never wrong.
void add_words(std::vector<storage::FilterTerm>& terms, std::string_view text)
{
    constexpr std::string_view wide_blank = "\u3000";
    std::string plain;
    while (!text.empty())
    {
        const bool wide = text.starts_with(wide_blank);
        plain += wide ? ' ' : text.front();
        text.remove_prefix(wide ? wide_blank.size() : 1);
    }
    std::size_t count = 0;
    for (std::size_t at = 0; at < plain.size() && count < words_max;)
    {
        const std::size_t end = std::min(plain.find(' ', at), plain.size());
        if (end > at)
        {
            storage::FilterTerm word;
            word.values.push_back(plain.substr(at, end - at));
            terms.push_back(std::move(word));
            ++count;
        }
        at = end + 1;
    }
}

Error bad_place()
{
    return Error{Errc::invalid_input, "after: not the `next` of this list in this order"};
}

/// A value whose kind can be read again.
std::string typed(const storage::SqlValue& value)
{
    const auto* const number = std::get_if<std::int64_t>(&value);
    return number ? fmt::format("i{}", *number) : 't' + hex(std::get<std::string>(value));
}

std::optional<storage::SqlValue> from_typed(std::string_view text)
{
    const char kind = text.empty() ? '\0' : text.front();
    text.remove_prefix(std::min<std::size_t>(text.size(), 1));
    if (kind == 't')
    {
        const auto bytes = from_hex(text);
        return bytes ? std::optional<storage::SqlValue>{std::string{bytes->begin(), bytes->end()}}
                     : std::nullopt;
    }
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (kind != 'i' || ec != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// The inverse of `to_place`.
Result<storage::DeviceQuery::Place> from_place(std::string_view text, std::string_view sort)
{
    std::array<std::string, 4> parts;
    char kind = 't';
    for (std::size_t i = 0; i < parts.size(); ++i)
    {
        std::string_view part = text.substr(0, text.find('.'));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        if (i == 1 && !part.empty())
        {
            kind = part.front();
            part.remove_prefix(1);
        }
        const auto bytes = from_hex(part);
        if (!bytes)
            return bad_place();
        parts[i].assign(bytes->begin(), bytes->end());
    }
    if (parts[0] != sort || !text.empty() || (kind != 'i' && kind != 't'))
        return bad_place();
    storage::DeviceQuery::Place place;
    place.order_key = parts[1];
    if (kind == 'i')
    {
        std::int64_t number = 0;
        const char* const end = parts[1].data() + parts[1].size();
        if (std::from_chars(parts[1].data(), end, number).ptr != end)
            return bad_place();
        place.order_key = number;
    }
    place.name = std::move(parts[2]);
    place.id = std::move(parts[3]);
    return place;
}

} // namespace

Result<AskedDevices> asked_devices(Narrowing narrowing, const Services& services)
{
    for (const std::string* text : {&narrowing.q, &narrowing.state, &narrowing.sort})
        if (!is_utf8(*text) || text->find('\0') != std::string::npos || text->size() > 500)
            return Error{Errc::invalid_input, "q, state, sort: texts of at most 500 bytes"};
    AskedDevices asked;
    if (!narrowing.sort.empty())
        asked.query.sort = std::move(narrowing.sort);
    if (auto good = storage::check_sort(storage::device_fields(), asked.query.sort); !good)
        return good.error();
    storage::ParsedFilter parsed = storage::parse_filter(narrowing.filter);
    asked.bad = std::move(parsed.bad);
    asked.query.terms = std::move(parsed.terms);
    asked.query.time = {services.clock.now(), services.utc_offset};
    if (!asked.bad)
        asked.bad =
            storage::condition_of(storage::device_fields(), asked.query.terms, asked.query.time)
                .bad;
    add_words(asked.query.terms, narrowing.q);
    if (!narrowing.state.empty())
    {
        storage::FilterTerm state;
        state.field = "state";
        state.values.push_back(std::move(narrowing.state));
        asked.query.terms.push_back(std::move(state));
    }
    return asked;
}

Result<AskedDevices> asked_devices(const http::Request& request, const Services& services)
{
    auto filter = text_in_query(request, "filter", storage::filter_bytes_max);
    auto text = text_in_query(request, "q");
    auto state = choice_in_query(
        request, "state", {"", "good", "info", "warning", "action", "silent", "unknown", "none"});
    auto sort = text_in_query(request, "sort", 100);
    const auto after = cursor_in_query(request);
    const auto skip = number_in_query(request, "skip", 0, 10'000'000);
    const auto limit = limit_in_query(request);
    for (const Result<std::string>* part :
         std::initializer_list<const Result<std::string>*>{&filter, &text, &state, &sort, &after})
        if (!*part)
            return part->error();
    if (!skip)
        return skip.error();
    if (!limit)
        return limit.error();
    if (*state == "info") // Counts as good.
        *state = "good";
    auto asked = asked_devices(
        Narrowing{std::move(*filter), std::move(*text), std::move(*state), std::move(*sort)},
        services);
    if (!asked)
        return asked.error();
    asked->query.skip = skip->value_or(0);
    asked->query.rows_max = *limit;
    if (after->empty())
        return asked;
    auto place = from_place(*after, asked->query.sort);
    if (!place)
        return place.error();
    asked->query.after = std::move(*place);
    return asked;
}

Result<AskedTerms> asked_terms(
    const http::Request& request, const Services& services, const storage::ListFields& fields)
{
    const auto text = text_in_query(request, "filter", storage::filter_bytes_max);
    const auto words = text_in_query(request, "q");
    if (!text)
        return text.error();
    if (!words)
        return words.error();
    storage::ParsedFilter parsed = storage::parse_filter(*text);
    AskedTerms asked{
        std::move(parsed.terms),
        {services.clock.now(), services.utc_offset},
        std::move(parsed.bad)};
    if (!asked.bad)
        asked.bad = storage::condition_of(fields, asked.terms, asked.time).bad;
    add_words(asked.terms, *words);
    return asked;
}

Result<std::string> sort_in_query(const http::Request& request, const storage::ListFields& fields)
{
    auto sort = text_in_query(request, "sort", 100);
    if (!sort || sort->empty())
        return sort;
    if (auto good = storage::check_sort(fields, *sort); !good)
        return good.error();
    return sort;
}

std::string to_cursor(const http::Request& request, const storage::ListPlace& place)
{
    return to_cursor(request, fmt::format("{}.{}", typed(place.key), typed(place.id)));
}

Result<std::optional<storage::ListPlace>> list_place_in_query(const http::Request& request)
{
    const auto text = cursor_in_query(request);
    if (!text)
        return text.error();
    if (text->empty())
        return std::optional<storage::ListPlace>{};
    const std::string_view both = *text;
    const std::size_t split = std::min(both.find('.'), both.size());
    auto key = from_typed(both.substr(0, split));
    auto id = from_typed(both.substr(std::min(split + 1, both.size())));
    if (!key || !id)
        return bad_place();
    return std::optional{storage::ListPlace{std::move(*key), std::move(*id)}};
}

Result<AskedList> asked_list(
    const http::Request& request, const Services& services, const storage::ListFields& fields)
{
    auto terms = asked_terms(request, services, fields);
    auto sort = sort_in_query(request, fields);
    auto place = list_place_in_query(request);
    const auto limit = limit_in_query(request);
    if (!terms)
        return terms.error();
    if (!sort)
        return sort.error();
    if (!place)
        return place.error();
    if (!limit)
        return limit.error();
    AskedList asked;
    asked.bad = std::move(terms->bad);
    asked.ask = {std::move(terms->terms), terms->time, std::move(*sort), std::move(*place), *limit};
    return asked;
}

http::Response refuse_filter(const storage::BadFilter& bad)
{
    std::string members = fmt::format("\"place\":{},\"detail\":", bad.at);
    wire::append_json_string(members, "filter: " + bad.text);
    return http::problem_with(http::Status::bad_request, "bad_filter", members, for_log(bad.text));
}

std::string to_place(const storage::DeviceRow& last, std::string_view sort)
{
    const auto* const number = std::get_if<std::int64_t>(&last.order_key);
    const std::string key = number ? fmt::format("i{}", hex(fmt::format("{}", *number)))
                                   : 't' + hex(std::get<std::string>(last.order_key));
    return fmt::format("{}.{}.{}.{}", hex(sort), key, hex(last.name), hex(last.id.text()));
}

} // namespace mimamori::collector::api
