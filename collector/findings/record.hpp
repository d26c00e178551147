#pragma once

#include "collector/rules/verdict.hpp"
#include "common/base/time.hpp"

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The life of findings: pure decisions, no clock, no SQL, no log.
namespace mimamori::collector::findings {

/// Where a finding is in its life.
enum class FindingState
{
    open,
    acknowledged, ///< Somebody has seen it and is at it.
    snoozed,      ///< Until `FindingRecord::until`.
    waived,       ///< An accepted risk until `FindingRecord::until`, with a reason.
    resolved
};
BOOST_DESCRIBE_ENUM(FindingState, open, acknowledged, snoozed, waived, resolved)

/// Who `FindingRecord::resolved_by` says when the facts did.
inline constexpr std::string_view resolved_by_facts = "facts";

/// One finding as it is kept. Device, rule and subject are its identity: what was resolved and
/// comes back is the same finding, opened again.
struct FindingRecord
{
    std::int64_t no{0}; ///< 0: not stored yet.
    std::string id;     ///< For the outside; empty: not stored yet.
    std::int64_t device_no{0};
    std::string rule;
    std::string subject;
    rules::Severity severity{rules::Severity::warning};
    FindingState state{FindingState::open};
    rules::Evidence evidence;
    std::optional<Date> data_date;
    std::optional<Timestamp> happened_at;

    Timestamp first_seen_at{}; ///< Ever.
    Timestamp opened_at{};     ///< This time.
    Timestamp last_seen_at{};  ///< Written at most hourly while nothing else changes.
    std::optional<Timestamp> resolved_at;
    std::string resolved_by; ///< `resolved_by_facts`, or who said so.
    std::uint32_t reopened{0};

    std::string owner;
    std::optional<Date> due;
    std::optional<Timestamp> until; ///< End of snoozing or of the waiver.
    std::string reason;             ///< Of the waiver, or of the person who resolved it.

    // Of the waiver.
    std::vector<std::string> conditions; ///< What must stay as it is: "one_cable", "no_usb", ….
    std::string approver;                ///< Who approved it, where that is somebody else.
    std::optional<Timestamp> waived_at;
    std::string broken; ///< The condition that ended the last waiver by itself; empty: none did.

    bool alerted{false}; ///< An alert about its opening was queued; one about its end will be.

    friend bool operator==(const FindingRecord&, const FindingRecord&) = default;
};

/// Whether somebody must still care: everything but resolved.
bool is_active(const FindingRecord& record);

/// Whether it counts for the device's state: active and not an accepted risk.
bool counts(const FindingRecord& record);

} // namespace mimamori::collector::findings
