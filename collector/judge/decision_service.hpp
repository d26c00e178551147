#pragma once

#include "collector/judge/decisions.hpp"
#include "collector/judge/judge.hpp"
#include "collector/judge/policy_preview.hpp"
#include "collector/judge/profile_decisions.hpp"
#include "collector/judge/profile_exchange.hpp"
#include "collector/rules/policy.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/policy_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::judge {

/// What people decide: stored, recorded, and judged at once. Any thread; errors as in
/// decisions.hpp, and those of the database.
class DecisionService
{
public:
    /// All of them live longer than the service.
    DecisionService(storage::Database& database, Judge& judge, const Clock& clock);

    awaitable<Result<findings::FindingRecord>> act(
        std::string finding_id, findings::Action action, std::string who);

    awaitable<Result<void>> comment(std::string finding_id, std::string text, std::string who);

    awaitable<Result<findings::ProgramDecision>> decide(ProgramRequest request, std::string who);
    awaitable<Result<findings::ProgramDecision>> end_decision(std::int64_t no, std::string who);

    /// `until` may be now: learning ends early.
    awaitable<Result<storage::ModelRow>> learn_until(
        std::string model, Timestamp until, std::string who);

    /// `base` and `remote_tools`: what decides about programs; both live longer than the service.
    awaitable<Result<ProfileImport>> import_profile(
        findings::ModelProfileFile profile,
        ImportIs is,
        const rules::Policy& base,
        const knowledge::RemoteTools& remote_tools,
        std::string who);

    /// The two of profile_decisions.hpp; `base` lives longer than the service.
    awaitable<Result<storage::ProfileItem>> approve_item(ProfileWish wish, std::string who);
    awaitable<Result<storage::Item>> remove_item(
        ProfileWish wish, const rules::Policy& base, std::string who);

    awaitable<Result<storage::RegisteredMedium>> register_medium(
        storage::RegisteredMedium medium, std::string who);
    awaitable<Result<storage::RegisteredMedium>> unregister_medium(
        std::int64_t no, std::string who);

    awaitable<Result<storage::KnownNeighbour>> approve_neighbour(
        storage::KnownNeighbour neighbour, std::string who);
    awaitable<Result<std::size_t>> approve_strangers(
        DeviceId device, std::string name, std::optional<Timestamp> until, std::string who);
    /// `base`: what holds where nothing is set. All devices are judged anew, or the one.
    ///
    /// `seen_at`: when the row that the sender has seen was set; conflict when another stands there
    /// by now.
    awaitable<Result<void>> set_policy(
        storage::PolicyRow row,
        rules::Policy base,
        std::string who,
        std::optional<Timestamp> seen_at = {});
    awaitable<Result<void>> unset_policy(
        storage::PolicyRow row, rules::Policy base, std::string who);

    /// What setting it would change; as judge::preview_policy.
    awaitable<Result<PolicyPreview>> preview_policy(storage::PolicyRow row, rules::Policy base);

    awaitable<Result<storage::KnownNeighbour>> remove_neighbour(std::int64_t no, std::string who);

    /// Puts the device into a site. Errors: not_found for an unknown device or site.
    awaitable<Result<void>> move_device(DeviceId device, SiteId site, std::string who);

    /// Somebody put these devices elsewhere: what was decided for a site may be about them now.
    void devices_moved(std::vector<DeviceId> devices);

    /// The tree of sites has changed: what was decided for a site may now be about other devices.
    void sites_changed();

private:
    void policy_changed(const storage::PolicyRow& row);

    storage::Database& database_;
    Judge& judge_;
    const Clock& clock_;
};

} // namespace mimamori::collector::judge
