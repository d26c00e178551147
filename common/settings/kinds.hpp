#pragma once

#include "common/settings/value.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// The kinds of values a setting can have. Each kind has the same three functions:
//   read     the value that a source says, or nothing when it is not allowed
//   write    a value as a source would say it
//   allowed  what is allowed, in words
namespace mimamori::settings {

/// `true` or `false`.
struct Flag
{
    static std::optional<bool> read(const Value& value);
    static Value write(bool flag);
    static std::string allowed();
};

/// A whole number in a range.
struct Whole
{
    std::int64_t min;
    std::int64_t max;

    std::optional<std::int64_t> read(const Value& value) const;
    static Value write(std::int64_t number);
    std::string allowed() const;
};

/// One line of text: UTF-8 without control characters, its length counted in bytes.
struct Text
{
    std::size_t bytes_min{0};
    std::size_t bytes_max{255};

    /// A further condition, and how to say it: {&is_host_and_port, "a host and port, host:8444"}.
    bool (*condition)(std::string_view){nullptr};
    std::string_view condition_words{};

    std::optional<std::string> read(const Value& value) const;
    static Value write(const std::string& text);
    std::string allowed() const;

    bool allows(std::string_view text) const;
};

/// A list of texts.
struct Texts
{
    std::size_t count_max{16};
    Text each{.bytes_min = 1};

    std::optional<std::vector<std::string>> read(const Value& value) const;
    static Value write(const std::vector<std::string>& texts);
    std::string allowed() const;
};

/// A length of time written with its unit: "250ms", "60s", "15m", "1h", "7d".
struct Duration
{
    std::chrono::milliseconds min;
    std::chrono::milliseconds max;
    std::chrono::milliseconds resolution{1}; ///< Follows from the member's type.

    std::optional<std::chrono::milliseconds> read(const Value& value) const;
    static Value write(std::chrono::milliseconds duration);
    std::string allowed() const;
};

/// The duration that `text` says, such as "15m"; nothing for anything else.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// `duration` in the largest unit that says it exactly: "15m".
std::string duration_text(std::chrono::milliseconds duration);

/// A full path. What it names is not looked at: that is for whoever uses it.
struct Path
{
    bool may_be_empty{false}; ///< "" stands for "not used".

    std::optional<std::filesystem::path> read(const Value& value) const;
    static Value write(const std::filesystem::path& path);
    std::string allowed() const;
};

/// One of a few names.
template <class Enum>
struct Choice
{
    std::vector<std::pair<std::string_view, Enum>> names;

    std::optional<Enum> read(const Value& value) const
    {
        const auto* name = std::get_if<std::string>(&value);
        for (const auto& [known, meaning] : names)
        {
            if (name && *name == known)
                return meaning;
        }
        return std::nullopt;
    }

    Value write(Enum meaning) const
    {
        for (const auto& [known, known_meaning] : names)
        {
            if (meaning == known_meaning)
                return std::string{known};
        }
        return Other{"a value without a name"}; // As a default it is refused by the table.
    }

    std::string allowed() const
    {
        std::string all;
        for (std::size_t i = 0; i < names.size(); ++i)
        {
            if (i > 0)
                all += i + 1 == names.size() ? " or " : ", ";
            all += '"' + std::string{names[i].first} + '"';
        }
        return all;
    }
};

/// The names of a Choice, without what they stand for.
struct Names
{
    std::vector<std::string> names;
};

/// What a setting can be, for those who describe settings: a form of a policy, say.
using Shape = std::variant<Flag, Whole, Text, Texts, Duration, Path, Names>;

template <class Kind>
Shape shape_of(const Kind& kind)
{
    return kind;
}

template <class Enum>
Shape shape_of(const Choice<Enum>& choice)
{
    Names all;
    for (const auto& [name, meaning] : choice.names)
        all.names.emplace_back(name);
    return all;
}

} // namespace mimamori::settings
