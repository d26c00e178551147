#pragma once

#include "collector/notify/mail_settings.hpp"
#include "common/base/result.hpp"

#include <string>

namespace mimamori::collector::notify {

/// What a mail server said to one mail.
enum class Delivery
{
    accepted,
    try_later, ///< It could not be reached, was busy, or the settings are wrong.
    refused    ///< It will never take this mail.
};

struct DeliveryReport
{
    Delivery delivery{Delivery::try_later};
    std::string problem; ///< For the log and the health page; never a password.
};

/// Hands one message to the mail server and waits for its answer, at most
/// `settings.time_limit`. Blocks: run it off the I/O threads.
///
/// TLS is verified or there is none (`MailSecurity::none`), and then no password is sent.
/// `sender` and `recipient` must be addresses as `is_address` says.
DeliveryReport deliver(
    const MailSettings& settings,
    const std::string& sender,
    const std::string& recipient,
    const std::string& message);

} // namespace mimamori::collector::notify
