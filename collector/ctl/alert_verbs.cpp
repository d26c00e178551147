#include "collector/ctl/alert_wishes.hpp"
#include "collector/ctl/read_secret.hpp"
#include "collector/ctl/verbs.hpp"
#include "collector/notify/alert_settings.hpp"
#include "common/platform/file.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::ctl {
namespace {

using http::Method;

constexpr std::size_t pem_bytes_max = 64U * 1024;

struct SettingWish
{
    std::string name;
    wire::RawJson settings;
    std::string secret;
};
BOOST_DESCRIBE_STRUCT(SettingWish, (), (name, settings, secret))

/// What verbs write into; a program is one command line.
struct Wishes
{
    std::string name;
    std::string kind; ///< Of the setting: "route".
    std::int64_t id{0};
    notify::Channel channel;
    std::string language;
    std::string ca_file;
    notify::Route route;
    std::string least{"info"};
    std::vector<std::string> hours;
    notify::Contact contact;
    notify::Duty duty;
    notify::Maintenance maintenance;
    notify::Digest digest;
    std::string from;
    std::string until;
    bool new_secret{false};
};

Wishes wish;

/// Sends the setting: a new one, or in place of the one that --id names.
template <class T>
Result<Change> change_of(const T& setting, std::string secret = {})
{
    SettingWish body;
    body.name = wish.name;
    body.settings.text = wire::to_json<wire::Defaults::written>(setting);
    body.secret = std::move(secret);
    std::string path = "/alert-settings/" + wish.kind;
    if (wish.id != 0)
        path += fmt::format("/{}", wish.id);
    return Change{Method::post, std::move(path), wire::to_json(body)};
}

/// The verb `name`, which stores a setting of a kind.
CLI::App& add_put(
    CLI::App& parent,
    const char* name,
    const char* what,
    const char* kind,
    Chosen& chosen,
    Result<Change> (*change)(const app::Settings&))
{
    auto* verb = parent.add_subcommand(name, what);
    verb->add_option("name", wish.name, "What people call it")->required();
    verb->add_option("--id", wish.id, "Of the list: replace that one");
    verb->callback([&chosen, kind, change] {
        wish.kind = kind;
        chosen.verb = change_verb(change);
    });
    return *verb;
}

void add_removal(CLI::App& parent, const char* kind, Chosen& chosen)
{
    auto* verb = parent.add_subcommand("remove", "Remove one");
    verb->add_option("id", wish.id, "Of the list")->required();
    verb->callback([&chosen, kind] {
        chosen.verb = change_verb([kind]() -> Change {
            return {Method::delete_, fmt::format("/alert-settings/{}/{}", kind, wish.id), {}};
        });
    });
}

/// A group of verbs for one kind, with its list and its removal.
CLI::App& add_kind(
    CLI::App& alerts, const char* name, const char* what, const char* kind, Chosen& chosen)
{
    auto* group = alerts.add_subcommand(name, what);
    group->require_subcommand(1);
    add_list(*group, "list", "List them", chosen, [kind] {
        return Listing{.path = std::string{"/alert-settings/"} + kind};
    });
    add_removal(*group, kind, chosen);
    return *group;
}

Result<Change> channel_change(const app::Settings&)
{
    if (!wish.language.empty())
        wish.channel.language =
            wish.language == "en" ? findings::Language::en : findings::Language::ja;
    if (!wish.ca_file.empty())
    {
        auto pem = platform::read_file(wish.ca_file, pem_bytes_max);
        if (!pem)
            return std::move(pem).error();
        wish.channel.ca = std::move(*pem);
    }
    std::string secret;
    if (wish.channel.kind == "webhook" && (wish.id == 0 || wish.new_secret))
    {
        auto read = read_secret("secret that signs what is sent (16 characters or more): ");
        if (!read)
            return std::move(read).error();
        secret = std::move(*read);
    }
    return change_of(wish.channel, std::move(secret));
}

void add_channel_kind(
    CLI::App& parent,
    const char* name,
    const char* what,
    const char* channel_kind,
    Chosen& chosen,
    void (*options)(CLI::App&))
{
    auto& verb = add_put(parent, name, what, "channel", chosen, channel_change);
    verb.preparse_callback([channel_kind](std::size_t) { wish.channel.kind = channel_kind; });
    verb.add_option("--language", wish.language, "ja or en; else that of the mail server")
        ->check(CLI::IsMember({"ja", "en"}));
    verb.add_flag("--paused", wish.channel.paused, "Tell nothing by it for now");
    options(verb);
}

void add_trust(CLI::App& verb)
{
    verb.add_option("--ca", wish.ca_file, "PEM file: who signed the server's certificate");
    verb.add_option("--pin", wish.channel.pin, "sha256//… of the server's public key");
}

void add_channels(CLI::App& alerts, Chosen& chosen)
{
    auto& group = add_kind(alerts, "channel", "By which way something is told", "channel", chosen);
    add_channel_kind(
        group, "mail", "Mail by the collector's mail server", "mail", chosen, [](CLI::App& verb) {
            verb.add_option(
                    "--to", wish.channel.to,
                    "Addresses, contact:NAME, duty:CALENDAR; none: those of the mail server")
                ->delimiter(',');
        });
    add_channel_kind(
        group, "webhook", "JSON by HTTPS, signed; the secret is read from standard input",
        "webhook", chosen, [](CLI::App& verb) {
            verb.add_option("--address", wish.channel.address, "https://…")->required();
            verb.add_flag("--new-secret", wish.new_secret, "With --id: ask for the secret anew");
            add_trust(verb);
        });
    add_channel_kind(group, "syslog", "Syslog (RFC 5424)", "syslog", chosen, [](CLI::App& verb) {
        verb.add_option("--address", wish.channel.address, "tls://host:6514, tcp://…, udp://…")
            ->required();
        verb.add_option("--format", wish.channel.format, "rfc5424 or cef")
            ->check(CLI::IsMember({"rfc5424", "cef"}));
        add_trust(verb);
    });
    auto* test = group.add_subcommand("test", "Send a test by it");
    test->add_option("id", wish.id, "Of the list")->required();
    test->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::post, fmt::format("/alert-channels/{}/test", wish.id)};
        });
    });
}

