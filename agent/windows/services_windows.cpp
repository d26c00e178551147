#include "agent/windows/live_windows.hpp"
#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <vector>

namespace mimamori::agent::windows {
namespace {

/// A handle of the service control manager; it closes itself.
class ScHandle
{
public:
    explicit ScHandle(SC_HANDLE handle)
        : handle_{handle}
    {}

    ScHandle(const ScHandle&) = delete;
    ScHandle& operator=(const ScHandle&) = delete;

    ~ScHandle()
    {
        if (handle_ != nullptr)
            ::CloseServiceHandle(handle_);
    }

    explicit operator bool() const { return handle_ != nullptr; }

    SC_HANDLE get() const { return handle_; }

private:
    SC_HANDLE handle_;
};

StartType start_of(DWORD start)
{
    switch (start)
    {
    case SERVICE_BOOT_START:
        return StartType::boot;
    case SERVICE_SYSTEM_START:
        return StartType::system;
    case SERVICE_AUTO_START:
        return StartType::automatic;
    case SERVICE_DEMAND_START:
        return StartType::manual;
    case SERVICE_DISABLED:
        return StartType::disabled;
    default:
        return StartType::unknown;
    }
}

void read_configuration(SC_HANDLE manager, const wchar_t* name, ServiceRow& row)
{
    const ScHandle service{::OpenServiceW(manager, name, SERVICE_QUERY_CONFIG)};
    if (!service)
    {
        row.why_not = platform::system_error("open", ::GetLastError()).message;
        return;
    }
    // The documented limit of this call.
    alignas(QUERY_SERVICE_CONFIGW) std::byte buffer[8'192];
    auto* configuration = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer);
    DWORD needed = 0;
    if (::QueryServiceConfigW(service.get(), configuration, sizeof buffer, &needed) == FALSE)
    {
        row.why_not = platform::system_error("configuration", ::GetLastError()).message;
        return;
    }
    row.start = start_of(configuration->dwStartType);
    if (configuration->lpServiceStartName != nullptr)
        row.account = platform::to_utf8(configuration->lpServiceStartName);
    if (configuration->lpBinaryPathName != nullptr)
        row.command = platform::to_utf8(configuration->lpBinaryPathName);
    SERVICE_DELAYED_AUTO_START_INFO delayed{};
    if (::QueryServiceConfig2W(
            service.get(), SERVICE_CONFIG_DELAYED_AUTO_START_INFO,
            reinterpret_cast<BYTE*>(&delayed), sizeof delayed, &needed)
        != FALSE)
        row.delayed = delayed.fDelayedAutostart != FALSE;
}

class LiveServices final : public Services
{
public:
    Result<std::vector<ServiceRow>> list() const override
    {
        const ScHandle manager{
            ::OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE)};
        if (!manager)
            return platform::system_error("service control manager", ::GetLastError());
        std::vector<ServiceRow> rows;
        std::vector<BYTE> buffer(256U * 1024); // As much as one call gives.
        DWORD resume = 0;
        for (;;)
        {
            DWORD needed = 0;
            DWORD count = 0;
            const BOOL done = ::EnumServicesStatusExW(
                manager.get(), SC_ENUM_PROCESS_INFO, SERVICE_WIN32 | SERVICE_DRIVER,
                SERVICE_STATE_ALL, buffer.data(), static_cast<DWORD>(buffer.size()), &needed,
                &count, &resume, nullptr);
            const DWORD error = ::GetLastError();
            if (done == FALSE && error != ERROR_MORE_DATA)
                return platform::system_error("service control manager", error);
            const auto* found = reinterpret_cast<ENUM_SERVICE_STATUS_PROCESSW*>(buffer.data());
            for (DWORD i = 0; i < count; ++i)
                rows.push_back(row_of(manager.get(), found[i]));
            if (done != FALSE || count == 0)
                return rows;
        }
    }

private:
    static ServiceRow row_of(SC_HANDLE manager, const ENUM_SERVICE_STATUS_PROCESSW& found)
    {
        ServiceRow row;
        row.name = platform::to_utf8(found.lpServiceName);
        row.display_name = platform::to_utf8(found.lpDisplayName);
        row.driver = (found.ServiceStatusProcess.dwServiceType & SERVICE_DRIVER) != 0;
        row.running = found.ServiceStatusProcess.dwCurrentState != SERVICE_STOPPED;
        if (!row.driver) // Nobody asks how a driver is started.
            read_configuration(manager, found.lpServiceName, row);
        return row;
    }
};

} // namespace

std::unique_ptr<Services> make_services()
{
    return std::make_unique<LiveServices>();
}

} // namespace mimamori::agent::windows
