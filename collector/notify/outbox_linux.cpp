#include "collector/notify/outbox.hpp"

#include <sys/ioctl.h>

#include <linux/sockios.h>
#include <poll.h>

namespace mimamori::collector::notify {

bool wait_until_taken(int socket, std::chrono::milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    for (;;)
    {
        int unsent = 0;
        if (::ioctl(socket, SIOCOUTQ, &unsent) != 0)
            return false;
        if (unsent == 0)
            return true;
        if (std::chrono::steady_clock::now() >= end)
            return false;
        pollfd broken{socket, POLLERR, 0};
        if (::poll(&broken, 1, 10) > 0)
            return false; // Reset: what is left will not arrive.
    }
}

} // namespace mimamori::collector::notify
