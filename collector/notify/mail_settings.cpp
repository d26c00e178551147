#include "collector/notify/mail_settings.hpp"

#include "common/base/utf8.hpp"

#include <algorithm>

namespace mimamori::collector::notify {

namespace {

bool is_host(std::string_view text)
{
    return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || c == '.' || c == '-' || c == ':';
    });
}

bool is_part(std::string_view text)
{
    return !text.empty() && text.front() != '.' && text.back() != '.'
           && std::all_of(text.begin(), text.end(), [](char c) {
                  constexpr std::string_view refused = "\"(),:;<>@[\\]";
                  return c > ' ' && c < 0x7F && refused.find(c) == std::string_view::npos;
              });
}

Error refuse(std::string_view what)
{
    return {Errc::invalid_input, std::string{what}};
}

} // namespace

bool is_address(std::string_view text)
{
    const std::size_t at = text.rfind('@');
    return at != std::string_view::npos && text.size() <= 254 && at <= 64
           && is_part(text.substr(0, at)) && is_part(text.substr(at + 1));
}

bool is_configured(const MailSettings& settings)
{
    return !settings.host.empty();
}

Result<void> check_members(const MailSettings& settings)
{
    if (!is_configured(settings))
        return {};
    if (!is_host(settings.host))
        return refuse("host: not a name or address");
    if (settings.port == 0)
        return refuse("port: must not be 0");
    if (!is_address(settings.from))
        return refuse("from: not an address: " + for_log(settings.from));
    if (settings.to.empty())
        return refuse("to: nobody to send to");
    for (const std::string& to : settings.to)
    {
        if (!is_address(to))
            return refuse("to: not an address: " + for_log(to));
    }
    const bool has_password = !settings.password.empty() || !settings.secret.empty();
    if (settings.security == MailSecurity::none && (!settings.user.empty() || has_password))
        return refuse("security: a password is never sent without TLS");
    if (settings.user.empty() == has_password)
        return refuse("user: user and password go together");
    return {};
}

Result<void> check(const MailSettings& settings)
{
    auto good = check_members(settings);
    if (!good)
        return Error{good.error().code, "mail." + good.error().message};
    return {};
}

} // namespace mimamori::collector::notify
