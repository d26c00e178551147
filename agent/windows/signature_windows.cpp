#include "agent/windows/signature_windows.hpp"

#include "common/platform/system_windows.hpp"

// Each takes for granted what stands before it.
// clang-format off
#include <windows.h>
#include <wincrypt.h>
#include <wintrust.h>
#include <softpub.h>
#include <mscat.h>
// clang-format on

#include <array>

namespace mimamori::agent::windows {
namespace {

/// Verifies, and names the signer when all is well.
std::string verified_signer(WINTRUST_DATA& data)
{
    data.cbStruct = sizeof data;
    data.dwUIChoice = WTD_UI_NONE;
    data.fdwRevocationChecks = WTD_REVOKE_NONE;
    data.dwStateAction = WTD_STATEACTION_VERIFY;
    data.dwProvFlags = WTD_CACHE_ONLY_URL_RETRIEVAL | WTD_REVOCATION_CHECK_NONE;
    GUID action = WINTRUST_ACTION_GENERIC_VERIFY_V2;
    const HWND nobody = static_cast<HWND>(INVALID_HANDLE_VALUE);
    std::string name;
    if (::WinVerifyTrust(nobody, &action, &data) == ERROR_SUCCESS)
    {
        auto* const provider = ::WTHelperProvDataFromStateData(data.hWVTStateData);
        auto* const signer =
            provider == nullptr ? nullptr : ::WTHelperGetProvSignerFromChain(provider, 0, FALSE, 0);
        auto* const certificate =
            signer == nullptr ? nullptr : ::WTHelperGetProvCertFromChain(signer, 0);
        wchar_t text[256];
        if (certificate != nullptr
            && ::CertGetNameStringW(
                   certificate->pCert, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, nullptr, text, 256)
                   > 1)
            name = platform::to_utf8(text);
    }
    data.dwStateAction = WTD_STATEACTION_CLOSE;
    ::WinVerifyTrust(nobody, &action, &data);
    return name;
}

std::string embedded_signer(const std::wstring& path)
{
    WINTRUST_FILE_INFO file{};
    file.cbStruct = sizeof file;
    file.pcwszFilePath = path.c_str();
    WINTRUST_DATA data{};
    data.dwUnionChoice = WTD_CHOICE_FILE;
    data.pFile = &file;
    return verified_signer(data);
}

/// The functions for catalogues; those that know SHA-256 came with Windows 8.
struct Catalogues
{
    using Acquire = BOOL WINAPI(HCATADMIN*, const GUID*, PCWSTR, const void*, DWORD);
    using Calculate = BOOL WINAPI(HCATADMIN, HANDLE, DWORD*, BYTE*, DWORD);

    HCATADMIN admin{nullptr};
    Calculate* calculate{nullptr};

    explicit Catalogues(bool sha256)
    {
        const HMODULE library = ::GetModuleHandleW(L"wintrust.dll");
        const auto find = [&](const char* name) {
            return reinterpret_cast<void*>(::GetProcAddress(library, name));
        };
        GUID system = DRIVER_ACTION_VERIFY;
        if (!sha256)
        {
            ::CryptCATAdminAcquireContext(&admin, &system, 0);
            return;
        }
        auto* const acquire = reinterpret_cast<Acquire*>(find("CryptCATAdminAcquireContext2"));
        calculate = reinterpret_cast<Calculate*>(find("CryptCATAdminCalcHashFromFileHandle2"));
        if (acquire == nullptr || calculate == nullptr
            || acquire(&admin, &system, L"SHA256", nullptr, 0) == FALSE)
            admin = nullptr;
    }

    Catalogues(const Catalogues&) = delete;
    Catalogues& operator=(const Catalogues&) = delete;

    ~Catalogues()
    {
        if (admin != nullptr)
            ::CryptCATAdminReleaseContext(admin, 0);
    }

    bool hash(HANDLE file, BYTE* bytes, DWORD* size) const
    {
        return (calculate != nullptr ? calculate(admin, file, size, bytes, 0)
                                     : ::CryptCATAdminCalcHashFromFileHandle(file, size, bytes, 0))
               != FALSE;
    }
};

/// Most files of Windows carry no signature: a catalogue lists their hashes and is signed.
std::string catalogue_signer(const std::wstring& path, bool sha256)
{
    const Catalogues catalogues{sha256};
    const platform::UniqueHandle file{::CreateFileW(
        path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
        OPEN_EXISTING, 0, nullptr)};
    std::array<BYTE, 64> hash{};
    auto hash_size = static_cast<DWORD>(hash.size());
    if (catalogues.admin == nullptr || !file
        || !catalogues.hash(file.get(), hash.data(), &hash_size))
        return {};
    const HCATINFO found =
        ::CryptCATAdminEnumCatalogFromHash(catalogues.admin, hash.data(), hash_size, 0, nullptr);
    if (found == nullptr)
        return {};
    CATALOG_INFO catalogue{};
    catalogue.cbStruct = sizeof catalogue;
    std::string name;
    if (::CryptCATCatalogInfoFromContext(found, &catalogue, 0) != FALSE)
    {
        std::wstring tag;
        for (DWORD i = 0; i < hash_size; ++i)
        {
            constexpr wchar_t digits[] = L"0123456789ABCDEF";
            tag += digits[hash[i] >> 4U];
            tag += digits[hash[i] & 0xFU];
        }
        WINTRUST_CATALOG_INFO member{};
        member.cbStruct = sizeof member;
        member.pcwszCatalogFilePath = catalogue.wszCatalogFile;
        member.pcwszMemberFilePath = path.c_str();
        member.pcwszMemberTag = tag.c_str();
        member.hMemberFile = file.get();
        member.pbCalculatedFileHash = hash.data();
        member.cbCalculatedFileHash = hash_size;
        WINTRUST_DATA data{};
        data.dwUnionChoice = WTD_CHOICE_CATALOG;
        data.pCatalog = &member;
        name = verified_signer(data);
    }
    ::CryptCATAdminReleaseCatalogContext(catalogues.admin, found, 0);
    return name;
}

} // namespace

Result<std::string> signer_of(std::string_view path)
{
    const std::wstring wide = platform::to_wide(path);
    if (::GetFileAttributesW(wide.c_str()) == INVALID_FILE_ATTRIBUTES)
        return platform::system_error("read " + std::string{path}, ::GetLastError());
    std::string name = embedded_signer(wide);
    for (const bool sha256 : {true, false})
    {
        if (name.empty())
            name = catalogue_signer(wide, sha256);
    }
    return name;
}

} // namespace mimamori::agent::windows
