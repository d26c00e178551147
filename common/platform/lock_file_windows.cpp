#include "common/platform/file.hpp"
#include "common/platform/lock_file.hpp"

#include <windows.h>

#include <cstdint>

namespace mimamori::platform {

Result<LockFile> LockFile::take(const std::filesystem::path& path)
{
    // Open for nobody else: the system closes it when the process ends.
    const HANDLE file = ::CreateFileW(
        path.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL,
        nullptr);
    // Handles have 32 bits on every Windows, also where pointers have more.
    if (file != INVALID_HANDLE_VALUE)
        return LockFile{static_cast<int>(reinterpret_cast<std::intptr_t>(file))};
    auto failure = last_error("lock " + path.string());
    if (failure.code == Errc::conflict)
        failure.message = "lock " + path.string() + ": another process has it";
    return failure;
}

LockFile::~LockFile()
{
    if (handle_ != -1)
        ::CloseHandle(reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(handle_)));
}

} // namespace mimamori::platform
