#pragma once

#include "common/base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mimamori::agent::windows {
struct Machine;
}

namespace mimamori::agent::probes {

/// Name and machine of the running kernel.
struct KernelName
{
    std::string release; ///< "6.1.0-18-amd64".
    std::string machine; ///< "x86_64", "i686", "aarch64".
};

/// Lists that the Linux kernel tells over netlink(7).
enum class NetlinkTable
{
    addresses,
    neighbours,
    nftables ///< The packet filter's tables; for administrators only.
};

/// What the kernel's clock discipline says (adjtimex(2)).
struct TimeState
{
    bool synchronised{false};
};

/// One unit as systemd tells it over D-Bus.
struct UnitState
{
    std::string name;         ///< "ssh.service".
    std::string active_state; ///< "active", "inactive", "failed", "activating", …
    std::string sub_state;    ///< "running", "exited", …

    friend bool operator==(const UnitState&, const UnitState&) = default;
};

/// What only a running kernel or bus can answer, so that no recorded tree of files holds it.
///
/// Everything else is read from files below `ProbeContext::root`. The second implementation
/// (tests/support/recorded_system.hpp) answers from recordings. Each call is bounded in time and
/// size. Errors: forbidden, unsupported, unavailable, timeout, io; the message names the interface.
class LiveSystem
{
public:
    virtual ~LiveSystem() = default;

    virtual Result<KernelName> kernel_name() const = 0;

    /// The messages of one dump, one after the other, as the kernel sent them.
    virtual Result<std::string> netlink_dump(NetlinkTable table) const = 0;

    virtual Result<TimeState> time_state() const = 0;

    /// The units that systemd has loaded, with their states.
    virtual Result<std::vector<UnitState>> units() const = 0;

    /// What Windows tells; on other systems there is none. It lives as long as this.
    virtual const agent::windows::Machine* windows() const { return nullptr; }
};

/// The machine the agent runs on. It starts no program and keeps nothing open between calls.
class RunningSystem final : public LiveSystem
{
public:
    Result<KernelName> kernel_name() const override;
    Result<std::string> netlink_dump(NetlinkTable table) const override;
    Result<TimeState> time_state() const override;
    Result<std::vector<UnitState>> units() const override;
    const agent::windows::Machine* windows() const override;
};

} // namespace mimamori::agent::probes
