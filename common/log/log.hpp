#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The program's log: four levels, plain functions. Lines are lower case, begin with the subject,
/// have no full stop; foreign text goes through `for_log` (common/base/utf8.hpp). Never secrets.
namespace mimamori::log {

enum class Level
{
    debug,
    info, ///< Life events.
    warn, ///< We cope.
    error ///< Somebody must act.
};

/// Where the lines go. `file` empty: standard error. A file is rotated: `file_size_max_bytes`,
/// `files_max` of them.
struct Options
{
    Level least{Level::info};
    std::string file;
    std::size_t file_size_max_bytes{5U * 1024 * 1024};
    std::size_t files_max{3};
};

/// Call once, at start, before other threads log. Before it, lines go to standard error.
void start(const Options& options);

/// Writes what is buffered; call before the process ends.
void flush();

/// Hands one line to the sinks. Use the four functions below.
void write(Level level, std::string_view line);

/// Whether lines of `level` are kept, so that costly ones need not be built.
bool enabled(Level level);

template <class... Values>
void debug(fmt::format_string<Values...> form, Values&&... values)
{
    if (enabled(Level::debug))
        write(Level::debug, fmt::format(form, std::forward<Values>(values)...));
}

template <class... Values>
void info(fmt::format_string<Values...> form, Values&&... values)
{
    write(Level::info, fmt::format(form, std::forward<Values>(values)...));
}

template <class... Values>
void warn(fmt::format_string<Values...> form, Values&&... values)
{
    write(Level::warn, fmt::format(form, std::forward<Values>(values)...));
}

template <class... Values>
void error(fmt::format_string<Values...> form, Values&&... values)
{
    write(Level::error, fmt::format(form, std::forward<Values>(values)...));
}

/// Takes the lines instead of the sinks while it lives. For tests; one at a time.
class Capture
{
public:
    Capture();
    ~Capture();

    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    /// "warn: the line", oldest first.
    std::vector<std::string> lines() const;

    /// Whether any captured line contains `part`.
    bool contains(std::string_view part) const;
};

} // namespace mimamori::log
