#pragma once

#include "collector/knowledge/os_lifecycle.hpp"
#include "collector/rules/rule.hpp"
#include "common/base/time.hpp"

#include <optional>
#include <string>

namespace mimamori::collector::rules {

/// How current the system of a device is: what lists and budgets need of it, without the facts.
struct UpdateState
{
    knowledge::Support support{knowledge::Support::unknown};
    std::string os;            ///< As the table of systems names it, else as the device does.
    std::optional<Date> until; ///< Last day of updates that nothing need be bought for.
    bool free_update{false};   ///< A later version is an update, no purchase.

    /// The device has what came out up to this day. Windows: the day of its newest security
    /// release. Linux: of its lists while no security update waits, else of the last update.
    std::optional<Date> patched_until;

    friend bool operator==(const UpdateState&, const UpdateState&) = default;
};

/// Errors do not exist: what is not known is absent or `unknown`.
UpdateState update_state(const Inputs& in);

} // namespace mimamori::collector::rules
