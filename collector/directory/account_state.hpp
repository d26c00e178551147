#pragma once

#include "common/base/time.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::directory {

/// An entry of the directory: what was asked of it. Names of attributes are in small letters, since
/// servers write them as they like.
struct Entry
{
    std::string dn;
    std::map<std::string, std::vector<std::string>> attributes;

    /// The first value; empty when there is none. `name` in any case.
    std::string_view first(std::string_view name) const;
};

/// "abc" of "ABC"; ASCII only.
std::string small_letters(std::string_view text);

/// Whether the directory has ended this account: disabled or expired in Active Directory, locked
/// for good by a password policy (OpenLDAP), or locked by nsAccountLock (389, FreeIPA). A value
/// that cannot be read counts as ended.
bool is_ended(const Entry& entry, Timestamp now);

} // namespace mimamori::collector::directory
