#include "agent/app/event_log_windows.hpp"

#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <string>

namespace mimamori::agent::app {
namespace {

constexpr const wchar_t* key_of_source =
    L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\mimamori-agent";

/// Numbers of installer/windows/resources/messages.mc, with the severity in the upper two bits.
constexpr DWORD information_message = 0x40000001;
constexpr DWORD warning_message = 0x80000002;
constexpr DWORD error_message = 0xC0000003;

std::wstring own_path()
{
    std::wstring path(32768, L'\0');
    path.resize(::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return path;
}

struct Kind
{
    WORD type;
    DWORD message;
};

Kind kind_of(log::Level level)
{
    switch (level)
    {
    case log::Level::error:
        return {EVENTLOG_ERROR_TYPE, error_message};
    case log::Level::warn:
        return {EVENTLOG_WARNING_TYPE, warning_message};
    case log::Level::info:
    case log::Level::debug:
        break;
    }
    return {EVENTLOG_INFORMATION_TYPE, information_message};
}

} // namespace

void register_event_source()
{
    HKEY key = nullptr;
    if (::RegCreateKeyExW(
            HKEY_LOCAL_MACHINE, key_of_source, 0, nullptr, 0, KEY_SET_VALUE, nullptr, &key, nullptr)
        != ERROR_SUCCESS)
        return; // The messages are there all the same, only less nicely shown.
    const std::wstring path = own_path();
    ::RegSetValueExW(
        key, L"EventMessageFile", 0, REG_EXPAND_SZ, reinterpret_cast<const BYTE*>(path.c_str()),
        static_cast<DWORD>((path.size() + 1) * sizeof(wchar_t)));
    const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    ::RegSetValueExW(
        key, L"TypesSupported", 0, REG_DWORD, reinterpret_cast<const BYTE*>(&types), sizeof types);
    ::RegCloseKey(key);
}

void forget_event_source()
{
    ::RegDeleteKeyW(HKEY_LOCAL_MACHINE, key_of_source);
}

void write_event(log::Level level, std::string_view line)
{
    static const HANDLE source = ::RegisterEventSourceW(nullptr, L"mimamori-agent");
    if (source == nullptr)
        return;
    const std::wstring text = platform::to_wide(line);
    const wchar_t* texts[] = {text.c_str()};
    const Kind kind = kind_of(level);
    ::ReportEventW(source, kind.type, 0, kind.message, nullptr, 1, 0, texts, nullptr);
}

} // namespace mimamori::agent::app
