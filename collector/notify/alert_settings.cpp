#include "collector/notify/alert_settings.hpp"

#include "collector/notify/channel_kinds.hpp"
#include "collector/notify/mail_settings.hpp"
#include "common/base/utf8.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::notify {

namespace {

constexpr std::size_t list_max = 200;
constexpr std::uint32_t minutes_max = 7 * 24 * 60;
constexpr int deputies_max = 5;

template <class T>
Result<void> append(std::vector<Named<T>>& all, const storage::AlertSettingRow& row)
{
    auto read = wire::from_json<T>(row.body);
    if (!read)
        return Error{read.error()}.in(row.kind + ' ' + row.name);
    all.push_back({row.no, row.name, std::move(*read)});
    return {};
}

/// Members that `T` does not have: a misspelt one must not be passed over.
Result<void> refuse_unknown(std::string_view body, std::string_view known)
{
    const auto given = wire::parse_json(body, {});
    const auto all = wire::parse_json(known, {});
    if (!given || !given->is_object() || !all || !all->is_object())
        return Error{Errc::invalid_input, "settings: a JSON object"};
    for (const auto& member : given->get_object())
    {
        if (!all->get_object().contains(member.key()))
            return Error{
                Errc::invalid_input,
                fmt::format("{}: there is no such setting", for_log(member.key()))};
    }
    return {};
}

template <class T>
Result<std::string> normal(std::string_view body)
{
    auto read = wire::from_json<T>(body);
    if (!read)
        return std::move(read).error();
    std::string written = wire::to_json<wire::Defaults::written>(*read);
    if (auto known = refuse_unknown(body, written); !known)
        return std::move(known).error();
    return written;
}

Error wrong(std::string_view member, std::string_view why)
{
    return {Errc::invalid_input, fmt::format("{}: {}", member, why)};
}

struct Checker
{
    const AlertSettings& all;
    const std::vector<SiteId>& sites;

    Result<void> is_site(std::string_view member, const std::string& site) const
    {
        if (!site.empty() && std::find(sites.begin(), sites.end(), SiteId{site}) == sites.end())
            return wrong(member, "no site " + for_log(site));
        return {};
    }

    Result<void> are_channels(std::string_view member, const std::vector<std::string>& names) const
    {
        if (names.size() > list_max)
            return wrong(member, "too many");
        for (const std::string& name : names)
        {
            if (!find(all.channels, name))
                return wrong(member, "no channel " + for_log(name));
        }
        return {};
    }

    static Result<void> are_hours(const std::vector<WeekHours>& hours)
    {
        if (hours.size() > list_max)
            return wrong("hours", "too many");
        for (const WeekHours& one : hours)
        {
            if (auto good = notify::check(one); !good)
                return Error{good.error()}.in("hours");
        }
        return {};
    }

    Result<void> operator()(const Channel& channel) const
    {
        const ChannelKind* kind = find_channel_kind(channel.kind);
        if (!kind)
            return wrong("kind", "\"mail\", \"webhook\" or \"syslog\"");
        if (channel.to.size() > list_max)
            return wrong("to", "too many");
        for (const std::string& to : channel.to)
        {
            const std::string_view text{to};
            if (text.starts_with("contact:") && !find(all.contacts, text.substr(8)))
                return wrong("to", "no contact " + for_log(text.substr(8)));
            if (!text.starts_with("contact:") && !text.starts_with("duty:") && !is_address(to))
                return wrong("to", "an address, contact:NAME or duty:CALENDAR");
        }
        return kind->check(channel);
    }

    Result<void> operator()(const MailServer& server) const { return notify::check(server); }

    Result<void> operator()(const Route& route) const
    {
        if (auto good = is_site("site", route.site); !good)
            return good;
        if (auto good = are_hours(route.hours); !good)
            return good;
        if (route.channels.empty())
            return wrong("channels", "at least one");
        if (auto good = are_channels("channels", route.channels); !good)
            return good;
        if (auto good = are_channels("escalate_to", route.escalate_to); !good)
            return good;
        if ((route.escalate_after_min == 0) != route.escalate_to.empty())
            return wrong("escalate_to", "goes with escalate_after_min: both or neither");
        if (route.escalate_after_min > minutes_max)
            return wrong("escalate_after_min", "at most a week");
        const bool too_often = route.repeat_every_min > 0 && route.repeat_every_min < 5;
        if (too_often || route.repeat_every_min > minutes_max)
            return wrong("repeat_every_min", "0, or 5 minutes to a week");
        if (route.wait_for_hours && route.hours.empty())
            return wrong("wait_for_hours", "needs hours");
        return are_rules(route.rules);
    }

