#include "agent/app/event_log_windows.hpp"
#include "agent/app/places.hpp"
#include "agent/app/service_control.hpp"
#include "agent/app/service_status_windows.hpp"
#include "agent/app/stop_windows.hpp"
#include "agent/app/verbs.hpp"
#include "agent/app/version.hpp"
#include "agent/watch/device_events_windows.hpp"
#include "common/log/listener.hpp"
#include "common/platform/private_folder.hpp"
#include "common/platform/system_windows.hpp"

#include <fmt/format.h>

#include <windows.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <dbt.h>
#include <vector>

namespace mimamori::agent::app {
namespace {

constexpr const wchar_t* wide_name = L"mimamori-agent";
constexpr const wchar_t* display_name = L"mimamori agent";
constexpr const wchar_t* description =
    L"Watches over this machine and reports to the hospital's mimamori collector. Only reads. "
    L"(見守り: この端末の状態を読み取り、院内のサーバーに報告します。)";

/// A service that died is started again after these; after a day without a death counting begins
/// anew.
constexpr std::array<DWORD, 3> restart_after_ms{60'000, 300'000, 900'000};
constexpr DWORD counting_s = 24 * 60 * 60;

constexpr DWORD stop_patience_ms = 10'000;

class ServiceHandle
{
public:
    explicit ServiceHandle(SC_HANDLE handle)
        : handle_{handle}
    {}

    ~ServiceHandle()
    {
        if (handle_ != nullptr)
            ::CloseServiceHandle(handle_);
    }

    ServiceHandle(const ServiceHandle&) = delete;
    ServiceHandle& operator=(const ServiceHandle&) = delete;

    explicit operator bool() const { return handle_ != nullptr; }

    SC_HANDLE get() const { return handle_; }

private:
    SC_HANDLE handle_;
};

/// The one service of this process.
struct Running
{
    std::function<int()> serve;
    std::atomic<SERVICE_STATUS_HANDLE> status{nullptr};
    std::atomic<DWORD> state{SERVICE_START_PENDING};
    std::atomic<int> exit_code{0};
};

Running& running()
{
    static Running instance;
    return instance;
}

std::wstring command_of_service(const std::filesystem::path& config)
{
    std::wstring path(32768, L'\0');
    path.resize(::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    // Quoted, or "C:\Program.exe" would be tried first.
    std::wstring command = L"\"" + path + L"\"";
    if (!config.empty())
        command += L" --config \"" + config.native() + L"\"";
    return command + L" service run";
}

int failed(std::string_view step, Output& out)
{
    out << platform::system_error(step, ::GetLastError()).message << '\n';
    return exit_failed;
}

/// What happens when the service dies. What the administrator has chosen is left alone.
void set_recovery(SC_HANDLE service)
{
    std::vector<std::max_align_t> room(8192 / sizeof(std::max_align_t));
    auto* const bytes = reinterpret_cast<BYTE*>(room.data());
    DWORD needed = 0;
    const bool is_known =
        ::QueryServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, bytes, 8192, &needed)
        != FALSE;
    if (is_known && reinterpret_cast<const SERVICE_FAILURE_ACTIONSW*>(bytes)->cActions > 0)
        return;
    std::array<SC_ACTION, restart_after_ms.size()> actions{};
    for (std::size_t i = 0; i < actions.size(); ++i)
        actions.at(i) = {SC_ACTION_RESTART, restart_after_ms.at(i)};
    SERVICE_FAILURE_ACTIONSW all{};
    all.dwResetPeriod = counting_s;
    all.cActions = static_cast<DWORD>(actions.size());
    all.lpsaActions = actions.data();
    ::ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, &all);
    SERVICE_FAILURE_ACTIONS_FLAG also_errors{TRUE}; // An end with an error counts as a death, too.
    ::ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_errors);
}

int install(const std::filesystem::path& config, Output& out)
{
    if (auto made = platform::make_private_folder(default_places().data_folder.parent_path());
        !made)
    {
        out << made.error().message << '\n';
        return exit_failed;
    }
    const ServiceHandle manager{::OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CREATE_SERVICE)};
    if (!manager)
        return failed("install the service", out);
    const std::wstring command = command_of_service(config);
    const ServiceHandle service{::CreateServiceW(
        manager.get(), wide_name, display_name, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
        SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, command.c_str(), nullptr, nullptr, nullptr,
        nullptr, nullptr)};
    if (!service)
        return failed("install the service", out);
    std::wstring words = description;
    SERVICE_DESCRIPTIONW text{words.data()};
    ::ChangeServiceConfig2W(service.get(), SERVICE_CONFIG_DESCRIPTION, &text);
    set_recovery(service.get());
    register_event_source();
    out << "installed; `sc start " << service_name << "` starts it\n";
    return exit_done;
}

