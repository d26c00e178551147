#include "collector/ledger/plan.hpp"

#include "common/crypto/hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::ledger {

std::int64_t Plan::added() const
{
    return std::count_if(
        devices.begin(), devices.end(), [](const PlannedDevice& device) { return !device.id; });
}

std::int64_t Plan::values() const
{
    std::int64_t count = 0;
    for (const PlannedDevice& device : devices)
        count += static_cast<std::int64_t>(device.values.size());
    return count;
}

std::string Plan::digest() const
{
    std::string all;
    const auto add = [&all](std::string_view text) {
        all += fmt::format("{}:{}", text.size(), text);
    };
    for (const PlannedDevice& device : devices)
    {
        add(device.id ? device.id->text() : std::string{});
        add(fmt::format("{} {}", device.version, device.values.size()));
        for (const PlannedValue& value : device.values)
        {
            add(value.field->name);
            add(value.was);
            add(value.is_now);
        }
    }
    return crypto::sha256_hex(all).substr(0, 32);
}

std::vector<storage::FieldValue> dated(
    std::vector<storage::FieldValue> wanted, const storage::LedgerEntry& entry, Date today)
{
    const auto find = [&wanted](std::string_view name) {
        return std::find_if(wanted.begin(), wanted.end(), [name](const storage::FieldValue& one) {
            return one.field->name == name;
        });
    };
    const auto stage = find("stage");
    const bool is_another = stage != wanted.end() && entry.value(*stage->field) != stage->value;
    if (is_another && find("stage_day") == wanted.end())
        wanted.push_back({storage::find_ledger_field("stage_day"), to_iso_date(today)});
    return wanted;
}

Result<Plan> plan_same(
    storage::Session& session,
    const std::vector<DeviceId>& devices,
    const std::vector<storage::FieldValue>& wanted,
    Date today)
{
    for (const storage::FieldValue& one : wanted)
        if (one.field->name == "name" || one.field->reported)
            return Error{
                Errc::invalid_input, fmt::format("{}: is each device's own", one.field->name)};
    Plan plan;
    for (const DeviceId& id : devices)
    {
        const auto entry = storage::find_ledger(session, id);
        if (!entry)
            return entry.error();
        PlannedDevice device;
        device.id = id;
        device.name = entry->name;
        device.version = entry->version;
        for (const storage::FieldValue& one : dated(wanted, *entry, today))
            if (entry->value(*one.field) != one.value)
                device.values.push_back({one.field, entry->value(*one.field), one.value});
        if (device.values.empty())
            ++plan.unchanged;
        else
            plan.devices.push_back(std::move(device));
    }
    return plan;
}

Result<void> check_still_so(storage::Session& session, std::span<const PlannedDevice> devices)
{
    for (const PlannedDevice& device : devices)
    {
        if (!device.id)
            continue;
        const Error changed{Errc::conflict, device.name + " was changed by somebody else"};
        const auto entry = storage::find_ledger(session, *device.id);
        if (!entry)
            return entry.error();
        if (entry->version != device.version)
            return changed;
        for (const PlannedValue& value : device.values)
            if (entry->value(*value.field) != value.was)
                return changed;
    }
    return {};
}

Result<void> carry_out(
    storage::Session& session,
    std::span<const PlannedDevice> devices,
    storage::LedgerBatch& batch,
    const storage::LedgerAuthor& together)
{
    for (const PlannedDevice& device : devices)
    {
        std::vector<storage::FieldValue> wanted;
        for (const PlannedValue& value : device.values)
            wanted.push_back({value.field, value.is_now});
        if (!device.id)
        {
            auto added = storage::add_to_ledger(session, wanted, together);
            if (!added)
                return std::move(added).error().in(device.name);
            ++batch.added;
            continue;
        }
        auto changed = storage::change_ledger(session, *device.id, wanted, together);
        if (!changed)
            return std::move(changed).error().in(device.name);
        ++batch.changed;
    }
    return {};
}

Result<storage::LedgerBatch> carry_out(
    storage::Session& session,
    const Plan& plan,
    storage::LedgerBatch batch,
    const storage::LedgerAuthor& author)
{
    batch.at = author.at;
    batch.who = author.who;
    storage::add_batch(session, batch);
    storage::LedgerAuthor together = author;
    together.batch_no = batch.no;
    if (auto done = carry_out(session, plan.devices, batch, together); !done)
        return done.error();
    storage::set_batch_size(session, batch);
    return batch;
}

} // namespace mimamori::collector::ledger
