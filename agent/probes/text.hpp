#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <charconv>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Small steps of reading the text files of a Linux system.
namespace mimamori::agent::probes {

/// Longest text that a probe puts into a fact.
inline constexpr std::size_t fact_bytes_max = 1024;

/// Without white space at both ends.
std::string_view trimmed(std::string_view text);

/// Without one pair of equal quotes around it.
std::string_view unquoted(std::string_view text);

/// Takes the next line off `text`, without its line end; nothing when `text` is used up.
std::optional<std::string_view> next_line(std::string_view& text);

/// Takes the next word off `text`; empty when there is none.
std::string_view next_word(std::string_view& text);

/// The parts between the separators, trimmed, empty ones left out.
std::vector<std::string_view> split(std::string_view text, char separator);

/// What a device says about itself, fit for a fact: valid UTF-8, control characters replaced by
/// blanks, trimmed, cut at `bytes_max`.
std::string fact_text(std::string_view text, std::size_t bytes_max = fact_bytes_max);

/// The whole of `text` as a number; nothing for anything else.
template <std::integral Number>
std::optional<Number> to_number(std::string_view text, int base = 10)
{
    Number number{};
    const auto [end, failure] =
        std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (failure != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// `KEY=value` lines as in os-release(5): comments left out, quotes taken off. The last one wins.
/// The views point into `text`.
std::map<std::string_view, std::string_view> parse_assignments(std::string_view text);

/// One line `key = value` of an ini file with the section it stands in.
struct IniLine
{
    std::string_view section;
    std::string_view key;
    std::string_view value;
};

/// The lines of an ini file (comments begin with # or ;). The views point into `text`.
std::vector<IniLine> parse_ini(std::string_view text);

/// Whether `name` fits the shell pattern `pattern` with `*`, `?` and `[…]`.
bool matches_glob(std::string_view pattern, std::string_view name);

std::string to_lower(std::string_view text);

/// The moment `seconds` after 1970.
Timestamp from_seconds(std::int64_t seconds);

/// Adds a source that answered, once.
void note_source(wire::Provenance& from, std::string_view source);

/// Adds a fact that could not be found out, with the reason.
void note_unknown(wire::Provenance& from, std::string_view fact, std::string_view why);
void note_unknown(wire::Provenance& from, std::string_view fact, const Error& error);

/// Cuts `list` to `count_max` elements and notes under `fact` that it did.
template <class T>
void cut_list(
    std::vector<T>& list, std::size_t count_max, wire::Provenance& from, std::string_view fact)
{
    if (list.size() <= count_max)
        return;
    list.resize(count_max);
    note_unknown(
        from, fact, "only the first " + std::to_string(count_max) + " are listed; there are more");
}

} // namespace mimamori::agent::probes
