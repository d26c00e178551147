#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::agent::windows {

/// One local account (NetUserEnum).
struct UserRow
{
    std::string name;
    std::string sid;
    std::uint32_t flags{0}; ///< lmaccess.h: UF_ACCOUNTDISABLE 0x2, UF_PASSWD_NOTREQD 0x20, …
    std::optional<Timestamp> last_logon_at; ///< Absent: never, or not told.
    std::optional<Timestamp> password_set_at;
};

/// One local group with its members.
struct GroupRow
{
    std::string name; ///< Localised.
    std::string sid;  ///< "S-1-5-32-544" is Administrators in every language.

    struct Member
    {
        std::string name; ///< "PC-17\kiosk", "HOSPITAL\Domain Admins".
        std::string sid;
        bool group{false};
    };

    std::vector<Member> members;
};

/// Local accounts and groups, only for reading. No domain controller is asked. Errors: forbidden,
/// unsupported, io.
class Accounts
{
public:
    virtual ~Accounts() = default;

    virtual Result<std::vector<UserRow>> users() const = 0;
    virtual Result<std::vector<GroupRow>> groups() const = 0;
};

} // namespace mimamori::agent::windows
