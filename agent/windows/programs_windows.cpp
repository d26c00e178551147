#include "agent/windows/live_windows.hpp"
#include "common/platform/system_windows.hpp"

// windows.h comes first.
#include <windows.h>

#include <map>
#include <mutex>
#include <sddl.h>
#include <tlhelp32.h>
#include <vector>

namespace mimamori::agent::windows {
namespace {

Timestamp moment_of(const FILETIME& at)
{
    constexpr std::int64_t from_1601_to_1970_ms = 11'644'473'600'000;
    const auto ticks = static_cast<std::uint64_t>(at.dwHighDateTime) << 32U | at.dwLowDateTime;
    return from_ms(static_cast<std::int64_t>(ticks / 10'000) - from_1601_to_1970_ms);
}

std::string user_of(HANDLE process)
{
    HANDLE opened = nullptr;
    if (::OpenProcessToken(process, TOKEN_QUERY, &opened) == FALSE)
        return {};
    const platform::UniqueHandle token{opened};
    alignas(TOKEN_USER) std::byte buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    DWORD needed = 0;
    if (::GetTokenInformation(token.get(), TokenUser, buffer, sizeof buffer, &needed) == FALSE)
        return {};
    return account_name(reinterpret_cast<TOKEN_USER*>(buffer)->User.Sid);
}

/// Path, user and start of one process, as far as they may be read.
void look_into(ProgramRow& row)
{
    DWORD session = 0;
    if (::ProcessIdToSessionId(row.id, &session) != FALSE)
        row.session = session;
    const platform::UniqueHandle process{
        ::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, row.id)};
    if (!process)
        return;
    constexpr DWORD path_max = 32'768;
    thread_local std::vector<wchar_t> path(path_max);
    DWORD size = path_max;
    if (::QueryFullProcessImageNameW(process.get(), 0, path.data(), &size) != FALSE)
        row.path = platform::to_utf8({path.data(), size});
    FILETIME started{};
    FILETIME ended{};
    FILETIME kernel{};
    FILETIME user{};
    if (::GetProcessTimes(process.get(), &started, &ended, &kernel, &user) != FALSE)
        row.started_at = moment_of(started);
    row.user = user_of(process.get());
}

class LivePrograms final : public Programs
{
public:
    Result<std::vector<ProgramRow>> list() const override
    {
        const platform::UniqueHandle snapshot{::CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0)};
        if (!snapshot)
            return platform::system_error("process list", ::GetLastError());
        PROCESSENTRY32W entry{};
        entry.dwSize = sizeof entry;
        std::vector<ProgramRow> rows;
        for (BOOL more = ::Process32FirstW(snapshot.get(), &entry); more != FALSE;
             more = ::Process32NextW(snapshot.get(), &entry))
        {
            ProgramRow row;
            row.id = static_cast<std::uint32_t>(entry.th32ProcessID);
            row.parent = static_cast<std::uint32_t>(entry.th32ParentProcessID);
            row.name = platform::to_utf8(entry.szExeFile);
            constexpr std::uint32_t last_of_kernel = 4;
            if (row.id > last_of_kernel)
                look_into(row);
            rows.push_back(std::move(row));
        }
        return rows;
    }

    Result<std::string> command_line(std::uint32_t number) const override
    {
        struct UnicodeString
        {
            USHORT bytes;
            USHORT bytes_max;
            wchar_t* text;
        };

        using Query = LONG WINAPI(HANDLE, int, void*, ULONG, ULONG*);
        constexpr int command_line_information = 60; // Windows 8.1.
        auto* const query =
            platform::newer_function<Query>(L"ntdll.dll", "NtQueryInformationProcess");
        const platform::UniqueHandle process{
            ::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, number)};
        if (!process)
            return platform::system_error("command line", ::GetLastError());
        std::vector<std::byte> buffer(64U * 1024);
        ULONG size = 0;
        const bool told = query != nullptr
                          && query(
                                 process.get(), command_line_information, buffer.data(),
                                 static_cast<ULONG>(buffer.size()), &size)
                                 >= 0;
        if (!told)
            return Error{Errc::unsupported, "command line: this Windows does not tell"};
        const auto* const line = reinterpret_cast<const UnicodeString*>(buffer.data());
        if (line->text == nullptr)
            return std::string{};
        return platform::to_utf8({line->text, line->bytes / sizeof(wchar_t)});
    }
};

} // namespace

std::string account_name(void* sid)
{
    static std::mutex mutex;
    static std::map<std::string, std::string> known;
    constexpr std::size_t known_max = 1'000;

    wchar_t* written = nullptr;
    if (::ConvertSidToStringSidW(sid, &written) == FALSE)
        return {};
    const std::string text = platform::to_utf8(written);
    ::LocalFree(written);

    const std::lock_guard lock{mutex};
    if (const auto found = known.find(text); found != known.end())
        return found->second;
    wchar_t name[257];
    wchar_t domain[257];
    DWORD name_size = 257;
    DWORD domain_size = 257;
    SID_NAME_USE use = SidTypeUnknown;
    std::string full = text;
    if (::LookupAccountSidW(nullptr, sid, name, &name_size, domain, &domain_size, &use) != FALSE)
        full = (domain_size > 0 ? platform::to_utf8(domain) + '\\' : std::string{})
               + platform::to_utf8(name);
    if (known.size() < known_max)
        known.emplace(text, full);
    return full;
}

std::unique_ptr<Programs> make_programs()
{
    return std::make_unique<LivePrograms>();
}

} // namespace mimamori::agent::windows
