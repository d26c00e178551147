#pragma once

#include "common/base/result.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Groups in groups, for directories that do not look for them themselves. Pure.
namespace mimamori::collector::directory {

/// So many groups lie above each other at most; what lies higher does not count.
inline constexpr std::size_t nested_levels_max = 8;

/// Somebody in more groups than these is refused: every question names all of them.
inline constexpr std::size_t nested_groups_max = 500;

/// The distinguished names of the groups that have one of `members`.
using GroupsOf =
    std::function<Result<std::vector<std::string>>(const std::vector<std::string>& members)>;

/// The account and all groups that it is in by way of other groups, the nearest first, but for the
/// highest level: whoever asks whether a group has one of them looks at that level. Groups that lie
/// in each other in a circle are each taken once. Errors: those of `groups_of`; too_large.
Result<std::vector<std::string>> with_groups_above(
    const std::string& account, const GroupsOf& groups_of);

/// Below which entry both lie: the longest common end of two distinguished names. Empty: none.
std::string common_base(std::string_view one, std::string_view other);

/// Where groups are searched: the fewest entries below which lie all of `groups`, together with the
/// accounts below `base` where they have a common end.
std::vector<std::string> group_bases(
    const std::string& base, const std::vector<std::string>& groups);

} // namespace mimamori::collector::directory
