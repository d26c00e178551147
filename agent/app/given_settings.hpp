#pragma once

#include "common/base/result.hpp"
#include "common/settings/registry.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mimamori::agent::app {

// Below HKEY_LOCAL_MACHINE. The policy template is made with the first, the MSI writes the others.
inline constexpr std::string_view policy_key = R"(Software\Policies\Mimamori\Agent)";
inline constexpr std::string_view installer_key = R"(Software\Mimamori\Agent)";
inline constexpr std::string_view ticket_key = R"(Software\Mimamori\Agent\Enrolment)";
inline constexpr std::string_view ticket_value = "ticket";

/// The values of one registry key, and how the operator knows it.
struct GivenKey
{
    std::string place; ///< "HKLM\Software\Policies\Mimamori\Agent"
    settings::RegistryValues values;

    friend bool operator==(const GivenKey& one, const GivenKey& other);
};

/// What others than this machine's administrator said: group policy, and whoever installed the
/// program. Both are empty on Linux, where /etc/mimamori/agent.toml is the one place.
struct GivenSettings
{
    GivenKey installer; ///< HKLM\Software\Mimamori\Agent
    GivenKey policy;    ///< HKLM\Software\Policies\Mimamori\Agent

    friend bool operator==(const GivenSettings&, const GivenSettings&) = default;
};

/// What is there now; a key that does not exist is empty. Errors: forbidden, io.
Result<GivenSettings> read_given_settings();

/// The ticket that the installer left for this machine, until `erase_given_ticket`. It lies in a
/// key of its own that only the system and administrators can read. Errors: forbidden, io.
Result<std::optional<std::string>> read_given_ticket();

/// Errors: forbidden, io.
Result<void> erase_given_ticket();

} // namespace mimamori::agent::app
