#pragma once

#include "agent/windows/machine.hpp"
#include "common/wire/sections/provenance.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the probes find out on Windows. One file a section; each decides on the facts of
/// agent/windows and so is tested everywhere.
namespace mimamori::agent::probes::windows {

using agent::windows::Machine;
using agent::windows::Registry;
using agent::windows::View;

/// What it means that a value is not there.
enum class Missing
{
    is_unknown, ///< It should be: the fact is unknown.
    is_an_answer
};

/// Reads the registry for one section: what answered becomes a source of the section, and what
/// could not be read or understood becomes an unknown fact with its reason.
class FactReader
{
public:
    FactReader(const Registry& registry, wire::Provenance& from);

    // One value in the native view; nothing when it is not there, or not understood.

    std::optional<std::string> text(
        std::string_view fact,
        std::string_view key,
        std::string_view name,
        Missing missing = Missing::is_unknown);

    std::optional<std::uint64_t> number(
        std::string_view fact,
        std::string_view key,
        std::string_view name,
        Missing missing = Missing::is_unknown);

    /// Whether a key is there; nothing when that could not be read.
    std::optional<bool> has_key(std::string_view fact, std::string_view key);

    /// The names of the keys below `key` in a view; empty also when it is not there.
    std::vector<std::string> keys(
        std::string_view fact, View view, std::string_view key, std::size_t names_max = 1'000);

    /// The names of the values of a key, likewise.
    std::vector<std::string> value_names(
        std::string_view fact, View view, std::string_view key, std::size_t names_max = 1'000);

    /// A text in one of the views, without a word about what is missing or broken: for long lists,
    /// of which one bad entry must not hide the rest. `broken` counts what was there in vain.
    std::optional<std::string> text_in(View view, std::string_view key, std::string_view name);
    std::optional<std::uint64_t> number_in(View view, std::string_view key, std::string_view name);

    /// How many values of `text_in` and `number_in` could not be read or understood.
    std::size_t broken() const { return broken_; }

    /// Says so under `fact`, if there are any.
    void note_broken(std::string_view fact);

    /// How many facts were found unknown so far: when it has not risen, what was missing is an
    /// answer.
    std::size_t unknown_count() const { return from_.unknown.size(); }

private:
    template <class Answer>
    auto take(std::string_view fact, std::string_view key, Missing missing, Answer answer)
        -> std::optional<typename Answer::value_type>;

    /// Notes where names came from, or why there are none. A key that is not there has none.
    std::vector<std::string> noted(
        std::string_view fact, std::string_view key, Result<std::vector<std::string>> names);

    const Registry& registry_;
    wire::Provenance& from_;
    std::size_t broken_{0};
};

/// The security identifiers of the people whose part of the registry is loaded: "S-1-5-21-…".
std::vector<std::string> loaded_users(FactReader& reader, std::string_view fact);

/// The key of the Windows version.
inline constexpr std::string_view version_key =
    R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion)";

} // namespace mimamori::agent::probes::windows
