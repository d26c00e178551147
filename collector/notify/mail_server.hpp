#pragma once

#include "collector/notify/mail_settings.hpp"
#include "common/base/result.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace mimamori::collector::notify {

/// The mail server as people set it on the page; there is one or none. Where the settings file
/// names a server, that one is used.
struct MailServer
{
    MailSecurity security{MailSecurity::starttls};
    std::string host;
    std::uint16_t port{587};
    std::string ca;              ///< PEM of who signed its certificate; empty: the system's CAs.
    std::string user;            ///< Empty: mails are sent without signing in there.
    std::string from;            ///< Address.
    std::vector<std::string> to; ///< Who gets the mails of channels that name nobody.
    findings::Language language{findings::Language::ja};
    std::string secret; ///< File name of the password in the folder of secrets. Never shown.
};
BOOST_DESCRIBE_STRUCT(MailServer, (), (security, host, port, ca, user, from, to, language, secret))

/// Errors: invalid_input, naming the member that cannot be.
Result<void> check(const MailServer& server);

/// Whether a password that was given for `before` must be given again for `after`: it goes to
/// nobody but the server that it was meant for, over a connection that is as safe.
bool needs_password_again(const MailServer& before, const MailServer& after);

/// What mail is sent with: as the settings file says, or where it names no server, by `server`;
/// null: nobody set one.
MailSettings mail_in_force(const MailSettings& file, const MailServer* server);

/// What the settings file says, in the form in which the page shows it; `secret` says whether there
/// is one.
MailServer shown_of(const MailSettings& file);

} // namespace mimamori::collector::notify
