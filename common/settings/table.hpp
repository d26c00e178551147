#pragma once

#include "common/base/result.hpp"
#include "common/settings/kinds.hpp"
#include "common/settings/value.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// A program's settings, declared once: one struct, one table. Reading, limits, the sample file in
/// conf/, `--help` and what `status` prints come from the table.
///
///     const Table<Settings>& settings_table()
///     {
///         static const Table<Settings> table{
///             "mimamori-agent",
///             {
///                 setting("log.level", &Settings::log_level,
///                     Choice<Level>{{{"info", Level::info}, {"debug", Level::debug}}},
///                     "How much is written to the log."),
///                 setting("report.heartbeat", &Settings::heartbeat, Duration{10s, 1h},
///                     "How often the agent reports when nothing happens."),
///             }};
///         return table;
///     }
namespace mimamori::settings {

enum class Presence
{
    optional, ///< The default stands when no source says anything.
    required  ///< Somebody must say it: there is no sensible default.
};

enum class Secrecy
{
    open,
    secret ///< Never shown: not by `status`, not in messages, not to the collector.
};

/// One row of a table, without the struct's type.
struct Entry
{
    std::string key;  ///< "section.name"
    std::string help; ///< One or two sentences.
    std::string allowed;
    Presence presence{Presence::optional};

    /// Stores the value in the struct behind the pointer; false when it is not allowed.
    std::function<bool(void* settings, const Value& value)> assign;

    /// The value in the struct behind the pointer.
    std::function<Value(const void* settings)> value;

    Shape shape;
    Secrecy secrecy{Secrecy::open};

    std::string section() const { return key.substr(0, key.find('.')); }

    std::string name() const { return key.substr(key.find('.') + 1); }
};

/// One row of the table of `Settings`.
template <class Settings>
struct Setting
{
    Entry entry;
};

/// What is wrong with the settings, and where: "file:line: key: ...".
struct Problem
{
    std::string key;
    std::string text; ///< "must be shorter than report.interval"
};

/// Where a value came from.
struct Origin
{
    Source source{Source::built_in};
    std::string place; ///< "/etc/mimamori/agent.toml:12"; empty when built in.
};

/// By key; every key of the table is in it.
using Origins = std::map<std::string, Origin>;

/// A value that a source says and that is not in force, because it is not allowed.
struct PassedOver
{
    std::string key;
    std::string text; ///< "HKLM\\...\\report.heartbeat: 1 is not allowed; allowed: ..."
};

template <class Settings>
struct Loaded
{
    Settings values;
    Origins origins;
    std::vector<PassedOver> passed_over; ///< Of layers that do not refuse mistakes.
};

/// One line of what `status` and `doctor` print.
struct Shown
{
    std::string key;
    std::string text; ///< As in the file: "\"15m\"".
    Origin origin;
};

template <class Settings>
class Table
{
public:
    /// What must hold between settings; called when each of them is good for itself.
    using Relations = std::vector<Problem> (*)(const Settings&);

    /// Throws std::logic_error for a table that contradicts itself: a key that is not
    /// "section.name" or stands twice, a section in two places, a default that is not allowed.
    Table(std::string program, std::vector<Setting<Settings>> rows, Relations relations = nullptr);

    const std::string& program() const { return program_; }

    const std::vector<Entry>& entries() const { return entries_; }

