#pragma once

#include "collector/findings/texts.hpp"
#include "collector/notify/channel_kinds.hpp"

#include <cstddef>
#include <string>

namespace mimamori::collector::notify {

/// What a mail says: counts, titles and device names, and where to read on. No names of people or
/// programs and no details: mail is read on telephones and forwarded, details are behind the login.
struct MailText
{
    std::string subject;
    std::string body;
    std::string html;
};

/// For whom, and where to read on.
struct MailContext
{
    findings::Reader reader;
    std::string site_name;
    std::string web_address;
};

/// Devices that are named for each kind of finding; the rest is a number.
inline constexpr std::size_t devices_named_max = 20;

/// The text about a bundle, which is not empty.
MailText mail_text(const Bundle& bundle, const findings::Texts& texts, const MailContext& context);

} // namespace mimamori::collector::notify
