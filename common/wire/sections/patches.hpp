#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Updates: installed, waiting, and where they come from.
namespace mimamori::wire {

/// One update that waits to be installed.
struct PendingPatch
{
    std::string name;      ///< Package or KB.
    std::string installed; ///< Version now.
    std::string available; ///< Version that waits.
    bool security{false};

    friend bool operator==(const PendingPatch&, const PendingPatch&) = default;
};
BOOST_DESCRIBE_STRUCT(PendingPatch, (), (name, installed, available, security))

/// One update that is installed (Windows: KB; Linux has versions in `software` instead).
struct InstalledPatch
{
    std::string id; ///< "KB5044273".
    std::optional<Date> installed_on;

    friend bool operator==(const InstalledPatch&, const InstalledPatch&) = default;
};
BOOST_DESCRIBE_STRUCT(InstalledPatch, (), (id, installed_on))

/// Section `patches`.
struct PatchesSection
{
    Provenance from;
    std::optional<Timestamp> last_update_at;   ///< The newest installation or upgrade.
    std::optional<Timestamp> lists_updated_at; ///< When the machine last learned what exists.
    std::optional<std::uint32_t> pending_count;
    std::optional<std::uint32_t> pending_security_count;
    std::vector<PendingPatch> pending; ///< At most 500, security first.
    std::vector<InstalledPatch> installed;
    std::optional<bool> reboot_pending;
    std::vector<std::string> reboot_reasons;
    std::vector<std::string> update_sources; ///< WSUS address, apt source hosts.
    std::string update_policy;               ///< "automatic", "manual", "disabled"; empty: unknown.

    friend bool operator==(const PatchesSection&, const PatchesSection&) = default;
};
BOOST_DESCRIBE_STRUCT(
    PatchesSection,
    (),
    (from,
     last_update_at,
     lists_updated_at,
     pending_count,
     pending_security_count,
     pending,
     installed,
     reboot_pending,
     reboot_reasons,
     update_sources,
     update_policy))

} // namespace mimamori::wire
