#include "common/platform/file.hpp"
#include "common/platform/lock_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace mimamori::platform {

Result<LockFile> LockFile::take(const std::filesystem::path& path)
{
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return last_error("lock " + path.string());
    LockFile lock{fd};
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0)
        return lock;
    if (errno == EWOULDBLOCK)
        return Error{Errc::conflict, "lock " + path.string() + ": another process has it"};
    return last_error("lock " + path.string());
}

LockFile::~LockFile()
{
    if (handle_ >= 0)
        ::close(handle_);
}

} // namespace mimamori::platform