Result<Change> route_change(const app::Settings&)
{
    auto hours = parse_all_hours(wish.hours);
    if (!hours)
        return std::move(hours).error();
    wish.route.hours = std::move(*hours);
    wish.route.least = wish.least == "action"    ? rules::Severity::action
                       : wish.least == "warning" ? rules::Severity::warning
                                                 : rules::Severity::info;
    return change_of(wish.route);
}

void add_routes(CLI::App& alerts, Chosen& chosen)
{
    auto& group = add_kind(alerts, "route", "Who is told of what", "route", chosen);
    auto& add = add_put(
        group, "add", "Tell findings by channels, or replace such a route", "route", chosen,
        route_change);
    notify::Route& route = wish.route;
    add.add_option("--channel", route.channels, "Names of channels")->delimiter(',')->required();
    add.add_option("--least", wish.least, "info, warning or action")
        ->check(CLI::IsMember({"info", "warning", "action"}))
        ->capture_default_str();
    add.add_option("--rule", route.rules, "Only of these rules")->delimiter(',');
    add.add_option("--site", route.site, "Only of this site and what lies below it");
    add.add_option("--hours", wish.hours, "Only then: \"mon-fri 18:00-08:30\"; may be repeated");
    add.add_flag("--wait", route.wait_for_hours, "Outside of the hours, tell when they begin");
    add.add_option("--repeat-every", route.repeat_every_min, "Minutes, while nobody took it up");
    add.add_option("--escalate-after", route.escalate_after_min, "Minutes, when nobody took it up");
    add.add_option("--escalate-to", route.escalate_to, "Names of channels")->delimiter(',');
    add.add_flag("--without-end", route.without_end, "Do not tell the end of findings");
    add.add_flag("--paused", route.paused, "Tell nothing for now");
}

void add_contacts(CLI::App& alerts, Chosen& chosen)
{
    auto& group = add_kind(alerts, "contact", "Who can be told", "contact", chosen);
    auto& add = add_put(
        group, "add", "Add a contact, or replace one", "contact", chosen,
        [](const app::Settings& settings) -> Result<Change> {
            if (!wish.until.empty())
            {
                const auto until = parse_moment(wish.until, settings.utc_offset);
                if (!until)
                    return until.error();
                wish.contact.valid_until = *until;
            }
            return change_of(wish.contact);
        });
    add.add_option("--address", wish.contact.address, "Of mail")->required();
    add.add_option("--phone", wish.contact.phone, "For people who read the list");
    add.add_option("--note", wish.contact.note, "What they are");
    add.add_option("--until", wish.until, "Afterwards the deputy is told");
    add.add_option("--deputy", wish.contact.deputy, "Name of another contact");

    auto& duties = add_kind(alerts, "duty", "Who is on call, and when", "duty", chosen);
    auto& on = add_put(
        duties, "add", "Say who is on call", "duty", chosen,
        [](const app::Settings& settings) -> Result<Change> {
            const auto from = parse_moment(wish.from, settings.utc_offset);
            const auto until = parse_moment(wish.until, settings.utc_offset);
            if (!from || !until)
                return from ? until.error() : from.error();
            wish.duty.from = *from;
            wish.duty.until = *until;
            return change_of(wish.duty);
        });
    on.add_option("--calendar", wish.duty.calendar, "As channels name it: duty:CALENDAR")
        ->required();
    on.add_option("--contact", wish.duty.contact, "Name of a contact")->required();
    on.add_option("--from", wish.from, "\"2026-12-01 17:00\"")->required();
    on.add_option("--until", wish.until, "\"2026-12-02 08:30\"")->required();
}