    std::vector<Problem> broken_relations(const Settings& settings) const
    {
        return relations_ ? relations_(settings) : std::vector<Problem>{};
    }

private:
    std::string program_;
    std::vector<Entry> entries_;
    Relations relations_;
};

namespace detail {

/// `scratch` is another struct of the same type, to try the defaults on.
void check_table(const std::vector<Entry>& entries, const void* defaults, void* scratch);

/// Returns what is wrong in layers that refuse mistakes, one line a problem, and stores what is
/// right. What is wrong in the others is added to `passed_over`.
std::vector<std::string> assign_all(
    const std::vector<Entry>& entries,
    const std::vector<Layer>& layers,
    void* settings,
    Origins& origins,
    std::vector<PassedOver>& passed_over);

/// The layers without what may have broken a relation: the values in the section of a problem, of
/// layers that do not refuse mistakes. Those values are added to `passed_over`.
std::vector<Layer> without_breakers(
    const std::vector<Layer>& layers,
    const std::vector<Problem>& broken,
    std::vector<PassedOver>& passed_over);

std::string shown_value(const Entry& entry, const void* settings);

std::string sentence(const Problem& problem, const Origins& origins);

Error error_of(const std::vector<std::string>& problems);

template <class T>
struct IsDuration : std::false_type
{};

template <class Rep, class Period>
struct IsDuration<std::chrono::duration<Rep, Period>> : std::true_type
{};

} // namespace detail

/// A row for `member`, whose kind says what is allowed.
template <class Settings, class T, class Kind>
Setting<Settings> setting(
    std::string key,
    T Settings::*member,
    Kind kind,
    std::string help,
    Presence presence = Presence::optional,
    Secrecy secrecy = Secrecy::open)
{
    if constexpr (std::is_same_v<Kind, Duration>)
    {
        static_assert(detail::IsDuration<T>::value);
        kind.resolution = std::chrono::milliseconds{T{1}};
    }
    if constexpr (std::is_same_v<Kind, Whole>)
    {
        static_assert(std::is_integral_v<T> && !std::is_same_v<T, bool>);
        if (!std::in_range<T>(kind.min) || !std::in_range<T>(kind.max))
            throw std::logic_error{key + ": the range does not fit the member"};
    }

    auto assign = [member, kind](void* settings, const Value& value) {
        const auto read = kind.read(value);
        if (!read)
            return false;
        auto& target = static_cast<Settings*>(settings)->*member;
        if constexpr (std::is_same_v<Kind, Duration>)
            target = std::chrono::duration_cast<T>(*read);
        else
            target = static_cast<T>(*read);
        return true;
    };
    auto value = [member, kind](const void* settings) {
        const auto& from = static_cast<const Settings*>(settings)->*member;
        if constexpr (std::is_same_v<Kind, Whole>)
            return kind.write(static_cast<std::int64_t>(from)); // The range says that it fits.
        else
            return kind.write(from);
    };
    return {Entry{
        std::move(key), std::move(help), kind.allowed(), presence, std::move(assign),
        std::move(value), shape_of(kind), secrecy}};
}

template <class Settings>
Table<Settings>::Table(
    std::string program, std::vector<Setting<Settings>> rows, Relations relations)
    : program_{std::move(program)}
    , relations_{relations}
{
    for (auto& row : rows)
        entries_.push_back(std::move(row.entry));
    const Settings defaults{};
    Settings scratch{};
    detail::check_table(entries_, &defaults, &scratch);
}

/// The settings that the layers say, later ones over earlier ones over the defaults.
///
/// Errors: `invalid_input` for anything that is not allowed, unless its layer says that mistakes
/// are passed over: then they are told in the answer. Nothing is skipped or replaced by a default
/// silently; all problems are in the message, one a line, each with place, key and what is allowed.
template <class Settings>
Result<Loaded<Settings>> load(const Table<Settings>& table, const std::vector<Layer>& layers)
{
    Loaded<Settings> loaded;
    auto problems = detail::assign_all(
        table.entries(), layers, &loaded.values, loaded.origins, loaded.passed_over);
    if (!problems.empty())
        return detail::error_of(problems);
    auto broken = table.broken_relations(loaded.values);
    if (!broken.empty())
    {
        Loaded<Settings> again;
        const auto fewer = detail::without_breakers(layers, broken, again.passed_over);
        problems = detail::assign_all(
            table.entries(), fewer, &again.values, again.origins, again.passed_over);
        loaded = std::move(again);
        broken = table.broken_relations(loaded.values);
    }
    for (const auto& problem : broken)
        problems.push_back(detail::sentence(problem, loaded.origins));
    if (!problems.empty())
        return detail::error_of(problems);
    return loaded;
}

/// What is in force and where each value came from, in the table's order.
template <class Settings>
std::vector<Shown> in_force(const Table<Settings>& table, const Loaded<Settings>& loaded)
{
    std::vector<Shown> all;
    for (const auto& entry : table.entries())
        all.push_back(
            {entry.key, detail::shown_value(entry, &loaded.values), loaded.origins.at(entry.key)});
    return all;
}

} // namespace mimamori::settings
