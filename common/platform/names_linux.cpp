#include "common/platform/file.hpp"
#include "common/platform/names.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace mimamori::platform {

bool is_there(const std::filesystem::path& path)
{
    return ::access(path.c_str(), F_OK) == 0;
}

Result<void> remove_file(const std::filesystem::path& path)
{
    if (::unlink(path.c_str()) == 0 || errno == ENOENT)
        return {};
    return last_error("remove " + path.string());
}

Result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to)
{
    if (std::rename(from.c_str(), to.c_str()) == 0)
        return {};
    return last_error("rename " + from.string());
}

} // namespace mimamori::platform
