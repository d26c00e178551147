#include "agent/probes/listeners.hpp"

#include "agent/probes/text.hpp"
#include "common/wire/report.hpp"

#include <algorithm>
#include <tuple>

namespace mimamori::agent::probes {

PortRange parse_port_range(std::string_view text)
{
    const auto first = to_number<std::uint16_t>(next_word(text));
    const auto last = to_number<std::uint16_t>(next_word(text));
    if (!first || !last || *first > *last)
        return {};
    return {*first, *last};
}

std::vector<Socket> listening_among(const std::vector<Socket>& sockets, PortRange ephemeral)
{
    std::vector<Socket> listening;
    std::copy_if(
        sockets.begin(), sockets.end(), std::back_inserter(listening), [&](const Socket& socket) {
            const bool is_udp = socket.protocol.starts_with("udp");
            const bool client = is_udp && socket.local_port >= ephemeral.first
                                && socket.local_port <= ephemeral.last;
            return socket.state == SocketState::listening && !client;
        });
    return listening;
}

void settle_listeners(wire::ListenersSection& section)
{
    auto& list = section.listeners;
    std::sort(list.begin(), list.end(), [](const wire::Listener& a, const wire::Listener& b) {
        return std::tie(a.protocol, a.port, a.address, a.program, a.user)
               < std::tie(b.protocol, b.port, b.address, b.program, b.user);
    });
    list.erase(std::unique(list.begin(), list.end()), list.end());
    cut_list(list, wire::ReportLimits::elements_max, section.from, "listeners");
}

} // namespace mimamori::agent::probes
