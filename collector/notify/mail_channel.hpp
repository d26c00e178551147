#pragma once

#include "collector/notify/channel_kinds.hpp"

#include <string>
#include <vector>

/// The channel kind "mail".
namespace mimamori::collector::notify {

Result<void> check_mail_channel(const Channel& channel);

/// A mail to each recipient.
std::vector<Outgoing> compose_mails(const Bundle& bundle, const ComposeContext& context);

DeliveryReport deliver_mail(const storage::Delivery& delivery, const DeliverContext& context);

/// Who gets the mails of a channel.
struct Recipients
{
    std::vector<std::string> addresses; ///< Each once.
    std::string problem; ///< Somebody could not be found, and `MailSettings::to` was taken instead.
};

/// Contacts whose time is over are replaced by their deputies; who is on call is looked up in the
/// calendar. Where that finds nobody, it is those of `MailSettings::to`: better the wrong people
/// than none.
Recipients recipients_of(
    const Channel& channel, const AlertSettings& settings, const MailSettings& mail, Timestamp now);

} // namespace mimamori::collector::notify
