#include "collector/rules/profile_facts.hpp"

#include "collector/rules/program_kind.hpp"

#include <map>
#include <utility>

namespace mimamori::collector::rules {

namespace {

bool is_loopback(std::string_view address)
{
    return address.starts_with("127.") || address == "::1";
}

} // namespace

std::vector<OpenPort> open_ports(const wire::ListenersSection& listeners)
{
    std::map<std::string, OpenPort> by_key;
    for (const wire::Listener& listener : listeners.listeners)
    {
        if (is_loopback(listener.address) || listener.port == 0)
            continue;
        OpenPort port;
        port.port = listener.port;
        port.protocol = listener.protocol.starts_with("udp") ? "udp" : "tcp";
        port.program = listener.program;
        port.program_name = file_name(comparable_path(listener.program));
        port.key = port.protocol + '/';
        if (listener.port < dynamic_ports_from)
            port.key += std::to_string(listener.port);
        else
            port.key += "dynamic " + port.program_name;
        by_key.try_emplace(port.key, port);
    }
    std::vector<OpenPort> ports;
    for (auto& [key, port] : by_key)
        ports.push_back(std::move(port));
    return ports;
}

} // namespace mimamori::collector::rules
