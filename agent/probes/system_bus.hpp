#pragma once

#include "agent/probes/live_system.hpp"
#include "common/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// As much of the D-Bus protocol as one question to systemd needs. The libraries for it exist only
/// as shared ones here, and the agent is one static program.
namespace mimamori::agent::probes {

/// A method call without arguments, as bytes.
std::string bus_call(
    std::uint32_t serial,
    std::string_view destination,
    std::string_view path,
    std::string_view interface,
    std::string_view member);

/// The fixed part at the beginning of each message.
inline constexpr std::size_t bus_header_bytes = 16;

/// The longest message that is taken.
inline constexpr std::size_t bus_message_bytes_max = 8U * 1024 * 1024;

/// The size of the whole message that begins with these 16 bytes. Errors: invalid_input for
/// anything but a little-endian message of version 1; too_large.
Result<std::size_t> bus_message_size(std::string_view header);

/// What kind of answer a message is.
enum class BusAnswer
{
    other, ///< A signal, or the answer to something else.
    result,
    refusal
};

/// One whole message taken apart.
struct BusMessage
{
    BusAnswer answer{BusAnswer::other};
    std::uint32_t reply_to{0};
    std::string error_name; ///< Of a refusal: "org.freedesktop.DBus.Error.ServiceUnknown".
    std::string_view body;  ///< Points into the message.
};

/// Errors: invalid_input.
Result<BusMessage> parse_bus_message(std::string_view message);

/// The body of the answer to org.freedesktop.systemd1.Manager.ListUnits.
/// Errors: invalid_input; too_large beyond 20,000 units.
Result<std::vector<UnitState>> parse_unit_list(std::string_view body);

/// Asks the systemd on the bus at this socket for its units. Waits at most two seconds.
/// Errors: not_found, forbidden, unavailable, timeout, invalid_input.
Result<std::vector<UnitState>> list_units(const std::string& socket_path);

/// Whether systemd is taking the machine down: then, and only then, it has a job for
/// shutdown.target. Waits at most a third of a second. Errors: as `list_units`.
Result<bool> is_going_down(const std::string& socket_path);

} // namespace mimamori::agent::probes
