#pragma once

#include "tests/tidy/source.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::tidy {

/// Who may include what: layers.txt.
struct Layers
{
    /// "agent/report" -> {"common/base", ...}. A folder may always include itself.
    std::map<std::string, std::set<std::string>, std::less<>> folders;

    /// "openssl/" -> {"common/tls", ...}: the only folders that may include <openssl/...>.
    std::map<std::string, std::set<std::string>, std::less<>> homes;
};

/// Reads layers.txt; throws std::runtime_error that names the line of a mistake.
Layers parse_layers(std::string_view text);

/// Includes are written from the root, name files that exist, and go only where layers.txt says.
Complaints check_includes(
    const Source& source, const Layers& layers, const std::set<std::string>& paths);

/// Operating-system headers and `#if` on the platform stand in platform files only.
Complaints check_platform(const Source& source);

/// The coroutine forms that g++ 12 compiles wrongly, and coroutines that are capturing lambdas.
Complaints check_coroutines(const Source& source);

/// Calls that the product does not make: starting programs, blocking sleeps, unsafe C functions.
Complaints check_calls(const Source& source);

/// Line, function and file length, `#pragma once`, `using namespace` in headers.
Complaints check_size_and_form(const Source& source);

/// Markers of unfinished work, and paths of somebody's machine.
Complaints check_leftovers(const Source& source);

/// The pages ask no other host for anything.
Complaints check_outside_hosts(const Source& source);

/// A word of words_ja.txt and what is said instead.
struct Word
{
    std::string avoid;
    std::string say;
};

std::vector<Word> parse_words(std::string_view text);

/// One term everywhere in Japanese texts.
Complaints check_japanese(const Source& source, const std::vector<Word>& words);

/// A complaint that is accepted, with its reason: exceptions.txt.
struct Exception
{
    std::string check;
    std::string path; ///< A file, or a folder with a slash at its end.
    std::string word; ///< Must be in the complaint's text; empty: any.
    std::string reason;
    bool used{false};
};

/// Reads exceptions.txt; throws std::runtime_error for a line without a reason.
std::vector<Exception> parse_exceptions(std::string_view text);

/// The complaints that no exception accepts; marks the exceptions that were used.
Complaints without_exceptions(Complaints complaints, std::vector<Exception>& exceptions);

} // namespace mimamori::tidy
