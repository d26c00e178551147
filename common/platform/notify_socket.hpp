#pragma once

#include <string_view>

namespace mimamori::platform {

/// Tells the service manager how the service is: "READY=1", "STOPPING=1", "WATCHDOG=1"
/// (sd_notify(3), a datagram to $NOTIFY_SOCKET). Does nothing when nobody asked for it. Errors are
/// ignored: a service does not fail because its manager does not listen.
void notify_service(std::string_view state);

} // namespace mimamori::platform
