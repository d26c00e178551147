#pragma once

#include "collector/storage/ledger_field.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// What people know of devices, and every change of it. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// A device with all values, in the order of `ledger_fields`.
struct LedgerEntry
{
    std::int64_t device_no{0};
    DeviceId id;
    std::string device_class;
    std::string name; ///< As lists show it.
    std::int64_t version{0};
    std::vector<std::string> values;

    const std::string& value(const LedgerField& field) const;
};

/// Errors: not_found.
Result<LedgerEntry> find_ledger(Session& session, const DeviceId& id);

/// Who changes something, when, and together with what.
struct LedgerAuthor
{
    std::string who;
    Timestamp at{};
    std::optional<std::int64_t> batch_no;
};

/// One value that was changed.
struct LedgerChange
{
    std::int64_t no{0};
    std::int64_t device_no{0};
    std::int64_t version{0};
    Timestamp at{};
    std::string who;
    std::string field; ///< "added": the device itself.
    std::string was;
    std::string is_now;
};

/// Writes what differs, and keeps what it was. Values are in their kept form.
/// Errors: not_found; invalid_input for what the device's agent reports itself, or an unknown site.
Result<std::vector<LedgerChange>> change_ledger(
    Session& session,
    const DeviceId& id,
    const std::vector<FieldValue>& wanted,
    const LedgerAuthor& author);

/// Adds a device without an agent. Errors: invalid_input when it has no name; as `change_ledger`.
Result<DeviceId> add_to_ledger(
    Session& session, const std::vector<FieldValue>& wanted, const LedgerAuthor& author);

/// Takes a device out that never had an agent. Errors: not_found; conflict for any other.
Result<void> remove_from_ledger(Session& session, const DeviceId& id);

/// The newest first; those behind a version only.
std::vector<LedgerChange> ledger_changes_of(
    Session& session, std::int64_t device_no, std::int64_t after_version, std::size_t rows_max);

/// Changes that were made together.
struct LedgerBatch
{
    std::int64_t no{0};
    std::string kind; ///< "bulk", "import"
    std::string person_id;
    std::string who;
    Timestamp at{};
    std::int64_t added{0};
    std::int64_t changed{0};
    std::optional<Timestamp> undone_at;
};

/// Begins a batch and gives it its number.
void add_batch(Session& session, LedgerBatch& batch);

/// How many devices it has become, and when.
void set_batch_size(Session& session, const LedgerBatch& batch);

/// Errors: not_found.
Result<LedgerBatch> find_batch(Session& session, std::int64_t no);

/// The numbers of the devices that a batch added or changed.
std::vector<std::int64_t> devices_of_batch(Session& session, std::int64_t batch_no);

/// What an undoing did.
struct UndoneBatch
{
    std::int64_t devices{0};        ///< That are as before.
    std::int64_t kept{0};           ///< Values that somebody has changed since; they stay.
    std::vector<DeviceId> put_back; ///< Whose site or addresses may have changed.
};

/// Puts back what the batch changed of some of its devices, but for what was changed again since.
Result<UndoneBatch> undo_devices(
    Session& session,
    std::int64_t batch_no,
    std::span<const std::int64_t> devices,
    const LedgerAuthor& author);

/// Keeps that all of the batch is put back.
void end_undoing(Session& session, std::int64_t batch_no, const LedgerAuthor& author);

} // namespace mimamori::collector::storage
