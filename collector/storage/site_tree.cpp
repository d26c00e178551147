#include "collector/storage/site_tree.hpp"

#include "collector/storage/statement.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::storage {

SiteTree::SiteTree(std::map<SiteId, SiteId> parents)
    : parents_{std::move(parents)}
{
    for (const auto& [site, parent] : parents_)
    {
        if (parent.empty())
            root_ = site;
    }
}

std::vector<SiteId> SiteTree::above(const SiteId& site) const
{
    std::vector<SiteId> sites;
    for (SiteId at = site; !at.empty();)
    {
        // A ring is refused when it is made; a damaged table must not hang us.
        if (std::find(sites.begin(), sites.end(), at) != sites.end())
            break;
        sites.push_back(at);
        const auto parent = parents_.find(at);
        at = parent == parents_.end() ? SiteId{} : parent->second;
    }
    return sites;
}

bool SiteTree::is_within(const SiteId& site, const SiteId& above) const
{
    if (above.empty())
        return true;
    const auto sites = this->above(site.empty() ? root_ : site);
    return std::find(sites.begin(), sites.end(), above) != sites.end();
}

SiteId SiteTree::branch_of(const SiteId& site) const
{
    const auto sites = above(site);
    const bool hangs_below = sites.size() > 1 && sites.back() == root_;
    return hangs_below ? sites[sites.size() - 2] : root_;
}

std::vector<SiteId> SiteTree::ids() const
{
    std::vector<SiteId> ids;
    for (const auto& [site, parent] : parents_)
        ids.push_back(site);
    return ids;
}

SiteTree read_site_tree(Session& session)
{
    const auto rows = session.prepared("SELECT id, coalesce(parent_id, '') FROM site");
    std::map<SiteId, SiteId> parents;
    while (rows->next())
        parents.emplace(std::string{rows->text(0)}, std::string{rows->text(1)});
    return SiteTree{std::move(parents)};
}

} // namespace mimamori::collector::storage
