#pragma once

#include "collector/judge/policy_book.hpp"
#include "collector/rules/policy.hpp"
#include "collector/storage/policy_store.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What people decide about policies, as works of the database.
namespace mimamori::collector::judge {

/// All policies as they would be with this one set or replaced; nothing is changed. Errors: as
/// set_policy.
Result<std::vector<storage::PolicyRow>> policies_with(
    storage::Session& session, const storage::PolicyRow& row, const rules::Policy& base);

/// Sets or replaces the policy of one scope; `row.set_by` and `row.set_at` say who and when.
/// Errors: not_found for an unknown site, model or device; invalid_input for values that are not
/// allowed, that do not fit together here or further down, that leave no rule, or for a zone that
/// covers everything.
Result<void> set_policy(
    storage::Session& session, storage::PolicyRow row, const rules::Policy& base);

/// Errors: not_found; invalid_input when what is left does not fit together.
Result<void> unset_policy(
    storage::Session& session,
    storage::PolicyScope scope,
    const std::string& scope_value,
    const std::string& who,
    const std::string& reason,
    Timestamp now,
    const rules::Policy& base);

/// What decides for one device. Errors: not_found.
Result<PolicyPlace> policy_place(storage::Session& session, const DeviceId& device);

} // namespace mimamori::collector::judge
