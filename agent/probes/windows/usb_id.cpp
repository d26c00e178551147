#include "agent/probes/windows/usb_id.hpp"

#include "agent/probes/text.hpp"
#include "common/base/ascii.hpp"

namespace mimamori::agent::probes::windows {

std::optional<UsbId> parse_usb_id(std::string_view instance)
{
    constexpr std::string_view front = R"(USB\VID_)";
    constexpr std::string_view middle = "&PID_";
    constexpr std::size_t digits = 4;
    constexpr std::size_t shortest = front.size() + digits + middle.size() + digits;
    if (instance.size() < shortest || !equal_ignoring_case(instance.substr(0, front.size()), front)
        || !equal_ignoring_case(instance.substr(front.size() + digits, middle.size()), middle))
        return std::nullopt;
    UsbId id;
    id.vendor = to_lower(instance.substr(front.size(), digits));
    id.product = to_lower(instance.substr(shortest - digits, digits));
    if (!to_number<unsigned>(id.vendor, 16) || !to_number<unsigned>(id.product, 16))
        return std::nullopt;
    const std::string_view rest = instance.substr(shortest);
    const auto slash = rest.find('\\');
    id.one_function = contains_ignoring_case(rest.substr(0, slash), "&MI_");
    if (slash != std::string_view::npos)
        id.serial = fact_text(rest.substr(slash + 1), 128);
    return id;
}

} // namespace mimamori::agent::probes::windows
