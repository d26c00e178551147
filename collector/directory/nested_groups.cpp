#include "collector/directory/nested_groups.hpp"

#include "common/base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace mimamori::collector::directory {

namespace {

std::string_view without_blanks(std::string_view text)
{
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

/// The parts of a distinguished name, the nearest first. A comma behind a backslash is none.
std::vector<std::string_view> parts_of(std::string_view dn)
{
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= dn.size(); ++at)
    {
        if (at < dn.size() && dn[at] == '\\')
            ++at;
        else if (at == dn.size() || dn[at] == ',')
        {
            parts.push_back(without_blanks(dn.substr(begin, at - begin)));
            begin = at + 1;
        }
    }
    if (begin < dn.size()) // It ends with a backslash.
        parts.push_back(without_blanks(dn.substr(begin)));
    return parts;
}

std::string joined(const std::vector<std::string_view>& parts, std::size_t from)
{
    return fmt::format(
        "{}", fmt::join(parts.begin() + static_cast<std::ptrdiff_t>(from), parts.end(), ","));
}

bool lies_below(std::string_view dn, std::string_view base)
{
    return equal_ignoring_case(common_base(dn, base), base);
}

} // namespace

Result<std::vector<std::string>> with_groups_above(
    const std::string& account, const GroupsOf& groups_of)
{
    std::vector<std::string> found{account};
    std::set<std::string> known{account};
    std::vector<std::string> highest{account};
    for (std::size_t level = 1; level < nested_levels_max && !highest.empty(); ++level)
    {
        auto groups = groups_of(highest);
        if (!groups)
            return groups.error();
        highest.clear();
        for (std::string& group : *groups)
        {
            if (!known.insert(group).second)
                continue;
            if (found.size() > nested_groups_max)
                return Error{
                    Errc::too_large,
                    fmt::format("the account is in more than {} groups", nested_groups_max)};
            found.push_back(group);
            highest.push_back(std::move(group));
        }
    }
    return found;
}

std::string common_base(std::string_view one, std::string_view other)
{
    const auto of_one = parts_of(one);
    const auto of_other = parts_of(other);
    std::size_t same = 0;
    while (same < of_one.size() && same < of_other.size()
           && equal_ignoring_case(
               of_one[of_one.size() - same - 1], of_other[of_other.size() - same - 1]))
        ++same;
    return joined(of_one, of_one.size() - same);
}

std::vector<std::string> group_bases(
    const std::string& base, const std::vector<std::string>& groups)
{
    std::vector<std::string> bases;
    for (const std::string& group : groups)
    {
        std::string wanted = common_base(group, base);
        if (wanted.empty())
        {
            const auto parts = parts_of(group);
            wanted = joined(parts, std::min<std::size_t>(1, parts.size()));
        }
        const bool covered =
            std::any_of(bases.begin(), bases.end(), [&wanted](const std::string& other) {
                return lies_below(wanted, other);
            });
        if (covered)
            continue;
        std::erase_if(
            bases, [&wanted](const std::string& other) { return lies_below(other, wanted); });
        bases.push_back(std::move(wanted));
    }
    return bases;
}

} // namespace mimamori::collector::directory
