#include "tests/tidy/checks.hpp"

#include <algorithm>
#include <cctype>

namespace mimamori::tidy {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_space(char c)
{
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

/// The last character before `at` that is not a space; NUL at the beginning.
char before(std::string_view code, std::size_t at)
{
    while (at > 0)
    {
        if (!is_space(code[--at]))
            return code[at];
    }
    return '\0';
}

/// The end of the expression that begins at `at`: the bracket that closes around it, or a
/// semicolon or comma on its own level.
std::size_t end_of_expression(std::string_view code, std::size_t at)
{
    int depth = 0;
    for (; at < code.size(); ++at)
    {
        const char c = code[at];
        if (c == '(' || c == '[' || c == '{')
            ++depth;
        else if ((c == ')' || c == ']' || c == '}') && --depth < 0)
            return at;
        else if ((c == ';' || c == ',') && depth == 0)
            return at;
    }
    return at;
}

/// Whether the bracket at `at` begins a lambda and not a subscript or an attribute.
bool begins_lambda(std::string_view code, std::size_t at)
{
    if (code.substr(at).starts_with("[[") || (at > 0 && code[at - 1] == '['))
        return false;
    const char last = before(code, at);
    const bool is_subscript = std::isalnum(static_cast<unsigned char>(last)) != 0 || last == '_'
                              || last == ')' || last == ']' || last == '"';
    if (!is_subscript)
        return true;
    // "return [x]" and "co_return [x]" begin lambdas, "auto [a, b]" does not.
    const std::string_view head = trimmed(code.substr(0, at));
    return head.ends_with("return");
}

void check_awaited_expression(const Source& source, std::size_t await, Complaints& complaints)
{
    const std::string_view code = source.code;
    const std::size_t begin = await + std::string_view{"co_await"}.size();
    const std::size_t end = end_of_expression(code, begin);
    const auto complain = [&](std::size_t at, std::string text) {
        complaints.push_back({"coroutine", source.path, line_at(code, at), std::move(text)});
    };
    for (std::size_t at = begin; at < end; ++at)
    {
        if (code[at] == '[' && begins_lambda(code, at))
            return complain(at, "a closure inside a co_await expression: name it before (g++ 12)");
        if (code[at] == '{')
            return complain(
                at, "braces inside a co_await expression: name the value before (g++ 12)");
    }
}

/// The part of a condition's brackets that is the condition: behind the init-statement, and for
/// `for` between the semicolons.
std::string_view condition_in(std::string_view code, std::size_t open, bool is_for)
{
    const std::size_t close = behind_closing(code, open);
    if (close == npos)
        return {};
    std::string_view inside = code.substr(open + 1, close - open - 2);
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t at = 0; at <= inside.size(); ++at)
    {
        const char c = at == inside.size() ? ';' : inside[at];
        if (c == '(' || c == '[' || c == '{')
            ++depth;
        else if (c == ')' || c == ']' || c == '}')
            --depth;
        else if (c == ';' && depth == 0)
        {
            parts.push_back(inside.substr(begin, at - begin));
            begin = at + 1;
        }
    }
    if (is_for)
        return parts.size() == 3 ? parts[1] : std::string_view{};
    return parts.empty() ? std::string_view{} : parts.back();
}

void check_conditions(const Source& source, Complaints& complaints)
{
    const std::string_view code = source.code;
    for (const std::string_view word : {"if", "while", "switch", "for"})
    {
        for (std::size_t at = find_word(code, word); at != npos; at = find_word(code, word, at + 1))
        {
            std::size_t open = code.find_first_not_of(" \n\t", at + word.size());
            if (open != npos && code.substr(open).starts_with("constexpr"))
                open = code.find('(', open);
            if (open == npos || code[open] != '(')
                continue;
            const auto condition = condition_in(code, open, word == "for");
            if (find_word(condition, "co_await") != npos)
                complaints.push_back(
                    {"coroutine", source.path, line_at(code, at),
                     "co_await in the condition of " + std::string{word}
                         + ": name the value before (g++ 12)"});
        }
    }
}

/// A capturing lambda that is itself a coroutine: its captures may be gone when it goes on.
void check_lambdas(const Source& source, Complaints& complaints)
{
    const std::string_view code = source.code;
    for (std::size_t at = code.find('['); at != npos; at = code.find('[', at + 1))
    {
        if (!begins_lambda(code, at))
            continue;
        const std::size_t behind_captures = behind_closing(code, at);
        if (behind_captures == npos || behind_captures - at == 2)
            continue;
        std::size_t body = code.find_first_not_of(" \n\t", behind_captures);
        if (body != npos && code[body] == '(')
            body = behind_closing(code, body);
        // Return type and specifiers stand between; a semicolon says that this was no lambda.
        body = body == npos ? npos : code.find_first_of("{;", body);
        if (body == npos || code[body] != '{')
            continue;
        const std::size_t end = behind_closing(code, body);
        const std::string_view inside = code.substr(body, end == npos ? npos : end - body);
        if (find_word(inside, "co_await") != npos || find_word(inside, "co_return") != npos)
            complaints.push_back(
                {"coroutine", source.path, line_at(code, at),
                 "a capturing lambda is a coroutine: write a named function"});
    }
}

} // namespace

Complaints check_coroutines(const Source& source)
{
    Complaints complaints;
    if (!source.is_cpp())
        return complaints;
    for (std::size_t at = find_word(source.code, "co_await"); at != npos;
         at = find_word(source.code, "co_await", at + 1))
        check_awaited_expression(source, at, complaints);
    check_conditions(source, complaints);
    if (source.is_product())
        check_lambdas(source, complaints);
    return complaints;
}

} // namespace mimamori::tidy
