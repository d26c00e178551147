#include "common/platform/sealed.hpp"
#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <wincrypt.h>

namespace mimamori::platform {
namespace {

DATA_BLOB blob_of(std::string_view bytes)
{
    DATA_BLOB blob{};
    blob.cbData = static_cast<DWORD>(bytes.size());
    blob.pbData = reinterpret_cast<BYTE*>(const_cast<char*>(bytes.data()));
    return blob;
}

std::string taken(DATA_BLOB& blob)
{
    std::string bytes{reinterpret_cast<const char*>(blob.pbData), blob.cbData};
    ::SecureZeroMemory(blob.pbData, blob.cbData);
    ::LocalFree(blob.pbData);
    return bytes;
}

} // namespace

Result<std::string> seal(std::string_view bytes)
{
    DATA_BLOB from = blob_of(bytes);
    DATA_BLOB to{};
    // Of the machine, not of the account: the service and an administrator's `enroll` both need it.
    constexpr DWORD how = CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN;
    if (::CryptProtectData(&from, L"mimamori", nullptr, nullptr, nullptr, how, &to) == FALSE)
        return system_error("encrypt with the machine's key", ::GetLastError());
    return taken(to);
}

Result<std::string> unseal(std::string_view sealed)
{
    DATA_BLOB from = blob_of(sealed);
    DATA_BLOB to{};
    if (::CryptUnprotectData(
            &from, nullptr, nullptr, nullptr, nullptr, CRYPTPROTECT_UI_FORBIDDEN, &to)
        == FALSE)
        return Error{
            Errc::invalid_input,
            "decrypt with the machine's key: " + system_error_text(::GetLastError())};
    return taken(to);
}

std::string sealed_name(std::string_view name)
{
    return std::string{name} + ".dpapi";
}

} // namespace mimamori::platform
