#include "collector/judge/policy_preview.hpp"

#include "collector/judge/policy_decisions.hpp"
#include "collector/storage/summary_store.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace mimamori::collector::judge {

namespace {

using storage::PolicyRow;
using storage::Session;

/// Devices in one work: others wait for the reader only so long.
constexpr std::size_t batch_max = 64;

/// A person waits for the answer.
constexpr std::chrono::seconds time_max{8};

Result<std::vector<PolicyRow>> supposed(
    Session& session, const PolicyRow& row, const rules::Policy& base)
{
    if (!row.level.empty() || !row.settings.empty())
        return policies_with(session, row, base);
    auto rows = storage::list_policies(session);
    std::erase_if(rows, [&row](const PolicyRow& other) {
        return other.scope == row.scope && other.scope_value == row.scope_value;
    });
    return rows;
}

/// The states and findings of one device, now and then.
void count(PolicyPreview& preview, const Looked& looked)
{
    storage::add_to(preview.before, looked.device.state.state, 1);
    if (looked.news.any())
    {
        storage::add_to(preview.after, looked.device.state.state, 1);
        return;
    }
    ++preview.looked_at;
    storage::add_to(preview.after, looked.state.state, 1);
    for (const std::string& rule : looked.opened)
        ++preview.rules[rule].opened;
    for (const std::string& rule : looked.ended)
        ++preview.rules[rule].ended;
}

} // namespace

awaitable<Result<PolicyPreview>> preview_policy(
    storage::Database& database,
    Evaluator& evaluator,
    const PolicyRow& row,
    const rules::Policy& base,
    const Clock& clock)
{
    auto begin = [&](Session& session) -> Result<std::vector<DeviceId>> {
        auto rows = supposed(session, row, base);
        if (!rows)
            return rows.error();
        evaluator.suppose(std::move(*rows));
        if (row.scope == storage::PolicyScope::device)
            return std::vector<DeviceId>{DeviceId{row.scope_value}};
        return storage::all_devices(session);
    };
    auto devices = co_await database.read(std::move(begin));
    if (!devices)
        co_return devices.error();

    PolicyPreview preview;
    preview.devices = static_cast<std::int64_t>(devices->size());
    const auto end = std::chrono::steady_clock::now() + time_max;
    std::size_t next = 0;
    while (next < devices->size() && std::chrono::steady_clock::now() < end)
    {
        auto look = [&](Session& session) -> Result<std::size_t> {
            const std::size_t until = std::min(devices->size(), next + batch_max);
            for (std::size_t i = next; i < until; ++i)
            {
                const auto looked = evaluator.look(session, (*devices)[i], clock.now());
                if (looked)
                    count(preview, *looked);
                else if (looked.error().code != Errc::not_found)
                    return looked.error();
            }
            return until;
        };
        const auto done = co_await database.read(std::move(look));
        if (!done)
            co_return done.error();
        next = *done;
    }
    co_return preview;
}

} // namespace mimamori::collector::judge
