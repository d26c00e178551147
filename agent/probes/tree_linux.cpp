#include "agent/probes/tree.hpp"
#include "common/base/scope_exit.hpp"
#include "common/platform/file.hpp"
#include "common/platform/without_links.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/openat2.h>
#include <memory>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t piece_bytes = 128U * 1024;

std::string step(std::string_view verb, std::string_view path)
{
    return std::string{verb} + ' ' + std::string{path};
}

Result<ssize_t> read_some(int fd, char* to, std::size_t count, std::string_view path)
{
    for (;;)
    {
        const ssize_t got = ::read(fd, to, count);
        if (got >= 0)
            return got;
        if (errno != EINTR)
            return platform::last_error(step("read", path));
    }
}

Result<std::string> read_all(int fd, std::string_view path, std::size_t bytes_max)
{
    struct stat st
    {};

    if (::fstat(fd, &st) != 0)
        return platform::last_error(step("read", path));
    // /proc and /sys say 0: one page is what most of their files have.
    const std::size_t expected =
        st.st_size > 0 ? static_cast<std::size_t>(st.st_size) + 1 : std::size_t{4096};
    std::string text;
    text.resize(std::min(expected, bytes_max + 1));
    std::size_t size = 0;
    for (;;)
    {
        if (size == text.size())
            text.resize(std::min(size * 2 + 4096, bytes_max + 1));
        const auto got = read_some(fd, text.data() + size, text.size() - size, path);
        if (!got)
            return got.error();
        size += static_cast<std::size_t>(*got);
        if (size > bytes_max)
            return Error{
                Errc::too_large,
                step("read", path) + ": more than " + std::to_string(bytes_max) + " bytes"};
        if (*got == 0)
            break;
    }
    text.resize(size);
    return text;
}

/// Fails unless `fd` is a regular file; closes it then.
Result<int> regular_only(int fd, std::string_view path)
{
    struct stat st
    {};

    if (::fstat(fd, &st) != 0)
    {
        auto error = platform::last_error(step("read", path));
        ::close(fd);
        return error;
    }
    if (!S_ISREG(st.st_mode))
    {
        ::close(fd);
        return Error{Errc::io, step("read", path) + ": not a regular file"};
    }
    return fd;
}

} // namespace

FileStatus to_file_status(const struct stat& st)
{
    FileStatus status;
    if (S_ISREG(st.st_mode))
        status.kind = FileKind::regular;
    else if (S_ISDIR(st.st_mode))
        status.kind = FileKind::folder;
    else if (S_ISLNK(st.st_mode))
        status.kind = FileKind::link;
    status.mode = st.st_mode & 07777U;
    status.user = st.st_uid;
    status.group = st.st_gid;
    status.device = st.st_dev;
    status.inode = st.st_ino;
    status.size_bytes = static_cast<std::uint64_t>(st.st_size);
    status.changed_ns = st.st_mtim.tv_sec * 1'000'000'000LL + st.st_mtim.tv_nsec;
    status.status_changed_ns = st.st_ctim.tv_sec * 1'000'000'000LL + st.st_ctim.tv_nsec;
    return status;
}

Tree::Tree(std::filesystem::path root)
    : root_{std::move(root)}
    , is_live_{root_ == "/"}
{}

Result<int> Tree::open_at(std::string_view path, int flags) const
{
    const std::string wanted{path};
    if (is_live_)
    {
        const int fd = ::open(wanted.c_str(), flags | O_CLOEXEC);
        if (fd < 0)
            return platform::last_error(step("read", path));
        return fd;
    }
    const int root = ::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return platform::last_error(step("open", root_.string()));
    const ScopeExit closing{[root] { ::close(root); }};
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_IN_ROOT;
    // EAGAIN: something was renamed or mounted somewhere on the machine while the kernel followed a
    // ".." of a link, so that it cannot say where it is (openat2(2)).
    constexpr int tries_max = 100;
    long fd = -1;
    for (int tries = 0; tries < tries_max; ++tries)
    {
        fd = ::syscall(SYS_openat2, root, wanted.c_str(), &how, sizeof how);
        if (fd >= 0 || errno != EAGAIN)
            break;
    }
    if (fd < 0)
        return platform::last_error(step("read", path));
    return static_cast<int>(fd);
}

Result<int> Tree::open_file(std::string_view path) const
{
    const auto fd = open_at(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!fd)
        return fd.error();
    return regular_only(*fd, path);
}

Result<std::string> Tree::read(std::string_view path, std::size_t bytes_max) const
{
    const auto fd = open_file(path);
    if (!fd)
        return fd.error();
    const ScopeExit closing{[&] { ::close(*fd); }};
    return read_all(*fd, path, bytes_max);
}

Result<std::string> Tree::read_untrusted(std::string_view path, std::size_t bytes_max) const
{
    auto opened =
        platform::open_without_links(root_, std::string{path}, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!opened)
        return opened.error();
    const auto fd = regular_only(opened->release(), path);
    if (!fd)
        return fd.error();
    const ScopeExit closing{[&] { ::close(*fd); }};
    return read_all(*fd, path, bytes_max);
}

