#pragma once

#include "collector/api/access.hpp"
#include "collector/api/services.hpp"
#include "collector/storage/ledger_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"

#include <vector>

/// What a change of the ledger needs, and what follows from it.
namespace mimamori::collector::api {

/// Sites that are named must be there for that person, who must be allowed to move devices.
/// Errors: forbidden, not_found.
awaitable<Result<void>> must_reach_sites(
    const Principal& principal, Services& services, std::vector<storage::FieldValue> values);

/// What was changed has to be judged anew.
void judge_again(
    Services& services,
    std::vector<DeviceId> devices,
    const std::vector<storage::FieldValue>& values);

} // namespace mimamori::collector::api
