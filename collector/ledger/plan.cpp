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

Result<Plan> plan_same(
    storage::Session& session,
    const std::vector<DeviceId>& devices,
    const std::vector<storage::FieldValue>& wanted)
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
        for (const storage::FieldValue& one : wanted)
            if (entry->value(*one.field) != one.value)
                device.values.push_back({one.field, entry->value(*one.field), one.value});
        if (device.values.empty())
            ++plan.unchanged;
        else
            plan.devices.push_back(std::move(device));
    }
    return plan;
}

Result<void> check_still_so(storage::Session& session, const Plan& plan)
{
    const Error changed{Errc::conflict, "what would be changed is not what was shown"};
    for (const PlannedDevice& device : plan.devices)
    {
        if (!device.id)
            continue;
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
    for (const PlannedDevice& device : plan.devices)
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
    storage::set_batch_size(session, batch);
    return batch;
}

} // namespace mimamori::collector::ledger
