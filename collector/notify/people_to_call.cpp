#include "collector/notify/people_to_call.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::notify {

namespace {

constexpr int deputies_max = 5;
constexpr std::string_view contact_mark = "contact:";
constexpr std::string_view duty_mark = "duty:";

void add(std::vector<PersonToCall>& people, const std::vector<PersonToCall>& more)
{
    for (const PersonToCall& one : more)
    {
        if (std::find(people.begin(), people.end(), one) == people.end())
            people.push_back(one);
    }
}

void add_recipient(
    std::vector<PersonToCall>& people,
    const AlertSettings& settings,
    std::string_view to,
    Timestamp now)
{
    if (to.starts_with(contact_mark))
        add(people, person_named(settings, to.substr(contact_mark.size()), now));
    if (!to.starts_with(duty_mark))
        return;
    for (const auto& duty : settings.duties)
    {
        if (duty.is.calendar == to.substr(duty_mark.size()) && duty.is.from <= now
            && now < duty.is.until)
            add(people, person_named(settings, duty.is.contact, now));
    }
}

bool is_of(const Route& route, const SiteId& site, const SiteId& root)
{
    return route.site.empty() ? site == root : route.site == site.text();
}

} // namespace

std::vector<PersonToCall> person_named(
    const AlertSettings& settings, std::string_view name, Timestamp now)
{
    for (int steps = 0; steps <= deputies_max; ++steps)
    {
        const auto* contact = find(settings.contacts, name);
        if (!contact)
            return {};
        if (!contact->is.valid_until || now < *contact->is.valid_until)
            return {{contact->name, contact->is.phone, contact->is.note}};
        name = contact->is.deputy;
    }
    return {};
}

std::vector<PersonToCall> people_of_site(
    const AlertSettings& settings,
    const storage::SiteTree& sites,
    const SiteId& site,
    Timestamp now)
{
    for (const SiteId& place : sites.above(site.empty() ? sites.root() : site))
    {
        std::vector<PersonToCall> people;
        for (const auto& route : settings.routes)
        {
            if (!is_of(route.is, place, sites.root()))
                continue;
            for (const std::string& name : route.is.channels)
            {
                if (const auto* channel = find(settings.channels, std::string_view{name}))
                {
                    for (const std::string& to : channel->is.to)
                        add_recipient(people, settings, to, now);
                }
            }
        }
        if (!people.empty())
            return people;
    }
    return {};
}

} // namespace mimamori::collector::notify
