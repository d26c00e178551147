#include "common/platform/system_windows.hpp"

#include "agent/windows/live_windows.hpp"

// windows.h comes first.
#include <windows.h>

#include <lm.h>

namespace mimamori::agent::windows {
namespace {

Result<OSVERSIONINFOEXW> true_version()
{
    using Get = LONG WINAPI(OSVERSIONINFOEXW*);
    auto* const get = platform::newer_function<Get>(L"ntdll.dll", "RtlGetVersion");
    OSVERSIONINFOEXW version{};
    version.dwOSVersionInfoSize = sizeof version;
    if (get == nullptr || get(&version) != 0)
        return Error{Errc::unsupported, "RtlGetVersion: no answer"};
    return version;
}

/// What IsWow64Process2 and GetNativeSystemInfo call the machine.
std::string architecture_name(USHORT image_machine)
{
    constexpr USHORT arm64 = 0xAA64;
    if (image_machine == arm64)
        return "aarch64";
    SYSTEM_INFO info{};
    ::GetNativeSystemInfo(&info);
    return info.wProcessorArchitecture == PROCESSOR_ARCHITECTURE_AMD64 ? "x86_64" : "x86";
}

FILETIME filetime_of(Timestamp at)
{
    constexpr std::int64_t from_1601_to_1970_ms = 11'644'473'600'000;
    const auto ticks = static_cast<std::uint64_t>(to_ms(at) + from_1601_to_1970_ms) * 10'000;
    return {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32U)};
}

Timestamp moment_of(const FILETIME& at)
{
    constexpr std::int64_t from_1601_to_1970_ms = 11'644'473'600'000;
    const auto ticks = static_cast<std::uint64_t>(at.dwHighDateTime) << 32U | at.dwLowDateTime;
    return from_ms(static_cast<std::int64_t>(ticks / 10'000) - from_1601_to_1970_ms);
}

class LiveSystem final : public System
{
public:
    Result<SystemVersion> version() const override
    {
        const auto found = true_version();
        if (!found)
            return found.error();
        return SystemVersion{
            static_cast<std::uint32_t>(found->dwMajorVersion),
            static_cast<std::uint32_t>(found->dwMinorVersion),
            static_cast<std::uint32_t>(found->dwBuildNumber), found->wServicePackMajor,
            found->wProductType != VER_NT_WORKSTATION};
    }

    Result<std::string> architecture() const override
    {
        using Is = BOOL WINAPI(HANDLE, USHORT*, USHORT*);
        USHORT process = 0;
        USHORT machine = 0;
        auto* const is = platform::newer_function<Is>(L"kernel32.dll", "IsWow64Process2");
        if (is == nullptr || is(::GetCurrentProcess(), &process, &machine) == FALSE)
            machine = 0; // Older than every Windows for ARM.
        return architecture_name(machine);
    }

    Result<Timestamp> booted_at() const override
    {
        const auto up = std::chrono::milliseconds{static_cast<std::int64_t>(::GetTickCount64())};
        return SystemClock{}.now() - up;
    }

    Result<std::string> hostname() const override
    {
        wchar_t name[256];
        DWORD size = 256;
        if (::GetComputerNameExW(ComputerNamePhysicalDnsHostname, name, &size) == FALSE)
            return platform::system_error("computer name", ::GetLastError());
        return platform::to_utf8({name, size});
    }

    Result<Membership> membership() const override
    {
        wchar_t* name = nullptr;
        NETSETUP_JOIN_STATUS status = NetSetupUnknownStatus;
        const NET_API_STATUS result = ::NetGetJoinInformation(nullptr, &name, &status);
        if (result != NERR_Success)
            return platform::system_error("domain", result);
        Membership found;
        if (name != nullptr)
            found.name = platform::to_utf8(name);
        found.domain = status == NetSetupDomainName;
        ::NetApiBufferFree(name);
        return found;
    }

    Result<std::string> firmware_tables() const override
    {
        constexpr DWORD smbios = 0x52534D42; // 'RSMB'
        constexpr std::size_t header_bytes = 8;
        constexpr UINT bytes_max = 1024U * 1024;
        const UINT needed = ::GetSystemFirmwareTable(smbios, 0, nullptr, 0);
        if (needed <= header_bytes || needed > bytes_max)
            return Error{Errc::unsupported, "SMBIOS: the firmware has no tables"};
        std::string tables(needed, '\0');
        if (::GetSystemFirmwareTable(smbios, 0, tables.data(), needed) != needed)
            return platform::system_error("SMBIOS", ::GetLastError());
        return tables.substr(header_bytes);
    }

    Result<bool> uefi() const override
    {
        char value = 0;
        ::GetFirmwareEnvironmentVariableW(
            L"", L"{00000000-0000-0000-0000-000000000000}", &value, sizeof value);
        // A BIOS does not know the function; UEFI knows it and not the variable.
        const DWORD error = ::GetLastError();
        if (error == ERROR_INVALID_FUNCTION)
            return false;
        if (error == ERROR_NOACCESS || error == ERROR_ENVVAR_NOT_FOUND
            || error == ERROR_PRIVILEGE_NOT_HELD || error == ERROR_INVALID_PARAMETER)
            return true;
        return platform::system_error("firmware kind", error);
    }

    Result<std::uint64_t> memory_bytes() const override
    {
        MEMORYSTATUSEX memory{};
        memory.dwLength = sizeof memory;
        if (::GlobalMemoryStatusEx(&memory) == FALSE)
            return platform::system_error("memory", ::GetLastError());
        return std::uint64_t{memory.ullTotalPhys};
    }

    Result<TpmState> tpm() const override
    {
        struct DeviceInfo // TPM_DEVICE_INFO of tbs.h, Windows 8.
        {
            UINT32 struct_version;
            UINT32 tpm_version;
            UINT32 interface_type;
            UINT32 implementation_revision;
        };

        using Get = UINT32 WINAPI(UINT32, void*);
        constexpr DWORD only_from_system32 = 0x800;
        const HMODULE library = ::LoadLibraryExW(L"tbs.dll", nullptr, only_from_system32);
        auto* const get = library == nullptr ? nullptr
                                             : reinterpret_cast<Get*>(reinterpret_cast<void*>(
                                                 ::GetProcAddress(library, "Tbsi_GetDeviceInfo")));
        if (get == nullptr)
        {
            if (library != nullptr)
                ::FreeLibrary(library);
            return Error{Errc::unsupported, "TPM: this Windows cannot tell"};
        }
        constexpr UINT32 not_found = 0x8028400F;
        DeviceInfo info{1, 0, 0, 0};
        const UINT32 result = get(sizeof info, &info);
        ::FreeLibrary(library);
        if (result == not_found)
            return TpmState{};
        if (result != 0)
            return platform::system_error("TPM", result);
        constexpr UINT32 version_2 = 2;
        return TpmState{true, info.tpm_version == version_2 ? "2.0" : "1.2"};
    }

    Result<BatteryState> battery() const override
    {
        SYSTEM_POWER_STATUS power{};
        if (::GetSystemPowerStatus(&power) == FALSE)
            return platform::system_error("battery", ::GetLastError());
        constexpr BYTE none = 128;
        constexpr BYTE unknown = 255;
        if (power.BatteryFlag == unknown)
            return Error{Errc::unsupported, "battery: the system does not know"};
        return BatteryState{(power.BatteryFlag & none) == 0, 0, 0};
    }

    Result<Timestamp> local_to_utc(Timestamp local) const override
    {
        const FILETIME written = filetime_of(local);
        SYSTEMTIME civil{};
        SYSTEMTIME utc{};
        FILETIME at{};
        const bool done = ::FileTimeToSystemTime(&written, &civil) != FALSE
                          && ::TzSpecificLocalTimeToSystemTime(nullptr, &civil, &utc) != FALSE
                          && ::SystemTimeToFileTime(&utc, &at) != FALSE;
        if (!done)
            return platform::system_error("time zone", ::GetLastError());
        return moment_of(at);
    }
};

} // namespace

std::unique_ptr<System> make_system()
{
    return std::make_unique<LiveSystem>();
}

} // namespace mimamori::agent::windows
