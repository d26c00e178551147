#pragma once

#include "collector/rules/policy.hpp"
#include "collector/rules/site_view.hpp"
#include "collector/storage/baseline_store.hpp"
#include "collector/storage/judge_store.hpp"
#include "collector/storage/liveness.hpp"
#include "collector/storage/program_store.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections.hpp"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace mimamori::collector::judge {

/// What a device has for the first time.
struct Learned
{
    std::vector<rules::Sighting> networks;
    std::vector<rules::Sighting> administrators;
    std::vector<storage::ProfileItem> profile; ///< New to its model, which is being learned.

    bool any() const { return !networks.empty() || !administrators.empty() || !profile.empty(); }
};

/// What devices and their models usually have, to tell what is new. Keeps the profiles of models in
/// memory; used inside works, by one thread at a time. After a work that failed, call `forget`.
class Baselines
{
public:
    /// Both live longer.
    Baselines(const rules::Policy& policy, const storage::Liveness& liveness);

    void forget();

    /// Completes `view` with all that is usual for the device, what it has now included. Returns
    /// what of it is new and must be stored by `learn`.
    Learned add(
        storage::Session& session,
        const storage::JudgedDevice& device,
        const storage::ModelRow& model,
        const wire::Facts& facts,
        rules::SiteView& view,
        Timestamp now);

    /// In a work of the writer.
    void learn(
        storage::Session& session,
        std::int64_t device_no,
        std::int64_t model_no,
        const Learned& learned);

private:
    rules::ModelProfile profile(storage::Session& session, const storage::ModelRow& model);

    const rules::Policy& policy_;
    const storage::Liveness& liveness_;
    std::unordered_map<std::int64_t, rules::ModelProfile> profiles_;
};

} // namespace mimamori::collector::judge
