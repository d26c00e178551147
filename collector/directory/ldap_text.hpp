#pragma once

#include <string>
#include <string_view>

/// Texts of LDAP that foreign words go into.
namespace mimamori::collector::directory {

/// A value that stands for itself in a filter, whatever is in it (RFC 4515, 3): of what is not
/// letter, digit or one of "-._@ ", every byte is escaped.
std::string filter_value(std::string_view value);

/// The same with every byte escaped, for binary values.
std::string filter_bytes(std::string_view value);

/// `filter` with the escaped value in place of each "{user}".
std::string fill_filter(std::string_view filter, std::string_view user);

/// Whether a filter can be used: it has "{user}", and its parentheses are whole.
bool is_filter(std::string_view filter);

/// Why Active Directory refused a password, out of what it says beside the refusal
/// ("80090308: LdapErr: DSID-0C090439, comment: …, data 775, v4563"); empty when it does not say.
std::string_view why_refused(std::string_view diagnostic);

} // namespace mimamori::collector::directory
