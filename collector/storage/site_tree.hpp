#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"

#include <map>
#include <string>
#include <vector>

namespace mimamori::collector::storage {

/// Which site lies below which, as it was when it was read. A table that is damaged so that sites
/// lie below each other in a ring holds nobody up.
class SiteTree
{
public:
    SiteTree() = default;

    /// By the site's id; the parent of the root is empty.
    explicit SiteTree(std::map<SiteId, SiteId> parents);

    const SiteId& root() const { return root_; }

    /// The site itself first, then those above it. Of the empty site: none.
    std::vector<SiteId> above(const SiteId& site) const;

    /// Whether `site` is `above` or lies below it. Everything lies below the empty site; an empty
    /// `site`, of what is about the collector itself, is the root.
    bool is_within(const SiteId& site, const SiteId& above) const;

    /// The site right below the root that `site` is or lies in; the root for itself and for a site
    /// that does not hang below it.
    SiteId branch_of(const SiteId& site) const;

    std::vector<SiteId> ids() const;

private:
    std::map<SiteId, SiteId> parents_;
    SiteId root_{"root"};
};

SiteTree read_site_tree(Session& session);

} // namespace mimamori::collector::storage
