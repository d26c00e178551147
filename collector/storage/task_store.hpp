#pragma once

#include "collector/rules/verdict.hpp"
#include "collector/storage/device_list.hpp"
#include "collector/storage/session.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What there is to do today, counted over all devices. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// One kind of thing to do, the worst first, then by devices: the findings of one rule. "32 devices
/// have an old pattern."
struct Task
{
    std::string rule;
    rules::Severity worst{rules::Severity::info};
    std::int64_t findings{0};
    std::int64_t devices{0};
    Timestamp oldest_opened_at{};
};

/// Whose findings: "todo" (open or acknowledged, and more than information: what was put off or
/// accepted is nothing to do today), "active" (all but resolved), or the name of a state.
std::vector<Task> list_tasks(Session& session, std::string_view whose);

/// Names of devices with such a finding of that rule, the worst first.
std::vector<std::string> devices_of_task(
    Session& session, std::string_view rule, std::string_view whose, std::size_t rows_max);

/// Devices by the state they would have if all findings of those rules were gone; at most three.
StateCounts count_states_without(Session& session, const std::vector<std::string>& rules);

} // namespace mimamori::collector::storage