    static Result<void> are_rules(const std::vector<std::string>& rules)
    {
        if (rules.size() > list_max)
            return wrong("rules", "too many");
        const auto& known = findings::Texts::embedded().entries();
        for (const std::string& rule : rules)
        {
            const bool exists = std::any_of(known.begin(), known.end(), [&](const auto& entry) {
                return entry.first == rule || entry.first.starts_with(rule + ':');
            });
            if (!exists)
                return wrong("rules", "no rule " + for_log(rule));
        }
        return {};
    }

    Result<void> operator()(const Contact& contact) const
    {
        // A supplier may have nothing but a telephone.
        if (contact.address.empty() && contact.phone.empty())
            return wrong("address", "a mail address or a telephone is needed");
        if (!contact.address.empty() && !is_address(contact.address))
            return wrong("address", "not an address of mail");
        const Contact* deputy = &contact;
        for (int steps = 0; !deputy->deputy.empty(); ++steps)
        {
            const auto* next = find(all.contacts, deputy->deputy);
            if (!next)
                return wrong("deputy", "no contact " + for_log(deputy->deputy));
            if (steps == deputies_max || &next->is == &contact)
                return wrong("deputy", "stands in for themselves, or the chain is too long");
            deputy = &next->is;
        }
        return {};
    }

    Result<void> operator()(const Duty& duty) const
    {
        if (duty.calendar.empty())
            return wrong("calendar", "is needed");
        if (!find(all.contacts, duty.contact))
            return wrong("contact", "no contact " + for_log(duty.contact));
        if (duty.until <= duty.from)
            return wrong("until", "must lie after from");
        return {};
    }

    Result<void> operator()(const Maintenance& maintenance) const
    {
        if (auto good = is_site("site", maintenance.site); !good)
            return good;
        if (!maintenance.site.empty() && !maintenance.device.empty())
            return wrong("device", "a site or a device, not both");
        if (maintenance.hours.empty() && !maintenance.until)
            return wrong("until", "is needed without hours");
        if (maintenance.until && *maintenance.until <= maintenance.from)
            return wrong("until", "must lie after from");
        return are_hours(maintenance.hours);
    }

    Result<void> operator()(const Digest& digest) const
    {
        if (auto good = is_site("site", digest.site); !good)
            return good;
        if (digest.monthly && !digest.site.empty())
            return wrong("site", "the monthly report is of everywhere");
        if (digest.channels.empty())
            return wrong("channels", "at least one");
        if (auto good = notify::check(digest.at); !good)
            return Error{good.error()}.in("at");
        return are_channels("channels", digest.channels);
    }
};

template <class T>
Result<void> check_each(const Checker& checker, const std::vector<Named<T>>& all, const char* kind)
{
    for (const Named<T>& one : all)
    {
        if (auto good = checker(one.is); !good)
            return Error{
                good.error().code,
                good.error().message + fmt::format(" ({} {})", kind, for_log(one.name))};
    }
    return {};
}

} // namespace

Result<AlertSettings> read_settings(const std::vector<storage::AlertSettingRow>& rows)
{
    AlertSettings all;
    for (const storage::AlertSettingRow& row : rows)
    {
        auto done = row.kind == "channel"       ? append(all.channels, row)
                    : row.kind == "route"       ? append(all.routes, row)
                    : row.kind == "contact"     ? append(all.contacts, row)
                    : row.kind == "duty"        ? append(all.duties, row)
                    : row.kind == "maintenance" ? append(all.maintenances, row)
                    : row.kind == "mail_server" ? append(all.servers, row)
                                                : append(all.digests, row);
        if (!done)
            return std::move(done).error();
    }
    return all;
}

Result<std::string> normal_body(std::string_view kind, std::string_view body)
{
    if (kind == "channel")
        return normal<Channel>(body);
    if (kind == "route")
        return normal<Route>(body);
    if (kind == "contact")
        return normal<Contact>(body);
    if (kind == "duty")
        return normal<Duty>(body);
    if (kind == "maintenance")
        return normal<Maintenance>(body);
    if (kind == "digest")
        return normal<Digest>(body);
    if (kind == "mail_server")
        return normal<MailServer>(body);
    return Error{Errc::not_found, "no such kind of alert setting"};
}

Result<void> check(const AlertSettings& settings, const std::vector<SiteId>& sites)
{
    const Checker checker{settings, sites};
    if (auto good = check_each(checker, settings.servers, "mail server"); !good)
        return good;
    if (auto good = check_each(checker, settings.contacts, "contact"); !good)
        return good;
    if (auto good = check_each(checker, settings.duties, "duty"); !good)
        return good;
    if (auto good = check_each(checker, settings.channels, "channel"); !good)
        return good;
    if (auto good = check_each(checker, settings.routes, "route"); !good)
        return good;
    if (auto good = check_each(checker, settings.maintenances, "maintenance"); !good)
        return good;
    return check_each(checker, settings.digests, "digest");
}

} // namespace mimamori::collector::notify
