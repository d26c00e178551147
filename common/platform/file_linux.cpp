#include "common/base/scope_exit.hpp"
#include "common/platform/file.hpp"
#include "common/platform/passing_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mimamori::platform {
namespace {

Errc code_of(int number)
{
    switch (number)
    {
    case ENOENT:
    case ENOTDIR:
        return Errc::not_found;
    case EACCES:
    case EPERM:
        return Errc::forbidden;
    default:
        return Errc::io;
    }
}

Result<void> write_all(int fd, std::string_view content, const std::filesystem::path& path)
{
    while (!content.empty())
    {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return last_error("write " + path.string());
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> put_in_place(const std::filesystem::path& from, const std::filesystem::path& to)
{
    if (::rename(from.c_str(), to.c_str()) != 0)
        return last_error("rename " + from.string());
    return {};
}

std::filesystem::path beside(const std::filesystem::path& path)
{
    return path.string() + ".new";
}

enum class Sync
{
    yes,
    no
};

Result<void> write_new(
    const std::filesystem::path& path, std::string_view content, mode_t mode, Sync sync)
{
    ::unlink(path.c_str());
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return last_error("create " + path.string());
    const ScopeExit closing{[fd] { ::close(fd); }};
    if (auto done = write_all(fd, content, path); !done)
        return done;
    if (sync == Sync::yes && ::fsync(fd) != 0)
        return last_error("sync " + path.string());
    return {};
}

} // namespace

Error last_error(std::string_view step)
{
    const int number = errno;
    return Error{code_of(number), std::string{step} + ": " + std::strerror(number)};
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return last_error("read " + path.string());
    const ScopeExit closing{[fd] { ::close(fd); }};

    std::string content;
    char block[16384];
    for (;;)
    {
        const ssize_t got = ::read(fd, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return last_error("read " + path.string());
        if (got == 0)
            return content;
        if (content.size() + static_cast<std::size_t>(got) > bytes_max)
            return Error{
                Errc::too_large,
                "read " + path.string() + ": more than " + std::to_string(bytes_max) + " bytes"};
        content.append(block, static_cast<std::size_t>(got));
    }
}

Result<void> replace_file(
    const std::filesystem::path& path, std::string_view content, FileAccess access)
{
    const mode_t mode = access == FileAccess::owner_only ? 0600 : 0644;
    if (auto done = write_new(beside(path), content, mode, Sync::yes); !done)
        return done;
    if (auto done = put_in_place(beside(path), path); !done)
        return done;

    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const int folder_fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_fd < 0)
        return last_error("open " + folder.string());
    const ScopeExit closing{[folder_fd] { ::close(folder_fd); }};
    if (::fsync(folder_fd) != 0)
        return last_error("sync " + folder.string());
    return {};
}

Result<void> replace_passing_file(const std::filesystem::path& path, std::string_view content)
{
    if (auto done = write_new(beside(path), content, 0644, Sync::no); !done)
        return done;
    return put_in_place(beside(path), path);
}

} // namespace mimamori::platform