Result<std::string> Tree::read_value(std::string_view path) const
{
    auto text = read(path, 64U * 1024);
    if (!text)
        return text;
    constexpr std::string_view white = " \t\r\n";
    text->resize(std::min(text->size(), text->find('\n')));
    text->erase(0, std::min(text->size(), text->find_first_not_of(white)));
    const auto last = text->find_last_not_of(white);
    text->resize(last == std::string::npos ? 0 : last + 1);
    return text;
}

Result<std::string> Tree::read_part(
    std::string_view path, std::uint64_t offset, std::size_t bytes_max) const
{
    const auto fd = open_file(path);
    if (!fd)
        return fd.error();
    const ScopeExit closing{[&] { ::close(*fd); }};
    std::string text(bytes_max, '\0');
    const ssize_t got = ::pread(*fd, text.data(), bytes_max, static_cast<off_t>(offset));
    if (got < 0)
        return platform::last_error(step("read", path));
    text.resize(static_cast<std::size_t>(got));
    return text;
}

Result<std::string> Tree::read_end(std::string_view path, std::size_t bytes_max) const
{
    const auto fd = open_file(path);
    if (!fd)
        return fd.error();
    const ScopeExit closing{[&] { ::close(*fd); }};

    struct stat st
    {};

    if (::fstat(*fd, &st) != 0)
        return platform::last_error(step("read", path));
    const auto wanted = static_cast<off_t>(bytes_max);
    if (st.st_size > wanted && ::lseek(*fd, st.st_size - wanted, SEEK_SET) < 0)
        return platform::last_error(step("read", path));
    std::string text;
    text.resize(std::min(static_cast<std::size_t>(st.st_size), bytes_max));
    std::size_t size = 0;
    while (size < text.size())
    {
        const auto got = read_some(*fd, text.data() + size, text.size() - size, path);
        if (!got)
            return got.error();
        if (*got == 0)
            break;
        size += static_cast<std::size_t>(*got);
    }
    text.resize(size);
    return text;
}

Result<void> Tree::read_pieces(
    std::string_view path, const std::function<bool(std::string_view)>& take) const
{
    const auto fd = open_file(path);
    if (!fd)
        return fd.error();
    const ScopeExit closing{[&] { ::close(*fd); }};
    const auto piece = std::make_unique<std::array<char, piece_bytes>>();
    for (;;)
    {
        const auto got = read_some(*fd, piece->data(), piece->size(), path);
        if (!got)
            return got.error();
        if (*got == 0 || !take({piece->data(), static_cast<std::size_t>(*got)}))
            return {};
    }
}

Result<std::vector<std::string>> Tree::names(std::string_view path, std::size_t names_max) const
{
    const auto fd = open_at(path, O_RDONLY | O_DIRECTORY);
    if (!fd)
        return fd.error();
    return platform::names_in(platform::Descriptor{*fd}, std::string{path}, names_max);
}

Result<std::vector<std::string>> Tree::names_untrusted(
    std::string_view path, std::size_t names_max) const
{
    auto folder = platform::open_without_links(root_, std::string{path}, O_RDONLY | O_DIRECTORY);
    if (!folder)
        return folder.error();
    return platform::names_in(std::move(*folder), std::string{path}, names_max);
}

Result<std::string> Tree::link_target(std::string_view path) const
{
    const auto fd = open_at(path, O_PATH | O_NOFOLLOW);
    if (!fd)
        return fd.error();
    const ScopeExit closing{[&] { ::close(*fd); }};
    std::array<char, 4096> target{};
    const ssize_t size = ::readlinkat(*fd, "", target.data(), target.size());
    if (size < 0)
    {
        // An O_PATH descriptor of something else than a link: readlinkat(2) says ENOENT.
        if (errno == ENOENT)
            errno = EINVAL;
        return platform::last_error(step("read", path));
    }
    return std::string{target.data(), static_cast<std::size_t>(size)};
}

Result<FileStatus> Tree::status(std::string_view path) const
{
    struct stat st
    {};

    if (is_live_)
    {
        if (::stat(std::string{path}.c_str(), &st) != 0)
            return platform::last_error(step("read", path));
        return to_file_status(st);
    }
    const auto fd = open_at(path, O_PATH);
    if (!fd)
        return fd.error();
    const ScopeExit closing{[&] { ::close(*fd); }};
    if (::fstat(*fd, &st) != 0)
        return platform::last_error(step("read", path));
    return to_file_status(st);
}

Result<FileStatus> Tree::link_status(std::string_view path) const
{
    struct stat st
    {};

    const auto fd = open_at(path, O_PATH | O_NOFOLLOW);
    if (!fd)
        return fd.error();
    const ScopeExit closing{[&] { ::close(*fd); }};
    if (::fstat(*fd, &st) != 0)
        return platform::last_error(step("read", path));
    return to_file_status(st);
}

bool Tree::exists(std::string_view path) const
{
    return status(path).has_value();
}

} // namespace mimamori::agent::probes
