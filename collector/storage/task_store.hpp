#pragma once

#include "collector/rules/verdict.hpp"
#include "collector/storage/device_list.hpp"
#include "collector/storage/session.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
    std::int64_t half_points{0}; ///< Devices times two that the score gains when it is done.
};

/// Whose findings: "todo" (open or acknowledged: what was put off or accepted is nothing to do
/// today; rules of which all is mere information are left out), "active" (all but resolved), or the
/// name of a state.
std::vector<Task> list_tasks(Session& session, std::string_view whose);

/// Names of devices with such a finding of that rule, the worst first.
std::vector<std::string> devices_of_task(
    Session& session, std::string_view rule, std::string_view whose, std::size_t rows_max);

/// Who does a task, until when, and where its devices stand.
struct TaskShare
{
    std::vector<std::string> owners; ///< Who has most of it first.
    std::int64_t owners_total{0};
    std::int64_t unowned{0}; ///< Findings without an owner.
    std::optional<Date> due; ///< The earliest.

    struct Site
    {
        std::string name; ///< Empty: the root.
        std::int64_t devices{0};
    };

    std::vector<Site> sites; ///< Most devices first.
    std::int64_t sites_total{0};
};

/// Of the findings of one rule, with at most `names_max` owners and sites named.
TaskShare share_of_task(
    Session& session, std::string_view rule, std::string_view whose, std::size_t names_max);

/// What there is to do on all devices, read once, to count what doing some of it would bring. As a
/// clerk counts: a good device is two half points, one with a warning is one, any other none.
class TaskBoard
{
public:
    explicit TaskBoard(Session& session);

    /// What the score would gain by each rule alone; those that bring nothing are left out.
    std::map<std::string, std::int64_t> half_points() const;

    /// What devices would be without the findings of these rules.
    StateCounts counts_without(const std::vector<std::string>& rules) const;

private:
    struct Device
    {
        bool judged{false};
        bool any_unknown{false};
        std::vector<std::pair<std::size_t, std::int64_t>> findings; ///< Rule and worst severity.
    };

    std::size_t index_of(std::string_view rule);
    std::string_view state_without(const Device& device, const std::vector<bool>& gone) const;

    std::vector<std::string> rules_;
    std::vector<Device> devices_;
};

} // namespace mimamori::collector::storage
