#pragma once

#include "collector/directory/role_rule.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace mimamori::collector::directory {

/// What is spoken at the other end; it decides how accounts are found and told apart.
enum class Kind
{
    active_directory,
    ldap ///< OpenLDAP, 389 Directory Server and others with `uid`.
};

/// Passwords go over verified TLS only; there is nothing else.
enum class Security
{
    ldaps,   ///< TLS from the first byte (port 636).
    starttls ///< Plain at first, then TLS or nothing (port 389).
};

/// How the directory is asked.
struct DirectorySettings
{
    Kind kind{Kind::active_directory};
    Security security{Security::ldaps};
    std::vector<std::string> hosts; ///< Asked in this order, as their certificates name them.
    std::uint16_t port{636};
    std::string ca_file; ///< PEM; nothing else is trusted.
    std::string user; ///< Whose rights we search with: a DN, in Active Directory also name@domain.
    std::string password;
    std::string base;           ///< Accounts are searched below it.
    std::string filter;         ///< Finds an account; has "{user}". Empty: that of the kind.
    std::string name_attribute; ///< Empty: "sAMAccountName" or "uid".
    std::string id_attribute;   ///< Empty: "objectGUID" or "entryUUID".
    bool nested_groups{false};  ///< Groups in groups count.
    std::vector<RoleRule> roles;
    std::chrono::milliseconds step_max{5'000}; ///< For each question to the server.

    /// For one connection with all that is asked over it.
    std::chrono::milliseconds whole_max() const { return step_max * 3; }
};

/// The settings with what the kind says in place of what is empty.
DirectorySettings completed(DirectorySettings settings);

} // namespace mimamori::collector::directory
