#pragma once

#include "common/base/result.hpp"
#include "common/wire/json_parse.hpp"
#include "common/wire/shapes.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace mimamori::wire {

/// Whether an enumeration has the member `unknown`, which stands for names we do not know.
template <class E>
constexpr bool has_unknown()
{
    bool found = false;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
        [&](auto enumerator) { found = found || std::string_view{enumerator.name} == "unknown"; });
    return found;
}

/// Where a value stands in its document. Written out only when something is refused; refers to the
/// place around it, which outlives it.
class Place
{
public:
    /// The document itself.
    Place() = default;

    Place(const Place& around, std::string_view member)
        : around_{&around}
        , member_{member}
    {}

    Place(const Place& around, std::size_t element)
        : around_{&around}
        , element_{element}
    {}

    /// "sections[3].body"; "document" for the document.
    std::string text() const
    {
        std::string text;
        append_to(text);
        return text.empty() ? "document" : text;
    }

private:
    void append_to(std::string& text) const
    {
        if (around_ == nullptr)
            return;
        around_->append_to(text);
        if (member_.empty())
            text.append("[").append(std::to_string(element_)).append("]");
        else
            text.append(text.empty() ? "" : ".").append(member_);
    }

    const Place* around_{nullptr};
    std::string_view member_; ///< Empty: an element of a list.
    std::size_t element_{0};
};

/// Decodes `from`, found at `where` in the document, into `to`. `to` is in its default state.
///
/// Unknown members are ignored and missing ones keep their default, so that agents and collectors
/// of different versions understand each other; every refusal is `invalid_input` with its place.
/// These are all the shapes a wire type can be made of; anything else does not compile.
template <class T>
Result<void> decode(const boost::json::value& from, T& to, const Place& where);

namespace detail {

inline Error expected(const Place& where, std::string_view what)
{
    return Error{Errc::invalid_input, where.text() + ": expected " + std::string{what}};
}

template <class T>
Result<void> decode_members(const boost::json::value& from, T& to, const Place& where)
{
    if (!from.is_object())
        return expected(where, "an object");
    Result<void> done;
    using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
    boost::mp11::mp_for_each<Members>([&](auto member) {
        if (!done)
            return;
        const auto* found = from.get_object().if_contains(member.name);
        if (found)
            done = decode(*found, to.*member.pointer, Place{where, member.name});
    });
    return done;
}

template <class T>
Result<void> decode_text(const boost::json::value& from, T& to, const Place& where)
{
    if (!from.is_string())
        return expected(where, "a string");
    const std::string_view text{from.get_string().data(), from.get_string().size()};
    if constexpr (std::same_as<T, Timestamp>)
    {
        const auto moment = parse_rfc3339(text);
        if (!moment)
            return expected(where, "a time such as 2026-01-31T23:59:59.000Z");
        to = *moment;
    }
    else if constexpr (std::same_as<T, Date>)
    {
        const auto day = parse_iso_date(text);
        if (!day)
            return expected(where, "a day such as 2026-01-31");
        to = *day;
    }
    else if constexpr (std::is_enum_v<T>)
    {
        if (!boost::describe::enum_from_string(std::string{text}.c_str(), to) && !has_unknown<T>())
            return expected(where, "one of the known names");
    }
    else
    {
        to = T{std::string{text}}; // std::string and Id.
    }
    return {};
}

} // namespace detail

template <class T>
Result<void> decode(const boost::json::value& from, T& to, const Place& where)
{
    if constexpr (std::same_as<T, bool>)
    {
        if (!from.is_bool())
            return detail::expected(where, "true or false");
        to = from.get_bool();
        return {};
    }
    else if constexpr (std::integral<T>)
    {
        boost::json::error_code failure;
        to = from.to_number<T>(failure); // Fails for a number that does not fit, too.
        if (failure)
            return detail::expected(where, "an integer in range");
        return {};
    }
    else if constexpr (shapes::is_text<T>)
    {
        return detail::decode_text(from, to, where);
    }
    else if constexpr (std::same_as<T, RawJson>)
    {
        if (!from.is_object())
            return detail::expected(where, "an object");
        to.text = boost::json::serialize(from);
        return {};
    }
    else if constexpr (shapes::is_optional<T>)
    {
        if (from.is_null())
            return {};
        return decode(from, to.emplace(), where);
    }
    else if constexpr (shapes::is_vector<T>)
    {
        if (!from.is_array())
            return detail::expected(where, "an array");
        to.reserve(from.get_array().size());
        for (const auto& item : from.get_array())
        {
            const Place place{where, to.size()};
            if (auto done = decode(item, to.emplace_back(), place); !done)
                return done;
        }
        return {};
    }
    else
    {
        return detail::decode_members(from, to, where);
    }
}

/// Reads a `T` from JSON text that came from outside. Errors as `parse_json` and `decode`.
template <class T>
Result<T> from_json(std::string_view text, const JsonLimits& limits = {})
{
    // Ordinary documents are read without asking for memory; larger ones ask for few large pieces.
    unsigned char here[16U * 1024];
    boost::json::monotonic_resource memory{here, sizeof here};
    const auto document = parse_json(text, limits, &memory);
    if (!document)
        return document.error();
    T value{};
    if (auto done = decode(*document, value, {}); !done)
        return done.error();
    return value;
}

} // namespace mimamori::wire
