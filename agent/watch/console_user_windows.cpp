#include "agent/watch/console_user.hpp"
#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <wtsapi32.h>

namespace mimamori::agent::watch {

std::string console_user(const std::filesystem::path&)
{
    constexpr DWORD nobody = 0xFFFFFFFF;
    const DWORD session = ::WTSGetActiveConsoleSessionId();
    wchar_t* name = nullptr;
    DWORD size = 0;
    if (session == nobody
        || ::WTSQuerySessionInformationW(
               WTS_CURRENT_SERVER_HANDLE, session, WTSUserName, &name, &size)
               == FALSE)
        return {};
    std::string user = platform::to_utf8(name);
    ::WTSFreeMemory(name);
    return user;
}

} // namespace mimamori::agent::watch
