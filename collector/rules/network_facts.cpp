#include "collector/rules/network_facts.hpp"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>

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
