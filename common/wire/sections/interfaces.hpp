#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

/// Network adapters, addresses and routes.
namespace mimamori::wire {

/// One network adapter.
struct Adapter
{
    std::string name;
    std::string description;
    std::string mac; ///< "00:1b:21:aa:bb:cc".
    std::string
        kind; ///< "ethernet", "wifi", "wwan", "vpn", "tethering", "bridge", "virtual", "loopback".
    bool link_up{false};
    std::vector<std::string> addresses; ///< With prefix length: "10.20.7.31/24".
    std::vector<std::string> gateways;
    std::vector<std::string> dns;
    std::optional<bool> dhcp;

    friend bool operator==(const Adapter&, const Adapter&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Adapter, (), (name, description, mac, kind, link_up, addresses, gateways, dns, dhcp))

/// One entry of the routing table.
struct Route
{
    std::string destination; ///< "0.0.0.0/0".
    std::string gateway;     ///< Empty: directly connected.
    std::string adapter;

    friend bool operator==(const Route&, const Route&) = default;
};
BOOST_DESCRIBE_STRUCT(Route, (), (destination, gateway, adapter))

/// Section `interfaces`.
struct InterfacesSection
{
    Provenance from;
    std::vector<Adapter> adapters;
    std::vector<Route> routes; ///< At most 200.
    std::vector<std::string> dns;
    std::optional<bool> forwarding; ///< The machine passes packets from one network to another.

    friend bool operator==(const InterfacesSection&, const InterfacesSection&) = default;
};
BOOST_DESCRIBE_STRUCT(InterfacesSection, (), (from, adapters, routes, dns, forwarding))

} // namespace mimamori::wire
