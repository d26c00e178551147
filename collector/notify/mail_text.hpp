#pragma once

#include "collector/findings/alerting.hpp"
#include "collector/findings/texts.hpp"
#include "collector/storage/alert_store.hpp"

#include <string>
#include <vector>

namespace mimamori::collector::notify {

/// What a mail says: counts, device names, and the one line of the catalogue for each finding. No
/// names of people or programs: mail is read on telephones and forwarded.
struct MailText
{
    std::string subject;
    std::string body;
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

/// The text about alerts of one kind. `alerts` is not empty.
MailText mail_text(
    findings::AlertKind kind,
    const std::vector<storage::WaitingAlert>& alerts,
    const findings::Texts& texts,
    const MailContext& context);

/// The text of a test that a person asked for.
MailText test_mail_text(const MailContext& context);

} // namespace mimamori::collector::notify
