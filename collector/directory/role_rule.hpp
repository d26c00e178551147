#pragma once

#include "common/base/id.hpp"
#include "common/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::directory {

/// Who is in the group has the role.
struct RoleRule
{
    std::string role; ///< "operator"
    std::vector<SiteId> sites;
    std::string group; ///< Distinguished name.
};

/// Reads "operator: cn=it,ou=groups,dc=example" or "department of SITE SITE: cn=…". Without sites
/// it is the root site. That the role and the sites exist is for others to see. Errors:
/// invalid_input.
Result<RoleRule> parse_role_rule(std::string_view text);

/// What somebody may do who is in the groups of these rules, in their order: the role of the first,
/// with the sites of all rules of that role. Nothing without any.
std::optional<RoleRule> role_of(const std::vector<RoleRule>& matching);

} // namespace mimamori::collector::directory
