#include "common/base/scope_exit.hpp"
#include "common/platform/names.hpp"
#include "common/platform/private_folder.hpp"
#include "common/platform/security_windows.hpp"
#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <aclapi.h>
#include <cstddef>
#include <sddl.h>
#include <string>
#include <vector>

namespace mimamori::platform {
namespace {

/// Of the service that keeps Windows' own files.
constexpr const wchar_t* trusted_installer =
    L"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";

bool is_well_known(PSID sid, WELL_KNOWN_SID_TYPE type)
{
    return ::IsWellKnownSid(sid, type) != FALSE;
}

bool is_own_account(PSID sid)
{
    HANDLE raw = nullptr;
    if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &raw) == FALSE)
        return false;
    const UniqueHandle token{raw};
    DWORD size = 0;
    ::GetTokenInformation(token.get(), TokenUser, nullptr, 0, &size);
    std::vector<std::max_align_t> room(size / sizeof(std::max_align_t) + 1);
    if (::GetTokenInformation(token.get(), TokenUser, room.data(), size, &size) == FALSE)
        return false;
    return ::EqualSid(sid, reinterpret_cast<const TOKEN_USER*>(room.data())->User.Sid) != FALSE;
}

Result<void> check_owner(const std::filesystem::path& path)
{
    PSID owner = nullptr;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    const DWORD failed = ::GetNamedSecurityInfoW(
        path.c_str(), SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, nullptr, nullptr, nullptr,
        &descriptor);
    if (failed != ERROR_SUCCESS)
        return system_error("owner of " + path.string(), failed);
    const ScopeExit freeing{[&] { ::LocalFree(descriptor); }};
    if (is_trusted_owner(owner))
        return {};
    return Error{
        Errc::forbidden, path.string() + " belongs to " + sid_text(owner)
                             + ", not to the administrators: remove it or take it over"};
}

/// Closes what is there already; what lies in it takes that over.
Result<void> close_folder(const std::filesystem::path& folder, const SecurityDescriptor& access)
{
    BOOL is_present = FALSE;
    BOOL is_default = FALSE;
    PACL list = nullptr;
    ::GetSecurityDescriptorDacl(access.get(), &is_present, &list, &is_default);
    std::wstring name = folder.native();
    const DWORD failed = ::SetNamedSecurityInfoW(
        name.data(), SE_FILE_OBJECT,
        DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, nullptr, nullptr, list,
        nullptr);
    if (failed != ERROR_SUCCESS)
        return system_error("close " + folder.string() + " to others", failed);
    return {};
}

/// What does not work shows with the folder below.
void make_folders(const std::filesystem::path& folder)
{
    if (folder.empty() || is_there(folder) || !folder.has_relative_path())
        return;
    make_folders(folder.parent_path());
    ::CreateDirectoryW(folder.c_str(), nullptr);
}

} // namespace

SecurityDescriptor::SecurityDescriptor(const wchar_t* sddl)
{
    ::ConvertStringSecurityDescriptorToSecurityDescriptorW(
        sddl, SDDL_REVISION_1, &descriptor_, nullptr);
}

SecurityDescriptor::~SecurityDescriptor()
{
    ::LocalFree(descriptor_);
}

bool is_trusted_owner(void* sid)
{
    if (is_well_known(sid, WinLocalSystemSid) || is_well_known(sid, WinBuiltinAdministratorsSid))
        return true;
    PSID installer = nullptr;
    if (::ConvertStringSidToSidW(trusted_installer, &installer) != FALSE)
    {
        const ScopeExit freeing{[&] { ::LocalFree(installer); }};
        if (::EqualSid(sid, installer) != FALSE)
            return true;
    }
    return is_own_account(sid);
}

std::string sid_text(void* sid)
{
    wchar_t* text = nullptr;
    if (::ConvertSidToStringSidW(sid, &text) == FALSE)
        return "?";
    const ScopeExit freeing{[&] { ::LocalFree(text); }};
    return to_utf8(text);
}

Result<void> make_private_folder(const std::filesystem::path& folder)
{
    make_folders(folder.parent_path());
    const SecurityDescriptor access{private_access};
    if (access.get() == nullptr)
        return system_error("access list of " + folder.string(), ::GetLastError());
    SECURITY_ATTRIBUTES attributes{sizeof attributes, access.get(), FALSE};
    if (::CreateDirectoryW(folder.c_str(), &attributes) != FALSE)
        return {};
    const DWORD why = ::GetLastError();
    if (why == ERROR_INVALID_OWNER || why == ERROR_PRIVILEGE_NOT_HELD)
    {
        // An ordinary account may not give a folder to the administrators; it stays the owner.
        if (::CreateDirectoryW(folder.c_str(), nullptr) == FALSE)
            return system_error("make " + folder.string(), ::GetLastError());
        return close_folder(folder, access);
    }
    if (why != ERROR_ALREADY_EXISTS)
        return system_error("make " + folder.string(), why);
    if (auto trusted = check_owner(folder); !trusted)
        return trusted;
    return close_folder(folder, access);
}

Result<void> check_trusted(const std::filesystem::path& file)
{
    return check_owner(file);
}

} // namespace mimamori::platform