/// False when it goes on running.
bool stop_and_wait(SC_HANDLE service)
{
    SERVICE_STATUS status{};
    ::ControlService(service, SERVICE_CONTROL_STOP, &status);
    const ULONGLONG end = ::GetTickCount64() + stop_patience_ms;
    while (::QueryServiceStatus(service, &status) != FALSE
           && status.dwCurrentState != SERVICE_STOPPED)
    {
        if (::GetTickCount64() > end)
            return false;
        ::Sleep(100);
    }
    return true;
}

int remove(Output& out)
{
    const ServiceHandle manager{::OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT)};
    if (!manager)
        return failed("remove the service", out);
    const ServiceHandle service{
        ::OpenServiceW(manager.get(), wide_name, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE)};
    if (!service)
        return failed("remove the service", out);
    if (!stop_and_wait(service.get()))
        out << "the service does not stop; it goes when it does\n";
    if (::DeleteService(service.get()) == FALSE)
        return failed("remove the service", out);
    forget_event_source();
    out << "removed; files stay in " << default_places().data_folder.parent_path().string() << '\n';
    return exit_done;
}

DWORD WINAPI on_control(DWORD control, DWORD event, void*, void*)
{
    switch (control)
    {
    case SERVICE_CONTROL_DEVICEEVENT:
        if (event == DBT_DEVICEARRIVAL || event == DBT_DEVICEREMOVECOMPLETE)
            watch::device_changed(event == DBT_DEVICEARRIVAL);
        return NO_ERROR;
    case SERVICE_CONTROL_STOP:
        ask_to_stop("service stop");
        return NO_ERROR;
    case SERVICE_CONTROL_SHUTDOWN:
        ask_to_stop("shutdown");
        return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
        return NO_ERROR;
    default:
        return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

/// What the installer could not do: an MSI made on Linux sets neither recovery nor access lists.
void complete_installation()
{
    register_event_source();
    if (auto made = platform::make_private_folder(default_places().data_folder.parent_path());
        !made)
        write_event(log::Level::error, made.error().message);
    const ServiceHandle manager{::OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT)};
    if (!manager)
        return;
    const ServiceHandle service{::OpenServiceW(
        manager.get(), wide_name,
        SERVICE_QUERY_CONFIG | SERVICE_CHANGE_CONFIG | SERVICE_START)}; // Who restarts needs it.
    if (service)
        set_recovery(service.get());
}

void WINAPI service_main(DWORD, wchar_t**)
{
    Running& own = running();
    own.status = ::RegisterServiceCtrlHandlerExW(wide_name, on_control, nullptr);
    if (own.status == nullptr)
        return;
    obey_service_manager_only();
    watch::set_service_handle(own.status);
    report_service_state(SERVICE_START_PENDING, stop_patience_ms);
    complete_installation();
    log::also_tell(write_event);
    write_event(log::Level::info, fmt::format("agent {} starts", version()));
    own.exit_code = own.serve();
    if (own.exit_code == exit_done)
        write_event(log::Level::info, "agent has stopped");
    else
        write_event(
            log::Level::error,
            "agent cannot work; in a console of an administrator `mimamori-agent status` says why");
    report_service_state(SERVICE_STOPPED);
}

int run_service(const std::function<int()>& serve, Output& out)
{
    running().serve = serve;
    std::wstring name = wide_name;
    const SERVICE_TABLE_ENTRYW table[] = {{name.data(), service_main}, {nullptr, nullptr}};
    platform::release_stack(); // From here on this thread only waits.
    if (::StartServiceCtrlDispatcherW(table) == FALSE)
        return failed("`service run` is for the service manager; in a console use `run`", out);
    return running().exit_code;
}

} // namespace

void report_service_state(unsigned long state, unsigned hint_ms)
{
    Running& own = running();
    const SERVICE_STATUS_HANDLE handle = own.status;
    if (handle == nullptr || own.state.exchange(state) == SERVICE_STOPPED)
        return; // No service, or its last word was said.
    SERVICE_STATUS status{};
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = state;
    if (state == SERVICE_RUNNING)
        status.dwControlsAccepted = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN;
    const int code = own.exit_code;
    if (state == SERVICE_STOPPED && code != 0)
    {
        status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
        status.dwServiceSpecificExitCode = static_cast<DWORD>(code);
    }
    status.dwWaitHint = hint_ms;
    ::SetServiceStatus(handle, &status);
}

bool has_service_control()
{
    return true;
}

int control_service(
    const std::string& what,
    const std::filesystem::path& config,
    const std::function<int()>& serve,
    Output& out)
{
    if (what == "install")
        return install(config, out);
    if (what == "remove")
        return remove(out);
    return run_service(serve, out);
}

} // namespace mimamori::agent::app
