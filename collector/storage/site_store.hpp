#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// The tree of sites: the root (headquarters, or the one hospital), hospitals and departments below
/// it. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// Sites that a tree has at most, and how deep it goes.
inline constexpr std::int64_t sites_max = 5'000;
inline constexpr std::size_t site_depth_max = 8;

struct Site
{
    SiteId id;
    SiteId parent; ///< Empty: the root.
    std::string name;
    std::int64_t devices{0}; ///< In the site itself, not below it.
};

/// The root first, the others by name.
std::vector<Site> list_site_tree(Session& session);

/// Whether the connection shows such a site.
bool has_site(Session& session, const SiteId& id);

/// The hospital's name, which is the root's; empty until there is one.
std::string hospital_name(Session& session);

/// Gives the root the name that stands in the settings file, unless people have given it another.
void take_hospital_name(Session& session, const std::string& name);

/// Adds a site below `parent` and gives it its id. Errors: invalid_input for the name (1 to 200
/// bytes), an unknown parent or a tree that is too deep; conflict when the parent has one of that
/// name already, or there are too many.
Result<void> add_site(Session& session, Site& site, Timestamp now);

/// Gives the site another name and, unless it is the root, another parent. Errors: not_found;
/// invalid_input as above and for a parent that lies below the site itself; conflict as above.
Result<void> change_site(Session& session, const Site& site);

/// Errors: not_found; conflict for the root and for a site that something still refers to.
Result<void> remove_site(Session& session, const SiteId& id);

} // namespace mimamori::collector::storage
