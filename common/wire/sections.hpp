#pragma once

#include "common/wire/sections/accounts.hpp"
#include "common/wire/sections/antivirus.hpp"
#include "common/wire/sections/hardware.hpp"
#include "common/wire/sections/interfaces.hpp"
#include "common/wire/sections/listeners.hpp"
#include "common/wire/sections/logons.hpp"
#include "common/wire/sections/neighbours.hpp"
#include "common/wire/sections/os.hpp"
#include "common/wire/sections/patches.hpp"
#include "common/wire/sections/peers.hpp"
#include "common/wire/sections/processes.hpp"
#include "common/wire/sections/security.hpp"
#include "common/wire/sections/self.hpp"
#include "common/wire/sections/services.hpp"
#include "common/wire/sections/software.hpp"
#include "common/wire/sections/usb.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace mimamori::wire {

/// All that the probes of one device found. An absent section was never collected; it is never
/// "empty". Member names are the section names on the wire.
struct Facts
{
    std::optional<OsSection> os;
    std::optional<PatchesSection> patches;
    std::optional<AntivirusSection> antivirus;
    std::optional<UsbSection> usb;
    std::optional<ProcessesSection> processes;
    std::optional<InterfacesSection> interfaces;
    std::optional<NeighboursSection> neighbours;
    std::optional<ListenersSection> listeners;
    std::optional<PeersSection> peers;
    std::optional<SoftwareSection> software;
    std::optional<ServicesSection> services;
    std::optional<AccountsSection> accounts;
    std::optional<SecuritySection> security;
    std::optional<HardwareSection> hardware;
    std::optional<LogonsSection> logons;
    std::optional<SelfSection> self;

    friend bool operator==(const Facts&, const Facts&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Facts,
    (),
    (os,
     patches,
     antivirus,
     usb,
     processes,
     interfaces,
     neighbours,
     listeners,
     peers,
     software,
     services,
     accounts,
     security,
     hardware,
     logons,
     self))

using FactsMembers = boost::describe::describe_members<Facts, boost::describe::mod_public>;

/// How many sections there are.
inline constexpr std::size_t section_count = boost::mp11::mp_size<FactsMembers>::value;

/// The sections' names, in the order of `Facts`.
constexpr std::array<std::string_view, section_count> section_names()
{
    std::array<std::string_view, section_count> names{};
    std::size_t at = 0;
    boost::mp11::mp_for_each<FactsMembers>([&](auto member) { names[at++] = member.name; });
    return names;
}

/// The position of a section in `section_names`, or nothing for a name we do not know.
std::optional<std::size_t> section_index(std::string_view name);

} // namespace mimamori::wire
