#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Protective settings. An absent member is unknown, never "off".
namespace mimamori::wire {

/// One firewall profile or rule set.
struct FirewallProfile
{
    std::string name; ///< "domain", "private", "public"; Linux: "nftables", "iptables".
    std::optional<bool> enabled;

    friend bool operator==(const FirewallProfile&, const FirewallProfile&) = default;
};
BOOST_DESCRIBE_STRUCT(FirewallProfile, (), (name, enabled))

/// One volume and whether it is encrypted.
struct VolumeEncryption
{
    std::string volume;
    std::optional<bool> encrypted;
    std::string method; ///< "BitLocker XTS-AES 128", "LUKS2".

    friend bool operator==(const VolumeEncryption&, const VolumeEncryption&) = default;
};
BOOST_DESCRIBE_STRUCT(VolumeEncryption, (), (volume, encrypted, method))

/// Section `security`.
struct SecuritySection
{
    Provenance from;
    std::vector<FirewallProfile> firewall;
    std::vector<VolumeEncryption> encryption;
    std::optional<bool> smb1;
    std::optional<bool> remote_desktop; ///< RDP, or on Linux xrdp/VNC.
    std::optional<bool> ssh_server;
    std::optional<bool> autorun;
    std::optional<std::uint32_t> screen_lock_s; ///< 0: never locks.
    std::optional<bool> secure_boot;
    std::optional<bool> tpm;
    std::string tpm_version;
    std::optional<bool> uac;
    std::string time_source; ///< "ntp.hospital.example", "domain"; empty: not known.
    std::optional<bool> time_synchronised;
    std::string write_filter; ///< "none", "uwf", "fbwf", "ewf", "overlayroot"; empty: not known.
    std::optional<bool> write_filter_over_agent_data;
    std::string application_control; ///< "applocker", "wdac", "apparmor", "selinux", "none".
    std::string audit_policy;

    friend bool operator==(const SecuritySection&, const SecuritySection&) = default;
};
BOOST_DESCRIBE_STRUCT(
    SecuritySection,
    (),
    (from,
     firewall,
     encryption,
     smb1,
     remote_desktop,
     ssh_server,
     autorun,
     screen_lock_s,
     secure_boot,
     tpm,
     tpm_version,
     uac,
     time_source,
     time_synchronised,
     write_filter,
     write_filter_over_agent_data,
     application_control,
     audit_policy))

} // namespace mimamori::wire
