#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Operating system: product, edition, build, where it belongs.
namespace mimamori::wire {

/// Section `os`.
struct OsSection
{
    Provenance from;
    std::string family;       ///< "windows" or "linux".
    std::string product;      ///< For people: "Windows 10 Pro", "Debian GNU/Linux 12 (bookworm)".
    std::string distribution; ///< Linux: ID of os-release(5), "debian". Windows: empty.
    std::string edition;      ///< Windows: EditionID, "EnterpriseS". Linux: VARIANT_ID.
    std::string version;      ///< "22H2", "12".
    std::optional<std::uint32_t> build;    ///< Windows: CurrentBuildNumber, 19045.
    std::optional<std::uint32_t> revision; ///< Windows: UBR; with the build the patch level.
    std::string channel; ///< "general", "ltsc", "iot_ltsc", "embedded", "server"; Linux: empty.
    std::string kernel;  ///< "6.1.0-18-amd64", "10.0.19045".
    std::string architecture; ///< "x86_64", "x86", "aarch64".
    /// An extra programme of updates: "licensed", "licensed:2" where it is bought by the year (the
    /// highest one), "none"; empty: not known or not asked. A consumer's ESU hangs on an account
    /// and does not show in the licences, so a Windows outside of a domain is never "none".
    std::string extended_support;
    std::optional<Timestamp> installed_at;
    std::optional<Timestamp> booted_at; ///< Rounded to the minute: it is computed from an uptime.
    std::string locale;                 ///< "ja_JP.UTF-8".
    std::string time_zone;              ///< "Asia/Tokyo".
    std::string hostname;
    std::string domain; ///< Domain or realm the machine is a member of; empty: none.

    friend bool operator==(const OsSection&, const OsSection&) = default;
};
BOOST_DESCRIBE_STRUCT(
    OsSection,
    (),
    (from,
     family,
     product,
     distribution,
     edition,
     version,
     build,
     revision,
     channel,
     kernel,
     architecture,
     extended_support,
     installed_at,
     booted_at,
     locale,
     time_zone,
     hostname,
     domain))

} // namespace mimamori::wire
