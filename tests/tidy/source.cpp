#include "tests/tidy/source.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <system_error>

namespace mimamori::tidy {
namespace {

bool is_word_char(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Folders and kinds of files that are not ours to judge or not text.
bool is_skipped_folder(const std::filesystem::path& folder)
{
    static constexpr std::array names{"build",     ".git", "node_modules",
                                      "demo-data", "dist", "__pycache__"};
    return std::find(names.begin(), names.end(), folder.filename().string()) != names.end();
}

bool is_text(std::string_view text)
{
    return text.find('\0') == std::string_view::npos;
}

/// The end of the raw string literal that begins at the quote `at`.
std::size_t behind_raw_string(std::string_view text, std::size_t at)
{
    const std::size_t open = text.find('(', at);
    if (open == std::string_view::npos)
        return text.size();
    const std::string close = ')' + std::string{text.substr(at + 1, open - at - 1)} + '"';
    const std::size_t end = text.find(close, open);
    return end == std::string_view::npos ? text.size() : end + close.size();
}

std::size_t behind_plain_literal(std::string_view text, std::size_t at)
{
    const char quote = text[at];
    std::size_t end = at + 1;
    while (end < text.size() && text[end] != quote && text[end] != '\n')
        end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
}

} // namespace

bool Source::is_below(std::string_view folder) const
{
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

bool Source::is_product() const
{
    return is_below("agent") || is_below("collector") || is_below("common");
}

std::string blank_comments_and_literals(std::string_view text)
{
    std::string code{text};
    const auto blank = [&code](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i)
        {
            if (code[i] != '\n')
                code[i] = ' ';
        }
    };
    std::size_t at = 0;
    while (at < text.size())
    {
        const std::string_view rest = text.substr(at);
        std::size_t end = at + 1;
        if (rest.starts_with("//"))
        {
            end = std::min(text.find('\n', at), text.size());
            blank(at, end);
        }
        else if (rest.starts_with("/*"))
        {
            const std::size_t close = text.find("*/", at + 2);
            end = close == std::string_view::npos ? text.size() : close + 2;
            blank(at, end);
        }
        else if (rest.starts_with("R\"") && (at == 0 || !is_word_char(text[at - 1])))
        {
            end = behind_raw_string(text, at + 1);
            blank(at + 2, end - 1);
        }
        else if (text[at] == '"' || (text[at] == '\'' && (at == 0 || !is_word_char(text[at - 1]))))
        {
            end = behind_plain_literal(text, at);
            // Names of headers stay readable.
            const std::size_t line_start = text.rfind('\n', at) + 1;
            if (!trimmed(text.substr(line_start, at - line_start)).starts_with("#include"))
                blank(at + 1, end - 1);
        }
        at = end;
    }
    return code;
}

std::size_t line_at(std::string_view text, std::size_t position)
{
    const auto before = text.substr(0, position);
    return static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
}

std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty())
    {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view spaces = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(spaces);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(spaces) - begin + 1);
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from)
{
    for (std::size_t at = text.find(word, from); at != std::string_view::npos;
         at = text.find(word, at + 1))
    {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !is_word_char(text[at - 1]);
        const bool ends = end == text.size() || !is_word_char(text[end]);
        if (begins && ends)
            return at;
    }
    return std::string_view::npos;
}

std::size_t behind_closing(std::string_view code, std::size_t open)
{
    int depth = 0;
    for (std::size_t at = open; at < code.size(); ++at)
    {
        const char c = code[at];
        if (c == '(' || c == '[' || c == '{')
            ++depth;
        else if (c == ')' || c == ']' || c == '}')
        {
            if (--depth == 0)
                return at + 1;
        }
    }
    return std::string_view::npos;
}

Source make_source(std::string path, std::string text)
{
    Source source{.path = std::move(path), .text = std::move(text), .code = {}};
    if (source.path.ends_with(".cpp") || source.path.ends_with(".hpp"))
        source.code = blank_comments_and_literals(source.text);
    return source;
}

std::vector<Source> read_tree(const std::filesystem::path& root)
{
    std::vector<Source> sources;
    using Walk = std::filesystem::recursive_directory_iterator;
    for (auto entry = Walk{root}; entry != Walk{}; ++entry)
    {
        std::error_code unreadable; // Recorded /sys trees have links to nowhere.
        if (entry->is_directory(unreadable) && is_skipped_folder(entry->path()))
        {
            entry.disable_recursion_pending();
            continue;
        }
        if (!entry->is_regular_file(unreadable) || entry->is_symlink(unreadable))
            continue;
        if (entry->path().filename() == ".git")
            continue; // Of a second working tree: where the first one is.
        std::ifstream file{entry->path(), std::ios::binary};
        std::string text{std::istreambuf_iterator<char>{file}, {}};
        if (is_text(text))
            sources.push_back(make_source(
                entry->path().lexically_relative(root).generic_string(), std::move(text)));
    }
    std::sort(sources.begin(), sources.end(), [](const Source& one, const Source& other) {
        return one.path < other.path;
    });
    return sources;
}

} // namespace mimamori::tidy
