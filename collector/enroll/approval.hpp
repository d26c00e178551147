#pragma once

#include "collector/enroll/admission.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <string>

/// What people decide about machines, inside a work of `Database::write`.
namespace mimamori::collector::enroll {

/// What to do when the device that a machine is said to be reports right now.
enum class WhenLive
{
    refuse,
    replace
};

/// A person's yes to an entry of the queue.
struct Approval
{
    std::int64_t request_no{0};
    DeviceId same_as; ///< "Same machine" as this device; empty: a new device.
    WhenLive when_live{WhenLive::refuse};
    std::string who;
};

/// What came of it.
struct Approved
{
    Admission admission;
    std::string key_fingerprint; ///< Hexadecimal.
};

/// The machine gets its certificate when it asks next.
///
/// Errors: not_found; conflict when it was decided before, or when the device is live (two
/// machines?) and `when_live` does not say "replace"; invalid_input for `same_as` with an entry
/// whose agent has a device already.
Result<Approved> approve(storage::Session& session, const Approval& approval, Timestamp now);

/// The machine is told so and kept out until the entry expires. Errors: not_found, conflict.
Result<void> reject(
    storage::Session& session, std::int64_t request_no, const std::string& who, Timestamp now);

/// Makes two devices one, as a person says: the agents of `from` report for `into` from now on, and
/// what people know of it is known of `into`, where they knew nothing. `from` stays, retired.
/// Errors: not_found, conflict.
Result<void> merge(
    storage::Session& session,
    const DeviceId& from,
    const DeviceId& into,
    const std::string& who,
    Timestamp now);

} // namespace mimamori::collector::enroll
