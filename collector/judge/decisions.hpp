#pragma once

#include "collector/findings/actions.hpp"
#include "collector/findings/program_decision.hpp"
#include "collector/storage/finding_store.hpp"
#include "collector/storage/program_store.hpp"
#include "collector/storage/register_store.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What people decide, as works of the database. Each records who did it, and says which devices
/// must be judged anew; `DecisionService` does both halves.
namespace mimamori::collector::judge {

/// What was decided, and whom it touches.
template <class T>
struct Touched
{
    T value;
    std::vector<DeviceId> devices;
};

/// Does `action` with a finding. Errors: not_found; those of `findings::apply`.
Result<Touched<findings::FindingRecord>> act_on_finding(
    storage::Session& session,
    const std::string& finding_id,
    const findings::Action& action,
    const std::string& who,
    Timestamp now);

/// Adds a remark to a finding's history and changes nothing else. Errors: not_found; invalid_input
/// when the text is empty or too long.
Result<void> comment_on_finding(
    storage::Session& session,
    const std::string& finding_id,
    const std::string& text,
    const std::string& who,
    Timestamp now);

/// A decision as it is asked for.
struct ProgramRequest
{
    std::int64_t program_no{0}; ///< Evidence "program_no" of the finding.
    findings::Decision decision{findings::Decision::allow};
    findings::DecisionKind kind{findings::DecisionKind::hash};
    findings::DecisionScope scope{findings::DecisionScope::device};
    std::string scope_value; ///< Device id, model name, or id of a site or department.
    std::optional<Timestamp> until;
    std::string reason;
};

/// Errors: not_found for an unknown program; those of `findings::check_decision`.
Result<Touched<findings::ProgramDecision>> decide_program(
    storage::Session& session,
    const ProgramRequest& request,
    const std::string& who,
    Timestamp now);

/// Errors: not_found; conflict when it has ended.
Result<Touched<findings::ProgramDecision>> end_program_decision(
    storage::Session& session, std::int64_t no, const std::string& who, Timestamp now);

/// Ends, or begins again, the learning of a model: until `until`, which may be now. All devices of
/// the model are touched. Errors: not_found.
Result<Touched<storage::ModelRow>> learn_until(
    storage::Session& session,
    const std::string& model,
    Timestamp until,
    const std::string& who,
    Timestamp now);

/// Errors: invalid_input without a serial; those of `storage::register_medium`.
Result<Touched<storage::RegisteredMedium>> register_usb_medium(
    storage::Session& session,
    storage::RegisteredMedium medium,
    const std::string& who,
    Timestamp now);

Result<Touched<storage::RegisteredMedium>> unregister_usb_medium(
    storage::Session& session, std::int64_t no, const std::string& who, Timestamp now);

/// Errors: invalid_input for what is no address; those of `storage::approve_neighbour`.
Result<Touched<storage::KnownNeighbour>> approve_neighbour(
    storage::Session& session,
    storage::KnownNeighbour neighbour,
    const std::string& who,
    Timestamp now);

/// Approves all strangers that one device saw first, by one name: what a site has at its start.
/// Returns how many. Errors: not_found for an unknown device.
Result<Touched<std::size_t>> approve_strangers(
    storage::Session& session,
    const DeviceId& device,
    const std::string& name,
    std::optional<Timestamp> until,
    const std::string& who,
    Timestamp now);

/// Every device may see the address anew: an empty list of devices stands for all.
Result<Touched<storage::KnownNeighbour>> remove_known_neighbour(
    storage::Session& session, std::int64_t no, const std::string& who, Timestamp now);

} // namespace mimamori::collector::judge
