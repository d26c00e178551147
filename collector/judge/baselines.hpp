#pragma once

#include "collector/rules/site_view.hpp"
#include "collector/storage/item_store.hpp"
#include "collector/storage/judge_store.hpp"
#include "collector/storage/liveness.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections.hpp"

#include <cstdint>
#include <vector>

namespace mimamori::collector::judge {

/// What a device has for the first time.
struct Learned
{
    std::vector<rules::Sighting> networks;
    std::vector<rules::Sighting> administrators;
    std::vector<storage::ProfileItem> profile; ///< New to its model; see ModelItems.

    bool any() const { return !networks.empty() || !administrators.empty() || !profile.empty(); }
};

/// What a device usually has, to tell what is new. Used inside works.
class Baselines
{
public:
    /// Lives longer.
    explicit Baselines(const storage::Liveness& liveness);

    /// Completes `view` with all that is usual for the device, what it has now included. Returns
    /// what of it is new and must be stored by `learn`.
    Learned add(
        storage::Session& session,
        const storage::JudgedDevice& device,
        const wire::Facts& facts,
        rules::SiteView& view,
        Timestamp now) const;

private:
    const storage::Liveness& liveness_;
};

/// Stores networks and administrators of `learned`, in a work of the writer.
void learn_sightings(storage::Session& session, std::int64_t device_no, const Learned& learned);

} // namespace mimamori::collector::judge
