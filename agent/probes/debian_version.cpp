#include "agent/probes/debian_version.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

bool is_letter(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

/// Letters sort before other characters, '~' before the end, the end before letters.
int rank_at(std::string_view text, std::size_t at)
{
    if (at >= text.size() || is_digit(text[at]))
        return 0;
    if (text[at] == '~')
        return -1;
    const int value = static_cast<unsigned char>(text[at]);
    return is_letter(text[at]) ? value : value + 256;
}

std::string_view take_digits(std::string_view& text)
{
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count]))
        ++count;
    std::string_view digits = text.substr(0, count);
    text.remove_prefix(count);
    digits.remove_prefix(std::min(digits.size(), digits.find_first_not_of('0')));
    return digits;
}

/// By value, without a limit on their length.
std::strong_ordering compare_digits(std::string_view a, std::string_view b)
{
    if (a.size() != b.size())
        return a.size() <=> b.size();
    return a.compare(b) <=> 0;
}

/// Compares upstream versions or revisions: parts without digits and numbers in turn.
std::strong_ordering compare_part(std::string_view a, std::string_view b)
{
    while (!a.empty() || !b.empty())
    {
        std::size_t at = 0;
        while ((at < a.size() && !is_digit(a[at])) || (at < b.size() && !is_digit(b[at])))
        {
            if (const auto order = rank_at(a, at) <=> rank_at(b, at); order != 0)
                return order;
            ++at;
        }
        a.remove_prefix(std::min(at, a.size()));
        b.remove_prefix(std::min(at, b.size()));
        const auto a_digits = take_digits(a);
        const auto b_digits = take_digits(b);
        if (const auto order = compare_digits(a_digits, b_digits); order != 0)
            return order;
    }
    return std::strong_ordering::equal;
}

struct Parts
{
    std::string_view epoch;
    std::string_view upstream;
    std::string_view revision;
};

Parts split_version(std::string_view version)
{
    Parts parts;
    if (const auto colon = version.find(':'); colon != std::string_view::npos)
    {
        parts.epoch = version.substr(0, colon);
        version.remove_prefix(colon + 1);
    }
    const auto dash = version.rfind('-');
    parts.upstream = version.substr(0, dash);
    if (dash != std::string_view::npos)
        parts.revision = version.substr(dash + 1);
    return parts;
}

} // namespace

std::strong_ordering compare_debian_versions(std::string_view a, std::string_view b)
{
    const Parts left = split_version(a);
    const Parts right = split_version(b);
    if (const auto order = compare_part(left.epoch, right.epoch); order != 0)
        return order;
    if (const auto order = compare_part(left.upstream, right.upstream); order != 0)
        return order;
    return compare_part(left.revision, right.revision);
}

} // namespace mimamori::agent::probes
