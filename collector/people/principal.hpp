#pragma once

#include "common/base/id.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::people {

enum class Role
{
    viewer,        ///< Reads.
    department,    ///< Contact of a ward: reads and answers.
    operator_,     ///< Works on findings, programs, media.
    administrator, ///< Keys, agents, people, sites.
    auditor        ///< Reads, also the record of changes and who used which device.
};

/// "administrator".
std::string_view to_text(Role role);

/// The inverse; nothing for an unknown name.
std::optional<Role> parse_role(std::string_view text);

/// What a request wants to do.
enum class Right
{
    read,        ///< Devices, findings and programs: every role.
    answer,      ///< Acknowledge and comment findings.
    operate,     ///< Decide about findings, programs and media.
    see_users,   ///< Names of the users of devices, and their logons.
    see_changes, ///< Who changed what.
    administer   ///< Keys, agents, people, sites.
};

/// Whether a role has a right.
bool has_right(Role role, Right right);

/// Who asks for something.
struct Principal
{
    std::string name; ///< "sato", "sato (token 3)", or "local:0" for user 0 at the local socket.
    std::string person_id; ///< Empty at the local socket.
    Role role{Role::viewer};
    std::vector<SiteId> sites; ///< Answers for these and all below them; none: sees nothing.
    std::string csrf; ///< What changing requests must carry; empty: need not (local socket).

    bool by_token{false}; ///< A program with a token of that person.

    /// Whether nothing of the site tree is closed to this person.
    bool sees_all() const;
};

/// The site above all others.
const SiteId& root_site();

} // namespace mimamori::collector::people
