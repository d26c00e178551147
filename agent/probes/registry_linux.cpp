#include "agent/probes/accounts.hpp"
#include "agent/probes/antivirus.hpp"
#include "agent/probes/hardware.hpp"
#include "agent/probes/interfaces.hpp"
#include "agent/probes/listeners.hpp"
#include "agent/probes/logons.hpp"
#include "agent/probes/neighbours.hpp"
#include "agent/probes/os.hpp"
#include "agent/probes/patches.hpp"
#include "agent/probes/peers.hpp"
#include "agent/probes/probe.hpp"
#include "agent/probes/processes.hpp"
#include "agent/probes/security.hpp"
#include "agent/probes/services.hpp"
#include "agent/probes/software.hpp"
#include "agent/probes/usb.hpp"

namespace mimamori::agent::probes {
namespace {

using namespace std::chrono_literals;

// clang-format off
constexpr Probe probes[] = {
    {"os", 1h, into<&wire::Facts::os, read_os>},
    {"patches", 15min, into<&wire::Facts::patches, read_patches>},
    {"antivirus", 1min, into<&wire::Facts::antivirus, read_antivirus>},
    {"usb", 5min, into<&wire::Facts::usb, read_usb>},
    {"processes", 5min, into<&wire::Facts::processes, read_processes>},
    {"interfaces", 5min, into<&wire::Facts::interfaces, read_interfaces>},
    {"neighbours", 1min, into<&wire::Facts::neighbours, read_neighbours>},
    {"listeners", 5min, into<&wire::Facts::listeners, read_listeners>},
    {"peers", 5min, into<&wire::Facts::peers, read_peers>},
    {"software", 1h, into<&wire::Facts::software, read_software>},
    {"services", 15min, into<&wire::Facts::services, read_services>},
    {"accounts", 15min, into<&wire::Facts::accounts, read_accounts>},
    {"security", 15min, into<&wire::Facts::security, read_security>},
    {"hardware", 6h, into<&wire::Facts::hardware, read_hardware>},
    {"logons", 15min, into<&wire::Facts::logons, read_logons>},
};
// clang-format on

} // namespace

std::span<const Probe> all_probes()
{
    return probes;
}

} // namespace mimamori::agent::probes
