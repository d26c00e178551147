#pragma once

#include "collector/app/settings.hpp"
#include "common/base/result.hpp"

#include <string>

namespace mimamori::collector::ctl {

/// What a new site's administrator must write down.
struct NewSite
{
    std::string administrator;
    std::string first_day_password;
    std::string ca_fingerprint; ///< For the agents' settings, in hex.
};

/// Makes the data folder: certification authority, database, first administrator. What an init
/// that was cut off left behind is used. Errors: conflict when the site is there already; io.
Result<NewSite> init_site(const app::Settings& settings, const std::string& administrator);

/// The fingerprint of the site's root certificate. Errors: as pki::load_ca_folder.
Result<std::string> ca_fingerprint(const app::Settings& settings);

} // namespace mimamori::collector::ctl
