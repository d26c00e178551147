#pragma once

#include "collector/storage/ledger_store.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Many changes of the ledger at once: shown before, done together, undone together.
namespace mimamori::collector::ledger {

struct PlannedValue
{
    const storage::LedgerField* field{nullptr};
    std::string was;
    std::string is_now;
};

/// What is to become of one device.
struct PlannedDevice
{
    std::optional<DeviceId> id; ///< Nothing: it is to be added.
    std::string name;
    std::int64_t version{0};          ///< Of its entry, as it is before.
    std::vector<PlannedValue> values; ///< Those that differ.
};

struct Plan
{
    std::vector<PlannedDevice> devices; ///< Those that change.
    std::int64_t unchanged{0};          ///< Devices that are so already.

    std::int64_t added() const;
    std::int64_t values() const;

    /// Of all that is to be done and of what it was before: who has looked at a plan and then does
    /// it, does what was seen or nothing.
    std::string digest() const;
};

/// The values, and since when another stage of life holds: today, where they do not say.
std::vector<storage::FieldValue> dated(
    std::vector<storage::FieldValue> wanted, const storage::LedgerEntry& entry, Date today);

/// The same values for many devices. Errors: not_found for a device that there is not;
/// invalid_input for a field that is each device's own, or that an agent reports.
Result<Plan> plan_same(
    storage::Session& session,
    const std::vector<DeviceId>& devices,
    const std::vector<storage::FieldValue>& wanted,
    Date today);

/// Whether the devices of a plan are still as they were when it was made. Errors: conflict.
Result<void> check_still_so(storage::Session& session, std::span<const PlannedDevice> devices);

/// Does some of a plan as part of a batch, whose counts rise. Errors: as `storage::change_ledger`.
Result<void> carry_out(
    storage::Session& session,
    std::span<const PlannedDevice> devices,
    storage::LedgerBatch& batch,
    const storage::LedgerAuthor& together);

/// Does it and makes a batch of it. Errors: as `storage::change_ledger`.
Result<storage::LedgerBatch> carry_out(
    storage::Session& session,
    const Plan& plan,
    storage::LedgerBatch batch,
    const storage::LedgerAuthor& author);

} // namespace mimamori::collector::ledger
