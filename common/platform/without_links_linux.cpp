#include "common/base/scope_exit.hpp"
#include "common/platform/file.hpp"
#include "common/platform/without_links.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <dirent.h>
#include <linux/openat2.h>
#include <optional>
#include <string_view>

namespace mimamori::platform {

namespace {

Error link_in(const std::string& path)
{
    return {Errc::forbidden, "open " + path + ": links are not followed"};
}

/// The steps of a path, with one '/' between them. Nothing when one is "." or "..".
std::optional<std::string> plain(std::string_view path)
{
    std::string steps;
    while (true)
    {
        path.remove_prefix(std::min(path.size(), path.find_first_not_of('/')));
        if (path.empty())
            return steps;
        const std::string_view part = path.substr(0, path.find('/'));
        if (part == "." || part == "..")
            return {};
        steps += steps.empty() ? "" : "/";
        steps += part;
        path.remove_prefix(part.size());
    }
}

/// As `open_without_links`, for kernels before 5.6 and filters that do not know openat2(2).
Result<Descriptor> open_step_by_step(
    Descriptor folder, std::string_view rest, const std::string& path, int last_flags)
{
    constexpr int common_flags = O_NOFOLLOW | O_CLOEXEC;
    while (true)
    {
        const std::string part{rest.substr(0, rest.find('/'))};
        const bool is_last = part.size() == rest.size();
        const int flags = is_last ? last_flags : O_PATH | O_DIRECTORY;
        Descriptor next{::openat(folder.get(), part.c_str(), flags | common_flags)};
        if (next.get() < 0)
        {
            struct stat found
            {};

            const int reason = errno;
            const bool link =
                ::fstatat(folder.get(), part.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0
                && S_ISLNK(found.st_mode);
            if (link)
                return link_in(path);
            errno = reason == ENOTDIR ? ENOENT : reason;
            return last_error("open " + path);
        }
        if (is_last)
            return next;
        folder = std::move(next);
        rest.remove_prefix(part.size() + 1);
    }
}

} // namespace

Descriptor::~Descriptor()
{
    if (fd_ >= 0)
        ::close(fd_);
}

Result<Descriptor> open_without_links(
    const std::filesystem::path& root, const std::string& path, int flags)
{
    Descriptor top{::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (top.get() < 0)
        return last_error("open " + path);
    const auto below = plain(path);
    if (!below || below->empty())
        return Error{Errc::invalid_input, "open " + path + ": not a plain path"};
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_NOFOLLOW | O_CLOEXEC);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
    const long fd = ::syscall(SYS_openat2, top.get(), below->c_str(), &how, sizeof how);
    if (fd >= 0)
        return Descriptor{static_cast<int>(fd)};
    if (errno == ENOENT)
        return last_error("open " + path);
    // The slow way says whether it is a link, or does what this kernel cannot.
    return open_step_by_step(std::move(top), *below, path, flags);
}

Result<std::vector<std::string>> names_in(
    Descriptor folder, const std::string& path, std::size_t names_max)
{
    DIR* stream = ::fdopendir(folder.get());
    if (!stream)
        return last_error("list " + path);
    folder.release();
    const ScopeExit close{[&] { ::closedir(stream); }};
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream))
    {
        const std::string_view name{entry->d_name};
        if (name == "." || name == "..")
            continue;
        if (names.size() == names_max)
            return Error{
                Errc::too_large,
                "list " + path + ": more than " + std::to_string(names_max) + " names"};
        names.emplace_back(name);
        errno = 0;
    }
    if (errno != 0)
        return last_error("list " + path);
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace mimamori::platform
