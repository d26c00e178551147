#pragma once

#include "collector/notify/channel_kinds.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The channel kind "syslog": RFC 5424 over UDP (RFC 5426), TCP with counted octets (RFC 6587) or
/// TLS (RFC 5425); as text or in the Common Event Format.
namespace mimamori::collector::notify {

Result<void> check_syslog_channel(const Channel& channel);

/// A message for each two hundred lines.
std::vector<Outgoing> compose_syslog(const Bundle& bundle, const ComposeContext& context);

/// Syslog has no answers: accepted means that the other machine has taken the bytes over (TCP,
/// TLS), or that they were sent (UDP).
DeliveryReport deliver_syslog(const storage::Delivery& delivery, const DeliverContext& context);

enum class SyslogTransport
{
    udp,
    tcp,
    tls
};

struct SyslogAddress
{
    SyslogTransport transport{SyslogTransport::tls};
    std::string host;
    std::uint16_t port{6514};
};

/// "udp://host:514", "tcp://[2001:db8::1]", "tls://host"; without a port 514, and 6514 for TLS.
/// Errors: invalid_input.
Result<SyslogAddress> parse_syslog_address(std::string_view text);

/// A value of structured data (RFC 5424, 6.3.3): on one line, with `"`, `\` and `]` escaped.
std::string sd_value(std::string_view text);

/// A value of the header or of the extension of CEF: `\` and `|`, or `\` and `=`, escaped.
std::string cef_header(std::string_view text);
std::string cef_value(std::string_view text);

} // namespace mimamori::collector::notify
