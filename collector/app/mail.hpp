#pragma once

#include "collector/app/settings.hpp"
#include "collector/notify/mail_settings.hpp"
#include "common/base/result.hpp"

namespace mimamori::collector::app {

/// The mail part of the settings in the notifier's form; reads the password from its file.
/// Errors: as notify::check; not_found and forbidden for the password file.
Result<notify::MailSettings> mail_settings_of(const Settings& settings);

} // namespace mimamori::collector::app