Result<Change> maintenance_change(const app::Settings& settings)
{
    wish.maintenance.from = SystemClock{}.now();
    if (!wish.from.empty())
    {
        const auto from = parse_moment(wish.from, settings.utc_offset);
        if (!from)
            return from.error();
        wish.maintenance.from = *from;
    }
    if (!wish.until.empty())
    {
        const auto until = parse_moment(wish.until, settings.utc_offset);
        if (!until)
            return until.error();
        wish.maintenance.until = *until;
    }
    auto hours = parse_all_hours(wish.hours);
    if (!hours)
        return std::move(hours).error();
    wish.maintenance.hours = std::move(*hours);
    return change_of(wish.maintenance);
}

void add_maintenance(CLI::App& alerts, Chosen& chosen)
{
    auto& group = add_kind(
        alerts, "maintenance", "Times in which nothing is told until they end", "maintenance",
        chosen);
    auto& add =
        add_put(group, "add", "Plan one, or replace it", "maintenance", chosen, maintenance_change);
    add.add_option("--site", wish.maintenance.site, "Of this site and what lies below it");
    add.add_option("--device", wish.maintenance.device, "Of the device with this id");
    add.add_option("--from", wish.from, "\"2026-12-01 18:00\"; without it, now");
    add.add_option("--until", wish.until, "\"2026-12-02 06:00\"");
    add.add_option("--hours", wish.hours, "Each week: \"sun 02:00-05:00\"; may be repeated");
    add.add_option("--reason", wish.maintenance.reason, "For people who read the list");
}

void add_digests(CLI::App& alerts, Chosen& chosen)
{
    auto& group = add_kind(alerts, "digest", "Summaries at fixed times", "digest", chosen);
    auto& add = add_put(
        group, "add", "Send a summary, or replace one", "digest", chosen,
        [](const app::Settings&) -> Result<Change> {
            auto at = parse_hours(wish.from + "-00:00");
            if (!at)
                return Error{at.error().code, "--at: \"daily 08:00\" or \"mon 08:00\""};
            wish.digest.at = std::move(*at);
            return change_of(wish.digest);
        });
    add.add_option("--channel", wish.digest.channels, "Names of channels")
        ->delimiter(',')
        ->required();
    add.add_option("--at", wish.from, "\"daily 08:00\", \"mon 08:00\"")->required();
    add.add_option("--site", wish.digest.site, "Only of this site and what lies below it");
    add.add_flag(
        "--monthly", wish.digest.monthly,
        "The report of the month before, at the first of these times in a month");
    add.add_flag("--paused", wish.digest.paused, "Send none for now");
}

void add_deliveries(CLI::App& alerts, Chosen& chosen)
{
    static std::string state;
    auto& list = add_list(
        alerts, "deliveries", "List what was sent, waits, or could not be sent", chosen, [] {
            Listing listing;
            listing.path = "/alert-deliveries?" + query_member("state", state);
            listing.items_max = 1'000;
            return listing;
        });
    list.add_option("--state", state, "queued, sent, dead")
        ->check(CLI::IsMember({"queued", "sent", "dead"}));
    auto* again = alerts.add_subcommand("send-again", "Send a dead letter once more");
    again->add_option("id", wish.id, "Of the list")->required();
    again->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::post, fmt::format("/alert-deliveries/{}/send-again", wish.id)};
        });
    });
    auto* drop = alerts.add_subcommand("drop", "Remove a dead letter");
    drop->add_option("id", wish.id, "Of the list")->required();
    drop->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::delete_, fmt::format("/alert-deliveries/{}", wish.id), {}};
        });
    });
}

} // namespace

void add_alert_verbs(CLI::App& program, Chosen& chosen)
{
    auto* alerts = program.add_subcommand("alert", "Who is told of what, and by which way");
    alerts->require_subcommand(1);
    add_channels(*alerts, chosen);
    add_routes(*alerts, chosen);
    add_contacts(*alerts, chosen);
    add_maintenance(*alerts, chosen);
    add_digests(*alerts, chosen);
    add_deliveries(*alerts, chosen);
}

} // namespace mimamori::collector::ctl
