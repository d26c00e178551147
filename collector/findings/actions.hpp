#pragma once

#include "collector/findings/record.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What people do with findings: pure decisions about one record.
namespace mimamori::collector::findings {

/// Takes it on.
struct Acknowledge
{
    std::string owner{};       ///< Who looks after it; empty: whose it is, or else who does it.
    std::optional<Date> due{}; ///< Absent: as it is.
};

struct Snooze
{
    Timestamp until{};
};

struct Waive
{
    Timestamp until{};
    std::string reason;                    ///< Never empty.
    std::vector<std::string> conditions{}; ///< What must stay as it is; see conditions.hpp.
    std::string approver{};                ///< Who approved it; empty: who does it.
};

/// Closes it. A lasting state that is still wrong opens again by itself.
struct Resolve
{
    std::string reason; ///< Never empty: what was done about it.
};

/// Takes back what the four above did.
struct Reopen
{};

struct Assign
{
    std::string owner; ///< Empty: nobody.
    std::optional<Date> due;
};

using Action = std::variant<Acknowledge, Snooze, Waive, Resolve, Reopen, Assign>;

/// How long findings may be put off: who asks for longer must decide again.
inline constexpr std::chrono::days snooze_max{90};
inline constexpr std::chrono::days waive_max{366};
inline constexpr std::size_t reason_bytes_max = 1'000;
inline constexpr std::size_t owner_bytes_max = 200;

/// The name of an action in the finding's history: "acknowledge", "waive", …
std::string name_of(const Action& action);

/// The record after `who` did `action`. Errors: invalid_input when a time is not ahead or too far,
/// or a reason is missing or too long; conflict when the state does not allow it.
Result<FindingRecord> apply(
    FindingRecord record, const Action& action, const std::string& who, Timestamp now);

} // namespace mimamori::collector::findings
