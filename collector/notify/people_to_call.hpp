#pragma once

#include "collector/notify/alert_settings.hpp"
#include "collector/storage/site_tree.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::notify {

/// Somebody of the directory of contacts.
struct PersonToCall
{
    std::string name;
    std::string phone;
    std::string note;

    friend bool operator==(const PersonToCall&, const PersonToCall&) = default;
};

/// Who is told of what happens at a site: the contacts that the routes of the site name, or of the
/// nearest site above that has any, and who is on call there. Deputies stand in for those whose
/// time has ended. Pure.
std::vector<PersonToCall> people_of_site(
    const AlertSettings& settings,
    const storage::SiteTree& sites,
    const SiteId& site,
    Timestamp now);

/// The contact of that name, as a supplier has, or who stands in; none when there is none.
std::vector<PersonToCall> person_named(
    const AlertSettings& settings, std::string_view name, Timestamp now);

} // namespace mimamori::collector::notify
