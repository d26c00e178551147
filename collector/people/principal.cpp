#include "collector/people/principal.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mimamori::collector::people {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 5> role_names{{
    {Role::viewer, "viewer"},
    {Role::department, "department"},
    {Role::operator_, "operator"},
    {Role::administrator, "administrator"},
    {Role::auditor, "auditor"},
}};

} // namespace

std::string_view to_text(Role role)
{
    for (const auto& [known, name] : role_names)
        if (known == role)
            return name;
    return "viewer";
}

std::optional<Role> parse_role(std::string_view text)
{
    for (const auto& [role, name] : role_names)
        if (name == text)
            return role;
    return std::nullopt;
}

bool has_right(Role role, Right right)
{
    const bool administers = role == Role::administrator;
    const bool operates = administers || role == Role::operator_;
    switch (right)
    {
    case Right::read:
        return true;
    case Right::answer:
        return operates || role == Role::department;
    case Right::operate:
        return operates;
    case Right::see_users:
        return operates || role == Role::auditor;
    case Right::see_changes:
        return administers || role == Role::auditor;
    case Right::administer:
        break;
    }
    return administers;
}

const SiteId& root_site()
{
    static const SiteId root{"root"};
    return root;
}

bool Principal::sees_all() const
{
    return std::find(sites.begin(), sites.end(), root_site()) != sites.end();
}

} // namespace mimamori::collector::people
