#include "agent/uplink/machine.hpp"

#include "common/identity/machine.hpp"

#include <utility>

namespace mimamori::agent::uplink {

wire::MachineFacts machine_facts_of(const wire::Facts& facts)
{
    wire::MachineFacts machine;
    if (facts.os)
    {
        machine.hostname = facts.os->hostname;
        machine.os = facts.os->product;
    }
    if (facts.hardware)
    {
        const wire::HardwareSection& hardware = *facts.hardware;
        machine.uuid = hardware.uuid;
        machine.serial = hardware.serial;
        machine.board_serial = hardware.board_serial;
        machine.vendor = hardware.vendor;
        machine.model = hardware.model;
        for (const wire::Disk& disk : hardware.disks)
            machine.disk_serials.push_back(disk.serial);
    }
    if (facts.interfaces)
    {
        for (const wire::Adapter& adapter : facts.interfaces->adapters)
        {
            // The others are made of software, or move between machines.
            if (adapter.kind == "ethernet" || adapter.kind == "wifi")
                machine.macs.push_back(adapter.mac);
        }
    }
    return identity::without_junk(std::move(machine));
}

} // namespace mimamori::agent::uplink
