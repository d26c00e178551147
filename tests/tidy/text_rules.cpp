#include "tests/tidy/checks.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace mimamori::tidy {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t columns_max = 100;
constexpr std::size_t file_lines_max = 500;
constexpr std::size_t function_lines_max = 70;

struct BannedCall
{
    std::string_view name;
    std::string_view why;
};

constexpr BannedCall banned_calls[] = {
    {"system", "starts a program"},
    {"popen", "starts a program"},
    {"fork", "starts a process"},
    {"vfork", "starts a process"},
    {"posix_spawn", "starts a program"},
    {"posix_spawnp", "starts a program"},
    {"execl", "starts a program"},
    {"execle", "starts a program"},
    {"execlp", "starts a program"},
    {"execv", "starts a program"},
    {"execve", "starts a program"},
    {"execvp", "starts a program"},
    {"execvpe", "starts a program"},
    {"CreateProcessA", "starts a program"},
    {"CreateProcessW", "starts a program"},
    {"ShellExecuteW", "starts a program"},
    {"sleep", "blocks its thread: async::sleep_for"},
    {"usleep", "blocks its thread: async::sleep_for"},
    {"nanosleep", "blocks its thread: async::sleep_for"},
    {"detach", "nobody owns the thread"},
    {"co_spawn", "nobody owns the coroutine: async::TaskGroup"},
    {"strcpy", "does not know the size"},
    {"strcat", "does not know the size"},
    {"sprintf", "does not know the size"},
    {"vsprintf", "does not know the size"},
    {"gets", "does not know the size"},
    {"strtok", "has hidden state"},
    {"atoi", "does not tell errors: std::from_chars"},
    {"atol", "does not tell errors: std::from_chars"},
    {"rand", "is not random: common/crypto"},
    {"tmpnam", "is a race"},
    {"mktemp", "is a race"},
};

/// Columns of a line: one for each character of it.
std::size_t columns_of(std::string_view line)
{
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; // Not a UTF-8 continuation.
    }));
}

std::string_view first_word(std::string_view line)
{
    return line.substr(0, line.find_first_of(" \t"));
}

void check_functions(const Source& source, Complaints& complaints)
{
    // clang-format puts the braces of a function outside of a class into the first column, and
    // those of types end in "};".
    std::size_t number = 0;
    std::size_t opened = 0;
    for (const std::string_view line : lines_of(source.code))
    {
        ++number;
        if (line == "{")
            opened = number;
        else if (line == "}" && opened != 0)
        {
            if (number - opened - 1 > function_lines_max)
                complaints.push_back(
                    {"size", source.path, opened,
                     "a function of " + std::to_string(number - opened - 1) + " lines, more than "
                         + std::to_string(function_lines_max)});
            opened = 0;
        }
        else if (line.starts_with("}"))
            opened = 0;
    }
}

bool is_document_or_code(const Source& source)
{
    // What was recorded elsewhere is not ours to word.
    return !source.is_below("tests/fixtures") && !source.is_below("tests/fuzz/corpus")
           && !source.is_below("tests/tidy") && source.path != "LICENSE";
}

/// Whether the character that ends before or begins at `at` is katakana, so that a word of
/// katakana goes on there.
bool is_katakana_at(std::string_view text, std::size_t at)
{
    // U+30A0..U+30FF: E3 82 A0 .. E3 83 BF.
    if (at + 3 > text.size() || static_cast<unsigned char>(text[at]) != 0xE3)
        return false;
    const auto second = static_cast<unsigned char>(text[at + 1]);
    const auto third = static_cast<unsigned char>(text[at + 2]);
    return (second == 0x82 && third >= 0xA0) || second == 0x83;
}

bool has_japanese(std::string_view line)
{
    return std::any_of(line.begin(), line.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0xE3 && byte <= 0xE9;
    });
}

/// Where `word` stands in `line` and is not a part of a longer word.
std::size_t find_japanese(std::string_view line, std::string_view word)
{
    if (std::isalpha(static_cast<unsigned char>(word[0])) != 0)
        return has_japanese(line) ? find_word(line, word) : npos;
    for (std::size_t at = line.find(word); at != npos; at = line.find(word, at + 1))
    {
        const bool is_katakana = is_katakana_at(word, 0);
        const bool goes_on = is_katakana_at(line, at + word.size());
        const bool went_before = at >= 3 && is_katakana_at(line, at - 3);
        if (!is_katakana || (!goes_on && !went_before))
            return at;
    }
    return npos;
}

} // namespace

