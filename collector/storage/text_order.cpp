#include "collector/storage/text_order.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>

namespace mimamori::collector::storage {
namespace {

char small(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether a wide form may begin here.
bool may_be_wide(char c)
{
    return c == '\xef' || c == '\xe3';
}

/// The byte that stands for the character at `at`, or nothing; moves `at` behind what it took.
/// Wide forms are U+FF01 to U+FF5E (EF BC 81 … EF BD 9E) and the blank U+3000 (E3 80 80).
char next_folded(std::string_view text, std::size_t& at)
{
    if (!may_be_wide(text[at]))
        return small(text[at++]);
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    char c = text[at];
    if (at + 2 < text.size() && byte(at) == 0xef && (byte(at + 1) == 0xbc || byte(at + 1) == 0xbd))
    {
        const unsigned code = (byte(at + 1) - 0xbcU) * 64 + (byte(at + 2) - 0x80U);
        if (code >= 1 && code <= 0x5e)
        {
            c = static_cast<char>(0x20 + code);
            at += 2;
        }
    }
    else if (
        at + 2 < text.size() && byte(at) == 0xe3 && byte(at + 1) == 0x80 && byte(at + 2) == 0x80)
    {
        c = ' ';
        at += 2;
    }
    ++at;
    return small(c);
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// A text read folded, one byte ahead.
struct Reader
{
    std::string_view text;
    std::size_t at{0};
    char now{0};
    bool ended{false};

    explicit Reader(std::string_view read)
        : text{read}
    {
        next();
    }

    void next()
    {
        ended = at >= text.size();
        now = ended ? '\0' : next_folded(text, at);
    }

    /// The run of digits here without leading zeros.
    std::string number()
    {
        std::string digits;
        for (; !ended && is_digit(now); next())
            if (!digits.empty() || now != '0')
                digits += now;
        return digits;
    }
};

int sign(bool is_less)
{
    return is_less ? -1 : 1;
}

/// Whether the folded `text` holds `word`, which is folded and not empty.
bool holds(std::string_view text, std::string_view word)
{
    for (std::size_t start = 0; start < text.size();)
    {
        // Where most places are left at once: a word is looked for in every row of a list.
        if (!may_be_wide(text[start]) && small(text[start]) != word.front())
        {
            ++start;
            continue;
        }
        std::size_t at = start;
        std::size_t matched = 0;
        while (matched < word.size() && at < text.size())
        {
            std::size_t behind = at;
            if (next_folded(text, behind) != word[matched])
                break;
            at = behind;
            ++matched;
        }
        if (matched == word.size())
            return true;
        next_folded(text, start);
    }
    return false;
}

std::string_view text_of(sqlite3_value* value)
{
    const void* const bytes = sqlite3_value_text(value);
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
    return {static_cast<const char*>(bytes), bytes ? size : 0};
}

void found_in(sqlite3_context* context, int count, sqlite3_value** values)
{
    const std::string_view word = count > 0 ? text_of(values[0]) : std::string_view{};
    int found = word.empty() ? 1 : 0;
    for (int i = 1; i < count && found == 0; ++i)
        found = holds(text_of(values[i]), word) ? 1 : 0;
    sqlite3_result_int(context, found);
}

int collate(void*, int left_size, const void* left, int right_size, const void* right)
{
    return compare_for_people(
        {static_cast<const char*>(left), static_cast<std::size_t>(left_size)},
        {static_cast<const char*>(right), static_cast<std::size_t>(right_size)});
}

} // namespace

std::string folded(std::string_view text)
{
    std::string made;
    made.reserve(text.size());
    for (std::size_t at = 0; at < text.size();)
        made += next_folded(text, at);
    return made;
}

int compare_for_people(std::string_view left, std::string_view right)
{
    Reader a{left};
    Reader b{right};
    while (!a.ended && !b.ended)
    {
        if (is_digit(a.now) && is_digit(b.now))
        {
            const std::string x = a.number();
            const std::string y = b.number();
            if (x.size() != y.size())
                return sign(x.size() < y.size());
            if (const int order = x.compare(y); order != 0)
                return order;
            continue;
        }
        if (a.now != b.now)
            return sign(static_cast<std::uint8_t>(a.now) < static_cast<std::uint8_t>(b.now));
        a.next();
        b.next();
    }
    if (a.ended != b.ended)
        return sign(a.ended);
    return left.compare(right);
}

Result<void> add_text_order(Session& session)
{
    int code = sqlite3_create_collation_v2(
        session.native(), "people", SQLITE_UTF8, nullptr, &collate, nullptr);
    if (code == SQLITE_OK)
        code = sqlite3_create_function_v2(
            session.native(), "found_in", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
            &found_in, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return error_of(code, "order of texts");
    return {};
}

} // namespace mimamori::collector::storage
