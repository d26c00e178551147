#pragma once

#include "common/wire/sections/interfaces.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What the rules about networks share.
namespace mimamori::collector::rules {

/// Whether the adapter is a way to the mobile network: a modem, or a telephone on a cable.
bool is_mobile(const wire::Adapter& adapter);

/// Whether the adapter joins the device to a network of the house: by cable or by radio, with its
/// link up and an address that others can reach.
bool joins_network(const wire::Adapter& adapter);

/// The network of "10.20.7.31/24": "10.20.7.0/24"; empty for link-local and loopback addresses and
/// what is not understood.
std::string network_of(std::string_view address);

/// The IPv4 addresses by which the device is in networks of the house, without their prefix length,
/// each once.
std::vector<std::string> own_addresses(const wire::InterfacesSection& interfaces);

/// The IPv4 networks of those addresses, each once: "10.20.7.0/24".
std::vector<std::string> own_networks(const wire::InterfacesSection& interfaces);

/// Whether "10.20.7.31" lies in "10.20.7.0/24". False for what is not understood.
bool is_within(std::string_view address, std::string_view network);

/// Whether a text is an IPv4 network with its prefix length: "10.20.7.0/24".
bool is_network_text(std::string_view text);

/// The next hops of the default routes of IPv4, each once.
std::vector<std::string> own_gateways(const wire::InterfacesSection& interfaces);

/// Adapters with a default route of their own, each once.
std::vector<std::string> adapters_with_gateway(const wire::InterfacesSection& interfaces);

} // namespace mimamori::collector::rules
