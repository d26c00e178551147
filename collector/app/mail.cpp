#include "collector/app/mail.hpp"

#include "collector/app/private_text.hpp"

#include <fmt/format.h>

namespace mimamori::collector::app {
namespace {

notify::MailSecurity security_of(MailSecurity security)
{
    switch (security)
    {
    case MailSecurity::none:
        return notify::MailSecurity::none;
    case MailSecurity::tls:
        return notify::MailSecurity::tls;
    default:
        return notify::MailSecurity::starttls;
    }
}

} // namespace

Result<notify::MailSettings> mail_settings_of(const Settings& settings)
{
    notify::MailSettings mail;
    mail.language =
        settings.mail_language == "en" ? findings::Language::en : findings::Language::ja;
    mail.utc_offset = settings.utc_offset;
    mail.gather = settings.mail_gather;
    const std::vector<std::string>& names =
        settings.web_names.empty() ? settings.agents_names : settings.web_names;
    if (!names.empty())
        mail.web_address = fmt::format("https://{}:{}/", names.front(), settings.web_port);
    if (settings.mail_security == MailSecurity::off)
        return mail;

    mail.host = settings.mail_host;
    mail.port = settings.mail_port;
    mail.security = security_of(settings.mail_security);
    mail.ca_file = settings.mail_ca.string();
    mail.user = settings.mail_user;
    mail.from = settings.mail_from;
    mail.to = settings.mail_to;
    if (!settings.mail_password_file.empty())
    {
        auto password = read_password(settings.mail_password_file);
        if (!password)
            return password.error();
        mail.password = std::move(*password);
    }
    if (auto good = notify::check(mail); !good)
        return good.error();
    return mail;
}

} // namespace mimamori::collector::app