Complaints check_calls(const Source& source)
{
    Complaints complaints;
    if (!source.is_cpp() || !source.is_product())
        return complaints;
    const std::string_view code = source.code;
    for (const auto& call : banned_calls)
    {
        for (std::size_t at = find_word(code, call.name); at != npos;
             at = find_word(code, call.name, at + 1))
        {
            const std::size_t behind = code.find_first_not_of(" \n\t", at + call.name.size());
            if (behind != npos && code[behind] == '(')
                complaints.push_back(
                    {"call", source.path, line_at(code, at),
                     std::string{call.name} + "(): " + std::string{call.why}});
        }
    }
    for (std::size_t at = code.find("this_thread::sleep_"); at != npos;
         at = code.find("this_thread::sleep_", at + 1))
        complaints.push_back(
            {"call", source.path, line_at(code, at),
             "this_thread::sleep: blocks its thread: async::sleep_for"});
    return complaints;
}

Complaints check_size_and_form(const Source& source)
{
    Complaints complaints;
    if (!source.is_cpp())
        return complaints;
    const auto complain = [&](std::size_t line, std::string text) {
        complaints.push_back({"size", source.path, line, std::move(text)});
    };
    std::size_t number = 0;
    for (const std::string_view line : lines_of(source.text))
    {
        ++number;
        if (columns_of(line) > columns_max)
            complain(number, "more than " + std::to_string(columns_max) + " columns");
    }
    if (number > file_lines_max)
        complain(
            number, "a file of " + std::to_string(number) + " lines, more than "
                        + std::to_string(file_lines_max));
    if (source.is_product())
        check_functions(source, complaints);

    if (source.is_header())
    {
        if (!trimmed(source.code).starts_with("#pragma once"))
            complain(1, "a header begins with #pragma once");
        const std::size_t at = source.code.find("\nusing namespace ");
        if (at != npos && source.is_product())
            complain(line_at(source.code, at + 1), "using namespace in a header");
    }
    return complaints;
}

Complaints check_leftovers(const Source& source)
{
    // Put together here, so that this file has none of them.
    static const std::array markers{
        std::string{"TO"} + "DO", std::string{"FIX"} + "ME", std::string{"X"} + "XX",
        std::string{"HA"} + "CK", std::string{"#if"} + " 0"};
    static const std::array places{
        std::string{"/wo"} + "rk/", std::string{"/ro"} + "ot/", std::string{"/tmp/"} + "brief",
        std::string{"shared/"} + "design", std::string{"shared/"} + "reference"};
    Complaints complaints;
    if (!is_document_or_code(source))
        return complaints;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(source.text))
    {
        ++number;
        for (const auto& marker : markers)
        {
            if (find_word(line, marker) != npos)
                complaints.push_back(
                    {"leftover", source.path, number, "a marker of unfinished work: " + marker});
        }
        for (const auto& place : places)
        {
            // A program may have to know where root lives; a document or a script may not.
            const bool is_meant = source.is_cpp() && place.starts_with("/ro");
            if (!is_meant && line.find(place) != npos)
                complaints.push_back(
                    {"leftover", source.path, number, "a path of one machine: " + place});
        }
    }
    return complaints;
}

Complaints check_outside_hosts(const Source& source)
{
    Complaints complaints;
    // A lock file names the authors' pages of what is used.
    if (!source.is_below("collector/web") || source.path.ends_with("/package-lock.json"))
        return complaints;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(source.text))
    {
        ++number;
        for (std::size_t at = line.find("://"); at != npos; at = line.find("://", at + 1))
        {
            const std::string_view host = line.substr(at + 3);
            // Names of XML vocabularies are not asked for anything.
            if (!host.starts_with("www.w3.org/"))
                complaints.push_back(
                    {"outside", source.path, number, "names another host: a page asks none"});
        }
    }
    return complaints;
}

std::vector<Word> parse_words(std::string_view text)
{
    std::vector<Word> words;
    for (const std::string_view line : lines_of(text))
    {
        const std::string_view row = trimmed(line);
        if (row.empty() || row[0] == '#')
            continue;
        const std::string_view avoid = first_word(row);
        words.push_back({std::string{avoid}, std::string{trimmed(row.substr(avoid.size()))}});
    }
    return words;
}

Complaints check_japanese(const Source& source, const std::vector<Word>& words)
{
    Complaints complaints;
    if (!is_document_or_code(source) || source.is_below("tests"))
        return complaints;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(source.text))
    {
        ++number;
        for (const auto& word : words)
        {
            const std::size_t at = find_japanese(line, word.avoid);
            // The word list's own form: 弱点（脆弱性）.
            const bool is_explained = at != npos && at >= 3 && line.substr(at - 3, 3) == "（";
            if (at != npos && !is_explained)
                complaints.push_back(
                    {"word", source.path, number, word.avoid + ": say " + word.say});
        }
    }
    return complaints;
}

} // namespace mimamori::tidy
