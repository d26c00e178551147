#include "agent/probes/live_system.hpp"
#include "agent/windows/machine.hpp"

// The interfaces of Linux are not there; its probes are not in the table of Windows.

namespace mimamori::agent::probes {
namespace {

Error not_here(const char* what)
{
    return {Errc::unsupported, std::string{what} + ": Windows has none"};
}

} // namespace

Result<KernelName> RunningSystem::kernel_name() const
{
    return not_here("uname");
}

Result<std::string> RunningSystem::netlink_dump(NetlinkTable) const
{
    return not_here("netlink");
}

Result<TimeState> RunningSystem::time_state() const
{
    return not_here("adjtimex");
}

Result<std::vector<UnitState>> RunningSystem::units() const
{
    return not_here("systemd");
}

const agent::windows::Machine* RunningSystem::windows() const
{
    return &agent::windows::this_machine();
}

} // namespace mimamori::agent::probes
