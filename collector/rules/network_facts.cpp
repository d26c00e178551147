#include "collector/rules/network_facts.hpp"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <utility>

namespace mimamori::collector::rules {

namespace ip = boost::asio::ip;

bool is_mobile(const wire::Adapter& adapter)
{
    return adapter.kind == "wwan" || adapter.kind == "tethering";
}

std::string network_of(std::string_view address)
{
    const std::string text{address};
    boost::system::error_code failed;
    const auto v4 = ip::make_network_v4(text, failed);
    if (!failed)
    {
        const auto own = v4.address();
        const bool link_local = (own.to_uint() >> 16U) == 0xa9feU; // 169.254/16, RFC 3927.
        return own.is_loopback() || link_local ? std::string{} : v4.canonical().to_string();
    }
    const auto v6 = ip::make_network_v6(text, failed);
    if (failed || v6.address().is_loopback() || v6.address().is_link_local())
        return {};
    return v6.canonical().to_string();
}

bool joins_network(const wire::Adapter& adapter)
{
    const bool is_local = adapter.kind == "ethernet" || adapter.kind == "wifi";
    return is_local && adapter.link_up
           && std::any_of(
               adapter.addresses.begin(), adapter.addresses.end(),
               [](const std::string& address) { return !network_of(address).empty(); });
}

namespace {

void add_once(std::vector<std::string>& list, std::string text)
{
    if (std::find(list.begin(), list.end(), text) == list.end())
        list.push_back(std::move(text));
}

} // namespace

std::vector<std::string> own_addresses(const wire::InterfacesSection& interfaces)
{
    std::vector<std::string> found;
    for (const wire::Adapter& adapter : interfaces.adapters)
    {
        if (!joins_network(adapter))
            continue;
        for (const std::string& address : adapter.addresses)
        {
            const bool is_v4 = address.find(':') == std::string::npos;
            if (is_v4 && !network_of(address).empty())
                add_once(found, address.substr(0, address.find('/')));
        }
    }
    return found;
}

std::vector<std::string> own_networks(const wire::InterfacesSection& interfaces)
{
    std::vector<std::string> found;
    for (const wire::Adapter& adapter : interfaces.adapters)
    {
        if (!joins_network(adapter))
            continue;
        for (const std::string& address : adapter.addresses)
        {
            std::string network = network_of(address);
            if (!network.empty() && network.find(':') == std::string::npos)
                add_once(found, std::move(network));
        }
    }
    return found;
}

bool is_within(std::string_view address, std::string_view network)
{
    boost::system::error_code failed;
    const auto own = ip::make_address_v4(std::string{address}, failed);
    if (failed)
        return false;
    const auto whole = ip::make_network_v4(std::string{network}, failed);
    if (failed)
        return false;
    return ip::network_v4{own, whole.prefix_length()}.canonical() == whole.canonical();
}

bool is_network_text(std::string_view text)
{
    boost::system::error_code failed;
    const auto network = ip::make_network_v4(std::string{text}, failed);
    return !failed && network == network.canonical();
}

std::vector<std::string> own_gateways(const wire::InterfacesSection& interfaces)
{
    std::vector<std::string> found;
    for (const wire::Route& route : interfaces.routes)
    {
        if (route.destination == "0.0.0.0/0" && !route.gateway.empty())
            add_once(found, route.gateway);
    }
    return found;
}

std::vector<std::string> adapters_with_gateway(const wire::InterfacesSection& interfaces)
{
    std::vector<std::string> names;
    for (const wire::Route& route : interfaces.routes)
    {
        const bool is_default = route.destination == "0.0.0.0/0" || route.destination == "::/0";
        if (is_default && std::find(names.begin(), names.end(), route.adapter) == names.end())
            names.push_back(route.adapter);
    }
    return names;
}

} // namespace mimamori::collector::rules
