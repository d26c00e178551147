#pragma once

#include "agent/windows/accounts.hpp"
#include "agent/windows/devices.hpp"
#include "agent/windows/event_log.hpp"
#include "agent/windows/files.hpp"
#include "agent/windows/network.hpp"
#include "agent/windows/programs.hpp"
#include "agent/windows/registry.hpp"
#include "agent/windows/services.hpp"
#include "agent/windows/system.hpp"
#include "agent/windows/wmi.hpp"

namespace mimamori::agent::windows {

/// A Windows machine as the probes see it: the running one (`this_machine`), or one whose facts
/// were written down (tests/support/recorded_windows.hpp).
struct Machine
{
    const System& system;
    const Registry& registry;
    const Files& files;
    const Wmi& wmi;
    const Services& services;
    const EventLog& events;
    const Devices& devices;
    const Network& network;
    const Accounts& accounts;
    const Programs& programs;
};

/// The machine the agent runs on. Windows only.
const Machine& this_machine();

} // namespace mimamori::agent::windows
