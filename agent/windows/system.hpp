#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mimamori::agent::windows {

/// What RtlGetVersion says: the truth, whatever manifest or compatibility mode a program has.
struct SystemVersion
{
    std::uint32_t major{0};
    std::uint32_t minor{0};
    std::uint32_t build{0};
    std::uint32_t service_pack{0};
    bool server{false};
};

/// Where the machine belongs.
struct Membership
{
    std::string name;   ///< Domain or workgroup.
    bool domain{false}; ///< Member of a domain.
};

/// The trusted platform module.
struct TpmState
{
    bool present{false};
    std::string version; ///< "1.2", "2.0"; empty: not told.
};

/// The battery, as far as the system tells.
struct BatteryState
{
    bool present{false};
    std::uint64_t full_mwh{0}; ///< 0: not told.
    std::uint64_t design_mwh{0};
};

/// Single facts that only calls tell. Errors: unsupported where this Windows cannot tell,
/// forbidden, io.
class System
{
public:
    virtual ~System() = default;

    virtual Result<SystemVersion> version() const = 0;

    /// Of the machine, not of this program: "x86_64", "x86", "aarch64".
    virtual Result<std::string> architecture() const = 0;

    /// Now minus the time since the start.
    virtual Result<Timestamp> booted_at() const = 0;

    virtual Result<std::string> hostname() const = 0;
    virtual Result<Membership> membership() const = 0;

    /// The SMBIOS tables: structures one after the other, without the header of the call.
    virtual Result<std::string> firmware_tables() const = 0;

    /// Started by UEFI, not by a BIOS.
    virtual Result<bool> uefi() const = 0;

    virtual Result<std::uint64_t> memory_bytes() const = 0;
    virtual Result<TpmState> tpm() const = 0;
    virtual Result<BatteryState> battery() const = 0;

    /// A moment of the machine's civil time, by the rules of its time zone.
    virtual Result<Timestamp> local_to_utc(Timestamp local) const = 0;
};

} // namespace mimamori::agent::windows
