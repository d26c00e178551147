#include "common/platform/file.hpp"
#include "common/platform/passing_file.hpp"
#include "common/platform/security_windows.hpp"
#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <algorithm>

namespace mimamori::platform {
namespace {

/// Virus scanners open what was just written; a moment later they are done.
constexpr int tries = 25;
constexpr DWORD pause_ms = 20;

Result<void> write_all(HANDLE file, std::string_view content, const std::filesystem::path& path)
{
    while (!content.empty())
    {
        constexpr std::size_t at_once = 1024 * 1024;
        DWORD written = 0;
        if (::WriteFile(
                file, content.data(), static_cast<DWORD>(std::min(content.size(), at_once)),
                &written, nullptr)
            == FALSE)
            return last_error("write " + path.string());
        content.remove_prefix(written);
    }
    return {};
}

bool is_held_by_others(DWORD error)
{
    return error == ERROR_SHARING_VIOLATION || error == ERROR_LOCK_VIOLATION
           || error == ERROR_ACCESS_DENIED; // What a file gives that somebody has open for long.
}

Result<void> put_in_place(const std::filesystem::path& from, const std::filesystem::path& to)
{
    constexpr DWORD how = MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH;
    for (int i = 1; ::MoveFileExW(from.c_str(), to.c_str(), how) == FALSE; ++i)
    {
        const DWORD error = ::GetLastError();
        if (i >= tries || !is_held_by_others(error))
            return system_error("rename " + from.string(), error);
        ::Sleep(pause_ms);
    }
    return {};
}

std::filesystem::path name_beside(const std::filesystem::path& path)
{
    std::filesystem::path beside = path;
    beside += L".new";
    return beside;
}

} // namespace

Error last_error(std::string_view step)
{
    return system_error(step, ::GetLastError());
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max)
{
    // Whoever replaces or removes the file meanwhile is not held up.
    const UniqueHandle file{::CreateFileW(
        path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
        OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr)};
    if (!file)
        return last_error("read " + path.string());
    std::string content;
    char block[16384];
    for (;;)
    {
        DWORD got = 0;
        if (::ReadFile(file.get(), block, sizeof block, &got, nullptr) == FALSE)
            return last_error("read " + path.string());
        if (got == 0)
            return content;
        if (content.size() + got > bytes_max)
            return Error{
                Errc::too_large,
                "read " + path.string() + ": more than " + std::to_string(bytes_max) + " bytes"};
        content.append(block, got);
    }
}

Result<void> replace_file(
    const std::filesystem::path& path, std::string_view content, FileAccess access)
{
    const auto beside = name_beside(path);
    ::DeleteFileW(beside.c_str());
    const SecurityDescriptor closed{private_access};
    SECURITY_ATTRIBUTES attributes{sizeof attributes, closed.get(), FALSE};
    const bool is_private = access == FileAccess::owner_only;
    UniqueHandle file{::CreateFileW(
        beside.c_str(), GENERIC_WRITE, 0, is_private ? &attributes : nullptr, CREATE_NEW,
        FILE_ATTRIBUTE_NORMAL, nullptr)};
    // An ordinary account may not give a file to the administrators; the folder protects it then.
    if (!file && is_private && ::GetLastError() == ERROR_INVALID_OWNER)
        file = UniqueHandle{::CreateFileW(
            beside.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr)};
    if (!file)
        return last_error("create " + beside.string());
    if (auto done = write_all(file.get(), content, beside); !done)
        return done;
    if (::FlushFileBuffers(file.get()) == FALSE)
        return last_error("sync " + beside.string());
    file = {};
    return put_in_place(beside, path);
}

Result<void> replace_passing_file(const std::filesystem::path& path, std::string_view content)
{
    const auto beside = name_beside(path);
    {
        const UniqueHandle file{::CreateFileW(
            beside.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL,
            nullptr)};
        if (!file)
            return last_error("create " + beside.string());
        if (auto done = write_all(file.get(), content, beside); !done)
            return done;
    }
    return put_in_place(beside, path);
}

} // namespace mimamori::platform
