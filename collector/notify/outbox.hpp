#pragma once

#include <chrono>

namespace mimamori::collector::notify {

/// Whether the machine at the other end of a TCP connection has taken over everything that was
/// sent; waits for it, at most `limit`. Linux: ioctl SIOCOUTQ, see tcp(7).
bool wait_until_taken(int socket, std::chrono::milliseconds limit);

} // namespace mimamori::collector::notify
