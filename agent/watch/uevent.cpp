#include "agent/watch/uevent.hpp"

#include <algorithm>

namespace mimamori::agent::watch {
namespace {

std::string_view take_line(std::string_view& rest)
{
    const std::string_view line = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    return line;
}

} // namespace

std::optional<Uevent> parse_uevent(std::string_view datagram)
{
    const std::string_view head = take_line(datagram);
    const auto at = head.find('@');
    if (at == std::string_view::npos || at == 0 || head.substr(at + 1, 1) != "/")
        return std::nullopt;
    Uevent event;
    event.action = head.substr(0, at);
    event.device = head.substr(at + 1);
    while (!datagram.empty())
    {
        const std::string_view line = take_line(datagram);
        const auto equals = line.find('=');
        if (equals == std::string_view::npos)
            continue;
        const auto name = line.substr(0, equals);
        const auto value = line.substr(equals + 1);
        if (name == "SUBSYSTEM")
            event.subsystem = value;
        else if (name == "DEVTYPE")
            event.type = value;
        else if (name == "PRODUCT")
            event.product = value;
    }
    return event;
}

bool is_usb_device(const Uevent& event)
{
    // A driver that binds later changes what is known of a device, so "bind" counts, too.
    return event.subsystem == "usb" && event.type == "usb_device"
           && (event.action == "add" || event.action == "remove" || event.action == "bind"
               || event.action == "unbind");
}

} // namespace mimamori::agent::watch
