#include "collector/notify/mail_server.hpp"

#include "collector/notify/message_parts.hpp"

#include <tuple>

namespace mimamori::collector::notify {

Result<void> check(const MailServer& server)
{
    if (server.host.empty())
        return Error{Errc::invalid_input, "host: is needed"};
    if (auto good = check_members(mail_in_force({}, &server)); !good)
        return good;
    return check_ca(server.ca);
}

bool needs_password_again(const MailServer& before, const MailServer& after)
{
    const auto who = [](const MailServer& one) {
        return std::tie(one.security, one.host, one.port, one.ca, one.user);
    };
    return who(before) != who(after);
}

MailSettings mail_in_force(const MailSettings& file, const MailServer* server)
{
    MailSettings mail = file;
    if (is_configured(file) || server == nullptr)
        return mail;
    mail.host = server->host;
    mail.port = server->port;
    mail.security = server->security;
    mail.ca_pem = server->ca;
    mail.user = server->user;
    mail.secret = server->secret;
    mail.from = server->from;
    mail.to = server->to;
    mail.language = server->language;
    return mail;
}

MailServer shown_of(const MailSettings& file)
{
    MailServer server;
    server.security = file.security;
    server.host = file.host;
    server.port = file.port;
    server.user = file.user;
    server.from = file.from;
    server.to = file.to;
    server.language = file.language;
    server.secret = file.password.empty() ? "" : "kept";
    return server;
}

} // namespace mimamori::collector::notify
