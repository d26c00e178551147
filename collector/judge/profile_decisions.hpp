#pragma once

#include "collector/judge/decisions.hpp"
#include "collector/rules/policy.hpp"
#include "collector/storage/item_store.hpp"
#include "collector/storage/session.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <string>

/// What people decide about the profile of a model, as works of the database.
namespace mimamori::collector::judge {

struct ProfileWish
{
    std::string model;
    storage::Item item;
    std::string reason;
};

/// Makes it usual for the model. Errors: not_found for an unknown model; invalid_input for a key
/// that no device can tell, or without a reason; conflict when it is usual already.
Result<Touched<storage::ProfileItem>> approve_item(
    storage::Session& session, const ProfileWish& wish, const std::string& who, Timestamp now);

/// Devices that have it get a finding. Errors: not_found; invalid_input without a reason; conflict
/// while the model is being learned: it would be learned again at once.
Result<Touched<storage::Item>> remove_item(
    storage::Session& session,
    const ProfileWish& wish,
    const rules::Policy& base,
    const std::string& who,
    Timestamp now);

} // namespace mimamori::collector::judge
