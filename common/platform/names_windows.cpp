#include "common/platform/file.hpp"
#include "common/platform/names.hpp"

#include <windows.h>

namespace mimamori::platform {

bool is_there(const std::filesystem::path& path)
{
    return ::GetFileAttributesW(path.c_str()) != INVALID_FILE_ATTRIBUTES;
}

Result<void> remove_file(const std::filesystem::path& path)
{
    if (::DeleteFileW(path.c_str()) != FALSE || ::GetLastError() == ERROR_FILE_NOT_FOUND)
        return {};
    return last_error("remove " + path.string());
}

Result<void> rename_file(const std::filesystem::path& from, const std::filesystem::path& to)
{
    if (::MoveFileExW(from.c_str(), to.c_str(), MOVEFILE_REPLACE_EXISTING) != FALSE)
        return {};
    return last_error("rename " + from.string());
}

} // namespace mimamori::platform
