#pragma once

#include "collector/findings/texts.hpp"
#include "collector/notify/mail_server.hpp"
#include "collector/notify/week_hours.hpp"
#include "collector/rules/verdict.hpp"
#include "collector/storage/alert_settings.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What people set about alerts. Each struct is the JSON of the API and of the database; they name
/// each other by name.
namespace mimamori::collector::notify {

/// A way by which something is told.
struct Channel
{
    std::string kind;   ///< Of all_channel_kinds(): "mail", "webhook", "syslog".
    bool paused{false}; ///< Nothing is composed for it; what is queued waits.
    std::optional<findings::Language> language; ///< Without: that of the mail server.

    /// Mail: addresses, "contact:NAME", "duty:CALENDAR". Empty: as the mail server says.
    std::vector<std::string> to;

    /// Webhook: "https://…". Syslog: "udp://host:514", "tcp://host:514", "tls://host:6514".
    std::string address;
    std::string ca;     ///< PEM of who signed the server's certificate; empty: the system's CAs.
    std::string pin;    ///< "sha256//" and base64 of the server's public key; empty: any.
    std::string format; ///< Syslog: "rfc5424" (also when empty) or "cef".
    std::string secret; ///< Webhook: file name in the folder of secrets. Never shown.
};
BOOST_DESCRIBE_STRUCT(Channel, (), (kind, paused, language, to, address, ca, pin, format, secret))

/// Who is told of which findings, and when.
struct Route
{
    bool paused{false};
    rules::Severity least{rules::Severity::info};
    std::vector<std::string> rules; ///< Empty: all.
    std::string site;               ///< With all below it; empty: everywhere.
    std::vector<WeekHours> hours;   ///< Empty: always.
    bool wait_for_hours{false};     ///< Outside of them: tell when they begin; else never.
    std::vector<std::string> channels;
    std::uint32_t repeat_every_min{0};   ///< While nobody acknowledged it; 0: never.
    std::uint32_t escalate_after_min{0}; ///< If nobody acknowledged it; 0: never.
    std::vector<std::string> escalate_to;
    bool without_end{false}; ///< The end of a finding is not told.
};
BOOST_DESCRIBE_STRUCT(
    Route,
    (),
    (paused,
     least,
     rules,
     site,
     hours,
     wait_for_hours,
     channels,
     repeat_every_min,
     escalate_after_min,
     escalate_to,
     without_end))

/// Somebody who can be told.
struct Contact
{
    std::string address; ///< Of mail; this or the telephone.
    std::string phone;
    std::string note;                     ///< "ME室長"
    std::optional<Timestamp> valid_until; ///< Afterwards the deputy is told.
    std::string deputy;                   ///< Another contact; empty: none.
};
BOOST_DESCRIBE_STRUCT(Contact, (), (address, phone, note, valid_until, deputy))

/// Who is on call, from when until when.
struct Duty
{
    std::string calendar; ///< As channels name it: "duty:night".
    std::string contact;
    Timestamp from{};
    Timestamp until{};
};
BOOST_DESCRIBE_STRUCT(Duty, (), (calendar, contact, from, until))

/// A time in which nothing is told of a site or a device: what is then still open is told at its
/// end.
struct Maintenance
{
    std::string site;   ///< With all below it. Both empty: everywhere.
    std::string device; ///< Its id.
    Timestamp from{};
    std::optional<Timestamp> until;
    std::vector<WeekHours> hours; ///< Empty: all the time from `from` until `until`.
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(Maintenance, (), (site, device, from, until, hours, reason))

/// A summary at fixed times.
struct Digest
{
    bool paused{false};
    std::vector<std::string> channels;
    std::string site; ///< With all below it; empty: everywhere.
    WeekHours at;     ///< On these days at `from`; its end does not matter.

    /// The report of the month before, at the first of these times in a month; of everywhere.
    bool monthly{false};
};
BOOST_DESCRIBE_STRUCT(Digest, (), (paused, channels, site, at, monthly))

/// One of them with its number and name.
template <class T>
struct Named
{
    std::int64_t no{0};
    std::string name;
    T is;
};

/// All of them.
struct AlertSettings
{
    std::vector<Named<Channel>> channels;
    std::vector<Named<Route>> routes;
    std::vector<Named<Contact>> contacts;
    std::vector<Named<Duty>> duties;
    std::vector<Named<Maintenance>> maintenances;
    std::vector<Named<Digest>> digests;
    std::vector<Named<MailServer>> servers; ///< One or none.
};

/// Errors: invalid_input for a body that cannot be read, which only a damaged database has.
Result<AlertSettings> read_settings(const std::vector<storage::AlertSettingRow>& rows);

/// `body`, a JSON object that somebody wrote, in the form in which a setting of that kind is kept.
/// Errors: invalid_input, naming the member that is wrong or unknown; not_found for a kind that
/// does not exist.
Result<std::string> normal_body(std::string_view kind, std::string_view body);

/// Whether all fits together: names that exist, hours and times that can be, addresses that are
/// some, no deputy who stands in for themselves. `sites` are the ids of all sites.
/// Errors: invalid_input, naming the setting and the member.
Result<void> check(const AlertSettings& settings, const std::vector<SiteId>& sites);

/// The mail server that people set; null when there is none.
inline const MailServer* server_of(const AlertSettings& settings)
{
    return settings.servers.empty() ? nullptr : &settings.servers.front().is;
}

/// The one with this name; null when there is none.
template <class T>
const Named<T>* find(const std::vector<Named<T>>& all, std::string_view name)
{
    for (const Named<T>& one : all)
    {
        if (one.name == name)
            return &one;
    }
    return nullptr;
}

template <class T>
const Named<T>* find(const std::vector<Named<T>>& all, std::int64_t no)
{
    for (const Named<T>& one : all)
    {
        if (one.no == no)
            return &one;
    }
    return nullptr;
}

} // namespace mimamori::collector::notify
