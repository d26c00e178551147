#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

/// Local accounts and what they may do.
namespace mimamori::wire {

/// One local account.
struct Account
{
    std::string name;
    std::string id; ///< SID or uid.
    std::optional<bool> enabled;
    bool administrator{false};
    bool remote_logon{false}; ///< Remote-desktop users; Linux: has a login shell and may use SSH.
    std::vector<std::string> groups;
    std::optional<Timestamp> last_logon_at;
    std::optional<Date> password_set_on;
    std::optional<bool> password_never_expires;
    std::optional<bool> password_empty;

    friend bool operator==(const Account&, const Account&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Account,
    (),
    (name,
     id,
     enabled,
     administrator,
     remote_logon,
     groups,
     last_logon_at,
     password_set_on,
     password_never_expires,
     password_empty))

/// Section `accounts`.
struct AccountsSection
{
    Provenance from;
    std::vector<Account> accounts;

    friend bool operator==(const AccountsSection&, const AccountsSection&) = default;
};
BOOST_DESCRIBE_STRUCT(AccountsSection, (), (from, accounts))

} // namespace mimamori::wire
