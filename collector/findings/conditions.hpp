#pragma once

#include "collector/findings/record.hpp"
#include "collector/rules/site_view.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Conditions of an accepted risk that the device's own agent measures: "no antivirus, because it
/// is isolated" holds only as long as it is.
namespace mimamori::collector::findings {

/// No more than one adapter joins a network.
inline constexpr std::string_view one_cable = "one_cable";

/// Nobody unknown has turned up near it since.
inline constexpr std::string_view no_new_neighbour = "no_new_neighbour";

/// No USB storage was plugged in since.
inline constexpr std::string_view no_usb = "no_usb";

/// It has joined no network since in which it never was before.
inline constexpr std::string_view same_network = "same_network";

/// What was measured of a device. Absent members are not known.
struct Measured
{
    std::optional<std::int64_t> networks_joined; ///< Adapters with a link and an address.
    std::optional<Timestamp> newest_neighbour;   ///< The epoch: none is unknown.
    std::optional<Timestamp> newest_medium;
    std::optional<Timestamp> newest_network;

    friend bool operator==(const Measured&, const Measured&) = default;
};

Measured measure(const wire::Facts& facts, const rules::SiteView& site);

/// The first condition of a waived finding that does not hold, or of which nothing is known: what
/// nobody measures protects nobody. Empty when all hold.
std::string broken_condition(const FindingRecord& record, const Measured& measured);

/// Errors: invalid_input for an unknown condition, or one that stands twice.
Result<void> check_conditions(const std::vector<std::string>& conditions);

/// As they are stored: between blanks.
std::string text_of_conditions(const std::vector<std::string>& conditions);
std::vector<std::string> conditions_of_text(std::string_view text);

} // namespace mimamori::collector::findings
