#include "agent/windows/live_windows.hpp"
#include "agent/windows/moments.hpp"
#include "agent/windows/signature_windows.hpp"
#include "common/base/ascii.hpp"
#include "common/platform/security_windows.hpp"
#include "common/platform/system_windows.hpp"

// windows.h comes first.
#include <windows.h>

#include <aclapi.h>
#include <algorithm>
#include <array>
#include <shlobj.h>
#include <vector>

namespace mimamori::agent::windows {
namespace {

using platform::UniqueHandle;

Error failure(std::string_view path)
{
    return platform::system_error("read " + std::string{path}, ::GetLastError());
}

std::string joined(std::string_view folder, std::string_view relative)
{
    std::string path{folder};
    if (!relative.empty())
        path.append("\\").append(relative);
    return path;
}

/// Opens a file or folder so that nobody is kept from it; a link at its end is not followed.
Result<UniqueHandle> open(std::string_view path, DWORD access)
{
    UniqueHandle file{::CreateFileW(
        platform::to_wide(path).c_str(), access,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
        FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr)};
    if (!file)
        return failure(path);
    return file;
}

/// Where the handle leads to when all links are followed: "\\?\C:\…".
std::wstring final_path(HANDLE file)
{
    std::vector<wchar_t> path(1'024);
    const DWORD size = ::GetFinalPathNameByHandleW(
        file, path.data(), static_cast<DWORD>(path.size()), FILE_NAME_NORMALIZED);
    if (size == 0 || size >= path.size())
        return {};
    return {path.data(), size};
}

bool same_ignoring_case(const std::wstring& a, const std::wstring& b)
{
    return ::CompareStringOrdinal(
               a.data(), static_cast<int>(a.size()), b.data(), static_cast<int>(b.size()), TRUE)
           == CSTR_EQUAL;
}

/// Opens what lies below `folder` and makes sure that it lies there: no step of `relative` was a
/// link, a short name or anything else that leads elsewhere.
Result<UniqueHandle> open_below(std::string_view folder, std::string_view relative, DWORD access)
{
    const std::string path = joined(folder, relative);
    auto file = open(path, access);
    if (!file)
        return file.error();
    if (relative.empty())
        return file;
    const auto base = open(folder, 0);
    if (!base)
        return base.error();
    const std::wstring expected = final_path(base->get()) + L'\\' + platform::to_wide(relative);
    BY_HANDLE_FILE_INFORMATION information{};
    const bool told = ::GetFileInformationByHandle(file->get(), &information) != FALSE;
    const bool link = told && (information.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    if (!told || link || !same_ignoring_case(final_path(file->get()), expected))
        return Error{Errc::forbidden, "read " + path + ": a link leads elsewhere"};
    return file;
}

Result<std::string> read_at(
    HANDLE file, std::string_view path, std::uint64_t offset, std::size_t bytes_max)
{
    LARGE_INTEGER to{};
    to.QuadPart = static_cast<LONGLONG>(offset);
    if (::SetFilePointerEx(file, to, nullptr, FILE_BEGIN) == FALSE)
        return failure(path);
    std::string bytes(bytes_max, '\0');
    std::size_t have = 0;
    while (have < bytes_max)
    {
        DWORD got = 0;
        const auto wanted = static_cast<DWORD>(std::min<std::size_t>(bytes_max - have, 1U << 20U));
        if (::ReadFile(file, bytes.data() + have, wanted, &got, nullptr) == FALSE)
            return failure(path);
        if (got == 0)
            break;
        have += got;
    }
    bytes.resize(have);
    return bytes;
}

std::uint64_t joined_halves(DWORD high, DWORD low)
{
    return static_cast<std::uint64_t>(high) << 32U | low;
}

Result<FileStatus> status_of(HANDLE file, std::string_view path)
{
    BY_HANDLE_FILE_INFORMATION information{};
    if (::GetFileInformationByHandle(file, &information) == FALSE)
        return failure(path);
    FileStatus status;
    status.folder = (information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    status.size_bytes = joined_halves(information.nFileSizeHigh, information.nFileSizeLow);
    if (const auto at = moment_of_filetime(joined_halves(
            information.ftLastWriteTime.dwHighDateTime, information.ftLastWriteTime.dwLowDateTime)))
        status.written_at = *at;
    status.volume = information.dwVolumeSerialNumber;
    status.index = joined_halves(information.nFileIndexHigh, information.nFileIndexLow);
    return status;
}

/// Whether an access-control list lets somebody write who is no administrator.
bool lets_others_write(PACL list, DWORD rights)
{
    if (list == nullptr)
        return true; // No list at all: everybody may do everything.
    for (DWORD i = 0; i < list->AceCount; ++i)
    {
        void* entry = nullptr;
        if (::GetAce(list, i, &entry) == FALSE)
            continue;
        auto* const allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
        const bool counts = allowed->Header.AceType == ACCESS_ALLOWED_ACE_TYPE
                            && (allowed->Header.AceFlags & INHERIT_ONLY_ACE) == 0;
        if (counts && (allowed->Mask & rights) != 0
            && !platform::is_trusted_owner(&allowed->SidStart))
            return true;
    }
    return false;
}

Result<bool> others_may_write(std::string_view path, DWORD rights)
{
    PSID owner = nullptr;
    PACL list = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    const DWORD result = ::GetNamedSecurityInfoW(
        platform::to_wide(path).data(), SE_FILE_OBJECT,
        OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &owner, nullptr, &list, nullptr,
        &descriptor);
    if (result != ERROR_SUCCESS)
        return platform::system_error("rights of " + std::string{path}, result);
    const bool writable = !platform::is_trusted_owner(owner) || lets_others_write(list, rights);
    ::LocalFree(descriptor);
    return writable;
}

class LiveFiles final : public Files
{
public:
    Result<std::string> read_below(
        std::string_view folder,
        std::string_view relative,
        Part part,
        std::size_t bytes_max) const override
    {
        const std::string path = joined(folder, relative);
        const auto file = open_below(folder, relative, GENERIC_READ);
        if (!file)
            return file.error();
        const auto status = status_of(file->get(), path);
        if (!status)
            return status.error();
        if (status->folder || ::GetFileType(file->get()) != FILE_TYPE_DISK)
            return Error{Errc::io, "read " + path + ": no regular file"};
        const bool cut = part == Part::tail && status->size_bytes > bytes_max;
        return read_at(file->get(), path, cut ? status->size_bytes - bytes_max : 0, bytes_max);
    }

    Result<std::string> read_part(
        std::string_view path, std::uint64_t offset, std::size_t bytes_max) const override
    {
        const auto file = open(path, GENERIC_READ);
        if (!file)
            return file.error();
        return read_at(file->get(), path, offset, bytes_max);
    }

    Result<FileStatus> status_below(
        std::string_view folder, std::string_view relative) const override
    {
        const auto file = open_below(folder, relative, FILE_READ_ATTRIBUTES);
        if (!file)
            return file.error();
        return status_of(file->get(), joined(folder, relative));
    }

    Result<std::vector<std::string>> names_below(
        std::string_view folder, std::string_view relative, std::size_t names_max) const override
    {
        const std::string path = joined(folder, relative);
        // Held open while its names are listed, so that nobody puts a link in its place.
        const auto held = open_below(folder, relative, FILE_READ_ATTRIBUTES);
        if (!held)
            return held.error();
        WIN32_FIND_DATAW found{};
        const HANDLE search = ::FindFirstFileW(platform::to_wide(path + "\\*").c_str(), &found);
        if (search == INVALID_HANDLE_VALUE)
            return failure(path);
        std::vector<std::string> names;
        do
        {
            std::string name = platform::to_utf8(found.cFileName);
            if (name != "." && name != "..")
                names.push_back(std::move(name));
        } while (names.size() <= names_max && ::FindNextFileW(search, &found) != FALSE);
        ::FindClose(search);
        if (names.size() > names_max)
            return Error{Errc::too_large, "read " + path + ": too many names"};
        std::sort(names.begin(), names.end());
        return names;
    }

    Result<std::string> known_folder(std::string_view token) const override
    {
        if (equal_ignoring_case(token, "%SystemRoot%"))
            return variable(L"SystemRoot");
        if (equal_ignoring_case(token, "%ProgramData%"))
            return shell_folder(CSIDL_COMMON_APPDATA);
        // A 32-bit program is told the folder of 32-bit programs, and has this to know the other.
        if (equal_ignoring_case(token, "%ProgramFiles%"))
        {
            auto native = variable(L"ProgramW6432");
            return native ? std::move(native) : shell_folder(CSIDL_PROGRAM_FILES);
        }
        if (equal_ignoring_case(token, "%ProgramFiles(x86)%"))
            return variable(L"ProgramFiles(x86)");
        return Error{Errc::not_found, std::string{token} + ": not a folder that is known"};
    }

    Result<VersionInfo> version_info(std::string_view path) const override;

    Result<std::string> signer(std::string_view path) const override { return signer_of(path); }

    Result<bool> user_writable(std::string_view path) const override
    {
        constexpr DWORD of_file = FILE_WRITE_DATA | FILE_APPEND_DATA | WRITE_DAC | WRITE_OWNER
                                  | DELETE | GENERIC_WRITE | GENERIC_ALL;
        constexpr DWORD of_folder =
            FILE_DELETE_CHILD | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;
        auto file = others_may_write(path, of_file);
        if (!file || *file)
            return file;
        return others_may_write(path.substr(0, path.rfind('\\')), of_folder);
    }

private:
    static Result<std::string> variable(const wchar_t* name)
    {
        wchar_t value[MAX_PATH + 1];
        const DWORD size = ::GetEnvironmentVariableW(name, value, MAX_PATH);
        if (size == 0 || size > MAX_PATH)
            return Error{Errc::not_found, platform::to_utf8(name) + ": not there"};
        return platform::to_utf8({value, size});
    }

    static Result<std::string> shell_folder(int which)
    {
        wchar_t path[MAX_PATH + 1]{};
        if (FAILED(::SHGetFolderPathW(nullptr, which, nullptr, 0, path)))
            return Error{Errc::not_found, "a known folder is not told"};
        return platform::to_utf8(path);
    }
};

/// One text of a version resource in the first language that it has.
std::string resource_text(const void* block, const char* name)
{
    struct Translation
    {
        WORD language;
        WORD code_page;
    };

    void* found = nullptr;
    UINT size = 0;
    if (::VerQueryValueW(block, L"\\VarFileInfo\\Translation", &found, &size) == FALSE
        || size < sizeof(Translation))
        return {};
    const auto* const translation = static_cast<const Translation*>(found);
    char front[64];
    ::wsprintfA(
        front, "\\StringFileInfo\\%04x%04x\\", translation->language, translation->code_page);
    const std::wstring path = platform::to_wide(std::string{front} + name);
    if (::VerQueryValueW(block, path.c_str(), &found, &size) == FALSE || size == 0)
        return {};
    const std::wstring_view text{static_cast<const wchar_t*>(found), size};
    return platform::to_utf8(text.substr(0, text.find(L'\0')));
}

Result<VersionInfo> LiveFiles::version_info(std::string_view path) const
{
    constexpr DWORD bytes_max = 256U * 1024;
    const std::wstring wide = platform::to_wide(path);
    DWORD unused = 0;
    const DWORD size = ::GetFileVersionInfoSizeW(wide.c_str(), &unused);
    if (size == 0 || size > bytes_max)
        return Error{Errc::not_found, "version of " + std::string{path} + ": not there"};
    std::vector<std::byte> block(size);
    if (::GetFileVersionInfoW(wide.c_str(), 0, size, block.data()) == FALSE)
        return failure(path);
    void* found = nullptr;
    UINT found_size = 0;
    if (::VerQueryValueW(block.data(), L"\\", &found, &found_size) == FALSE
        || found_size < sizeof(VS_FIXEDFILEINFO))
        return Error{Errc::not_found, "version of " + std::string{path} + ": not there"};
    const auto* const fixed = static_cast<const VS_FIXEDFILEINFO*>(found);
    VersionInfo info;
    for (const DWORD part :
         {fixed->dwFileVersionMS >> 16U, fixed->dwFileVersionMS & 0xFFFFU,
          fixed->dwFileVersionLS >> 16U, fixed->dwFileVersionLS & 0xFFFFU})
        info.version += (info.version.empty() ? "" : ".") + std::to_string(part);
    info.product = resource_text(block.data(), "ProductName");
    info.company = resource_text(block.data(), "CompanyName");
    info.description = resource_text(block.data(), "FileDescription");
    return info;
}

} // namespace

std::unique_ptr<Files> make_files()
{
    return std::make_unique<LiveFiles>();
}

} // namespace mimamori::agent::windows
