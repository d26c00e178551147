#include "collector/findings/actions.hpp"

#include "collector/findings/conditions.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace mimamori::collector::findings {

namespace {

Result<void> check_until(Timestamp until, std::chrono::days longest, Timestamp now)
{
    if (until <= now)
        return Error{Errc::invalid_input, "until: must lie ahead"};
    if (until - now > longest)
        return Error{
            Errc::invalid_input, fmt::format("until: at most {} days ahead", longest.count())};
    return {};
}

Result<void> check_owner(const std::string& owner)
{
    if (owner.size() <= owner_bytes_max)
        return {};
    return Error{Errc::invalid_input, fmt::format("owner: at most {} bytes", owner_bytes_max)};
}

Result<void> check_reason(const std::string& reason)
{
    if (reason.empty())
        return Error{Errc::invalid_input, "reason: must not be empty"};
    if (reason.size() > reason_bytes_max)
        return Error{
            Errc::invalid_input, fmt::format("reason: at most {} bytes", reason_bytes_max)};
    return {};
}

/// Applies one action to a record that is active, except for Reopen and Assign.
struct Apply
{
    FindingRecord& record;
    const std::string& who;
    Timestamp now;

    Result<void> operator()(const Acknowledge& action) const
    {
        if (auto checked = check_owner(action.owner); !checked)
            return checked;
        record.state = FindingState::acknowledged;
        record.until.reset();
        record.reason.clear();
        if (!action.owner.empty())
            record.owner = action.owner;
        else if (record.owner.empty())
            record.owner = who;
        if (action.due)
            record.due = action.due;
        return {};
    }

    Result<void> operator()(const Snooze& action) const
    {
        if (auto checked = check_until(action.until, snooze_max, now); !checked)
            return checked;
        record.state = FindingState::snoozed;
        record.until = action.until;
        record.reason.clear();
        return {};
    }

    Result<void> operator()(const Waive& action) const
    {
        if (auto checked = check_until(action.until, waive_max, now); !checked)
            return checked;
        if (auto checked = check_reason(action.reason); !checked)
            return checked;
        if (auto checked = check_conditions(action.conditions); !checked)
            return checked;
        if (action.approver.size() > owner_bytes_max)
            return Error{
                Errc::invalid_input, fmt::format("approver: at most {} bytes", owner_bytes_max)};
        record.state = FindingState::waived;
        record.until = action.until;
        record.reason = action.reason;
        record.conditions = action.conditions;
        record.approver = action.approver.empty() ? who : action.approver;
        record.waived_at = now;
        record.broken.clear();
        return {};
    }

    Result<void> operator()(const Resolve& action) const
    {
        if (auto checked = check_reason(action.reason); !checked)
            return checked;
        record.state = FindingState::resolved;
        record.resolved_at = now;
        record.resolved_by = who;
        record.until.reset();
        record.due.reset();
        record.reason = action.reason;
        return {};
    }

    Result<void> operator()(const Reopen&) const
    {
        if (record.state == FindingState::open)
            return Error{Errc::conflict, "the finding is open"};
        record.state = FindingState::open;
        record.resolved_at.reset();
        record.resolved_by.clear();
        record.until.reset();
        record.reason.clear();
        return {};
    }

    Result<void> operator()(const Assign& action) const
    {
        if (auto checked = check_owner(action.owner); !checked)
            return checked;
        record.owner = action.owner;
        record.due = action.due;
        return {};
    }
};

} // namespace

std::string name_of(const Action& action)
{
    static constexpr std::array<std::string_view, std::variant_size_v<Action>> names{
        "acknowledge", "snooze", "waive", "resolve", "reopen", "assign"};
    return std::string{names[action.index()]};
}

Result<FindingRecord> apply(
    FindingRecord record, const Action& action, const std::string& who, Timestamp now)
{
    if (!is_active(record) && !std::holds_alternative<Reopen>(action))
        return Error{Errc::conflict, "the finding is resolved"};
    if (auto done = std::visit(Apply{record, who, now}, action); !done)
        return done.error();
    return record;
}

} // namespace mimamori::collector::findings
