#pragma once

#include "collector/notify/delivery_report.hpp"
#include "collector/notify/mail_settings.hpp"

#include <atomic>
#include <string>

namespace mimamori::collector::notify {

/// Hands one message to the mail server and waits for its answer, at most
/// `settings.time_limit`. Blocks: run it off the I/O threads.
///
/// TLS is verified or there is none (`MailSecurity::none`), and then no password is sent.
/// Ends early when `stop` becomes true. `sender` and `recipient` must be addresses as `is_address`
/// says.
DeliveryReport send_mail(
    const MailSettings& settings,
    const std::string& sender,
    const std::string& recipient,
    const std::string& message,
    const std::atomic<bool>* stop = nullptr);

} // namespace mimamori::collector::notify
