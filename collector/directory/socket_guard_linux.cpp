#include "collector/directory/socket_guard.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mimamori::collector::directory {

SocketGuard::SocketGuard(Moment end, const std::atomic<bool>& stopped)
    : stopped_{stopped}
    , end_{end}
    , thread_{[this] { run(); }}
{}

SocketGuard::~SocketGuard()
{
    {
        const std::lock_guard guard{lock_};
        done_ = true;
    }
    wake_.notify_one();
    thread_.join();
    if (socket_ >= 0)
        ::close(socket_);
}

void SocketGuard::watch(int socket)
{
    const std::lock_guard guard{lock_};
    if (socket_ >= 0)
        ::close(socket_);
    socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
}

void SocketGuard::set_end(Moment end)
{
    const std::lock_guard guard{lock_};
    end_ = end;
}

void SocketGuard::run()
{
    constexpr std::chrono::milliseconds between{100};
    std::unique_lock guard{lock_};
    while (!done_)
    {
        if (stopped_ || std::chrono::steady_clock::now() >= end_)
        {
            ended_ = true;
            // Again and again: the library may go on to the next address of the host.
            if (socket_ >= 0)
                ::shutdown(socket_, SHUT_RDWR);
        }
        wake_.wait_for(guard, between);
    }
}

} // namespace mimamori::collector::directory
