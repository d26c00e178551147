#include "agent/windows/live_windows.hpp"
#include "common/platform/system_windows.hpp"

// windows.h comes first.
#include <windows.h>

#include <array>
#include <lm.h>
#include <sddl.h>

namespace mimamori::agent::windows {
namespace {

std::string sid_text(PSID sid)
{
    wchar_t* written = nullptr;
    if (::ConvertSidToStringSidW(sid, &written) == FALSE)
        return {};
    std::string text = platform::to_utf8(written);
    ::LocalFree(written);
    return text;
}

/// The identifier of a local account or group, asked of this machine only.
std::string sid_of_name(const std::wstring& machine, const std::wstring& name)
{
    std::array<std::byte, SECURITY_MAX_SID_SIZE> sid;
    wchar_t domain[257];
    for (const std::wstring& full : {machine + L'\\' + name, L"BUILTIN\\" + name})
    {
        DWORD sid_size = static_cast<DWORD>(sid.size());
        DWORD domain_size = 257;
        SID_NAME_USE use = SidTypeUnknown;
        if (::LookupAccountNameW(
                nullptr, full.c_str(), sid.data(), &sid_size, domain, &domain_size, &use)
            != FALSE)
            return sid_text(sid.data());
    }
    return {};
}

/// The name that Windows gave one of its own groups in the language of this machine.
std::wstring name_of(WELL_KNOWN_SID_TYPE type)
{
    std::array<std::byte, SECURITY_MAX_SID_SIZE> sid;
    DWORD sid_size = static_cast<DWORD>(sid.size());
    wchar_t name[257];
    wchar_t domain[257];
    DWORD name_size = 257;
    DWORD domain_size = 257;
    SID_NAME_USE use = SidTypeUnknown;
    if (::CreateWellKnownSid(type, nullptr, sid.data(), &sid_size) == FALSE
        || ::LookupAccountSidW(nullptr, sid.data(), name, &name_size, domain, &domain_size, &use)
               == FALSE)
        return {};
    return name;
}

std::wstring machine_name()
{
    wchar_t name[MAX_COMPUTERNAME_LENGTH + 1];
    DWORD size = MAX_COMPUTERNAME_LENGTH + 1;
    return ::GetComputerNameW(name, &size) != FALSE ? std::wstring{name, size} : std::wstring{};
}

/// The rows of one NetXEnum function, page by page.
template <class Info, class Call, class Take>
Result<void> pages(const char* step, Call call, Take take)
{
    constexpr DWORD rows_max = 20'000;
    DWORD total_taken = 0;
    for (;;)
    {
        BYTE* buffer = nullptr;
        DWORD count = 0;
        DWORD total = 0;
        const NET_API_STATUS result = call(&buffer, &count, &total);
        if (result != NERR_Success && result != ERROR_MORE_DATA)
            return platform::system_error(step, static_cast<std::uint32_t>(result));
        const auto* const rows = reinterpret_cast<const Info*>(buffer);
        for (DWORD i = 0; i < count; ++i)
            take(rows[i]);
        ::NetApiBufferFree(buffer);
        total_taken += count;
        if (result == NERR_Success || count == 0 || total_taken >= rows_max)
            return {};
    }
}

class LiveAccounts final : public Accounts
{
public:
    Result<std::vector<UserRow>> users() const override
    {
        const std::wstring machine = machine_name();
        const Timestamp now = SystemClock{}.now();
        std::vector<UserRow> rows;
        DWORD resume = 0;
        const auto done = pages<USER_INFO_3>(
            "local accounts",
            [&](BYTE** buffer, DWORD* count, DWORD* total) {
                return ::NetUserEnum(
                    nullptr, 3, FILTER_NORMAL_ACCOUNT, buffer, MAX_PREFERRED_LENGTH, count, total,
                    &resume);
            },
            [&](const USER_INFO_3& one) {
                UserRow row;
                row.name = platform::to_utf8(one.usri3_name);
                row.sid = sid_of_name(machine, one.usri3_name);
                row.flags = static_cast<std::uint32_t>(one.usri3_flags);
                if (one.usri3_last_logon != 0)
                    row.last_logon_at =
                        from_ms(static_cast<std::int64_t>(one.usri3_last_logon) * 1'000);
                // Whole minutes: the age is counted from the moment of asking.
                if (one.usri3_password_age != 0)
                    row.password_set_at = std::chrono::round<std::chrono::minutes>(
                        now - std::chrono::seconds{one.usri3_password_age});
                rows.push_back(std::move(row));
            });
        if (!done)
            return done.error();
        return rows;
    }

    Result<std::vector<GroupRow>> groups() const override
    {
        const std::wstring machine = machine_name();
        const std::wstring administrators = name_of(WinBuiltinAdministratorsSid);
        const std::wstring remote = name_of(WinBuiltinRemoteDesktopUsersSid);
        std::vector<GroupRow> rows;
        DWORD_PTR resume = 0;
        const auto done = pages<LOCALGROUP_INFO_0>(
            "local groups",
            [&](BYTE** buffer, DWORD* count, DWORD* total) {
                return ::NetLocalGroupEnum(
                    nullptr, 0, buffer, MAX_PREFERRED_LENGTH, count, total, &resume);
            },
            [&](const LOCALGROUP_INFO_0& one) {
                GroupRow row;
                row.name = platform::to_utf8(one.lgrpi0_name);
                if (one.lgrpi0_name == administrators)
                    row.sid = "S-1-5-32-544";
                else if (one.lgrpi0_name == remote)
                    row.sid = "S-1-5-32-555";
                else
                    row.sid = sid_of_name(machine, one.lgrpi0_name);
                row.members = members_of(one.lgrpi0_name);
                rows.push_back(std::move(row));
            });
        if (!done)
            return done.error();
        return rows;
    }

private:
    static std::vector<GroupRow::Member> members_of(const wchar_t* group)
    {
        std::vector<GroupRow::Member> members;
        DWORD_PTR resume = 0;
        const auto done = pages<LOCALGROUP_MEMBERS_INFO_0>(
            "members",
            [&](BYTE** buffer, DWORD* count, DWORD* total) {
                return ::NetLocalGroupGetMembers(
                    nullptr, group, 0, buffer, MAX_PREFERRED_LENGTH, count, total, &resume);
            },
            [&](const LOCALGROUP_MEMBERS_INFO_0& one) {
                members.push_back({account_name(one.lgrmi0_sid), sid_text(one.lgrmi0_sid), false});
            });
        if (!done)
            members.clear(); // A group that went away meanwhile.
        return members;
    }
};

} // namespace

std::unique_ptr<Accounts> make_accounts()
{
    return std::make_unique<LiveAccounts>();
}

} // namespace mimamori::agent::windows
