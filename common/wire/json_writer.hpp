#pragma once

#include "common/base/utf8.hpp"
#include "common/wire/shapes.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <charconv>
#include <string>
#include <string_view>

namespace mimamori::wire {

/// Appends `text` as a JSON string in quotes. Ill-formed UTF-8 and NUL become U+FFFD: the reader of
/// the other side refuses them, and what a device calls itself must not make it mute.
void append_json_string(std::string& out, std::string_view text);

/// Whether members with their default value are written.
enum class Defaults
{
    left_out, ///< Between agents and collector: short, and the reader arrives at the same value.
    written   ///< For the browser API, whose document promises every member; empty ones are null.
};

/// Appends `value` as JSON, members in the order of their declaration, without white space: equal
/// values give equal text, which is what digests are made of.
template <Defaults defaults = Defaults::left_out, class T>
void encode(std::string& out, const T& value);

namespace detail {

/// Whether the reader would arrive at the same value if the member were left out.
template <class T>
bool is_default(const T& value)
{
    if constexpr (shapes::is_optional<T>)
        return !value.has_value();
    else if constexpr (shapes::is_vector<T> || std::same_as<T, std::string> || shapes::is_id<T>)
        return value.empty();
    else if constexpr (std::same_as<T, RawJson>)
        return value.text.empty();
    else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>)
        return value == T{};
    else if constexpr (std::same_as<T, Timestamp> || std::same_as<T, Date>)
        return value == T{};
    else
        return false;
}

template <class Number>
void encode_number(std::string& out, Number number)
{
    char digits[24];
    const auto [end, ec] = std::to_chars(digits, digits + sizeof digits, number);
    out.append(digits, end);
}

template <Defaults defaults, class T>
void encode_members(std::string& out, const T& value)
{
    out += '{';
    bool first = true;
    using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
    boost::mp11::mp_for_each<Members>([&](auto member) {
        const auto& at = value.*member.pointer;
        if (defaults == Defaults::left_out && is_default(at))
            return;
        if (!first)
            out += ',';
        first = false;
        out += '"';
        out += member.name;
        out += "\":";
        encode<defaults>(out, at);
    });
    out += '}';
}

} // namespace detail

template <Defaults defaults, class T>
void encode(std::string& out, const T& value)
{
    if constexpr (std::same_as<T, bool>)
        out += value ? "true" : "false";
    else if constexpr (std::integral<T>)
        detail::encode_number(out, value);
    else if constexpr (std::same_as<T, std::string>)
        append_json_string(out, value);
    else if constexpr (std::same_as<T, Timestamp>)
        append_json_string(out, to_rfc3339(value));
    else if constexpr (std::same_as<T, Date>)
        append_json_string(out, to_iso_date(value));
    else if constexpr (shapes::is_id<T>)
        append_json_string(out, value.text());
    else if constexpr (std::is_enum_v<T>)
        append_json_string(out, boost::describe::enum_to_string(value, "unknown"));
    else if constexpr (std::same_as<T, RawJson>)
        out += value.text.empty() ? "null" : value.text;
    else if constexpr (shapes::is_optional<T>)
        value ? encode<defaults>(out, *value) : void(out += "null");
    else if constexpr (shapes::is_vector<T>)
    {
        out += '[';
        for (std::size_t i = 0; i < value.size(); ++i)
        {
            if (i > 0)
                out += ',';
            encode<defaults>(out, value[i]);
        }
        out += ']';
    }
    else
        detail::encode_members<defaults>(out, value);
}

/// The JSON text of `value`; see `encode`.
template <Defaults defaults = Defaults::left_out, class T>
std::string to_json(const T& value)
{
    constexpr std::size_t most_are_smaller = 256;
    std::string out;
    out.reserve(most_are_smaller);
    encode<defaults>(out, value);
    return out;
}

} // namespace mimamori::wire
