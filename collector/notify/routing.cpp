#include "collector/notify/routing.hpp"

#include "collector/notify/channel_kinds.hpp"
#include "collector/storage/alert_digest.hpp"
#include "collector/storage/delivery_store.hpp"
#include "collector/storage/month_store.hpp"
#include "collector/storage/site_event_store.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace mimamori::collector::notify {

namespace {

using findings::FindingState;
using std::chrono::minutes;
using storage::AlertSubject;
using storage::Session;
using storage::Telling;
using storage::TellingState;

/// Alerts and tellings in one transaction: the rest of a very large burst comes in the next.
constexpr std::size_t rows_at_once = 5'000;

/// The kind of a channel that something can be told by now; null when it is paused, or the settings
/// file lacks what it needs.
const ChannelKind* usable_kind(const Channel& channel, const MailSettings& mail)
{
    const ChannelKind* kind = find_channel_kind(channel.kind);
    return kind && !channel.paused && kind->usable(mail) ? kind : nullptr;
}

void queue(
    Session& session,
    const Bundle& bundle,
    const Named<Channel>& channel,
    const RoutingContext& context)
{
    const ChannelKind* kind = usable_kind(channel.is, context.mail);
    if (!kind)
        return;
    const ComposeContext composing{channel, context.settings, context.mail, context.now};
    for (Outgoing& outgoing : kind->compose(bundle, composing))
    {
        storage::Delivery delivery;
        delivery.channel_no = channel.no;
        delivery.message_id = std::move(outgoing.message_id);
        delivery.recipient = std::move(outgoing.recipient);
        delivery.summary = std::move(outgoing.summary);
        delivery.content = std::move(outgoing.content);
        delivery.composed_at = context.now;
        delivery.next_attempt_at = context.now;
        storage::put_delivery(session, delivery);
    }
}

/// Gathers what each channel is to tell, each finding once however many routes lead there.
class Gathering
{
public:
    void add(const std::vector<std::string>& channels, News news, const AlertSubject& subject)
    {
        for (const std::string& channel : channels)
        {
            if (seen_.insert({channel, news, subject.finding_no}).second)
                bundles_[{channel, news, alone(subject)}].push_back(subject);
        }
    }

    void queue_all(Session& session, const RoutingContext& context)
    {
        for (auto& [key, subjects] : bundles_)
        {
            const auto* channel = find(context.settings.channels, std::get<std::string>(key));
            if (!channel)
                continue;
            Bundle bundle;
            bundle.news = std::get<News>(key);
            bundle.findings = std::move(subjects);
            queue(session, bundle, *channel, context);
        }
    }

private:
    /// A whole site that fell silent is a message of its own, so that it is not one line of many;
    /// 0: the finding shares one with others.
    static std::int64_t alone(const AlertSubject& subject)
    {
        return subject.rule == "site_silent" ? subject.finding_no : 0;
    }

    std::map<std::tuple<std::string, News, std::int64_t>, std::vector<AlertSubject>> bundles_;
    std::set<std::tuple<std::string, News, std::int64_t>> seen_;
};

bool was_told(const Telling& telling)
{
    return telling.state == TellingState::told || to_ms(telling.repeated_at) != 0;
}

/// One transaction's worth of deciding.
class Round
{
public:
    Round(Session& session, const RoutingContext& context)
        : session_{session}
        , context_{context}
    {}

    /// It opened, became worse, or woke.
    void opened(const AlertSubject& subject)
    {
        if (subject.state == FindingState::waived)
            return;
        const auto known = storage::tellings_of(session_, subject.finding_no);
        for (const Named<Route>& route : context_.settings.routes)
        {
            if (!wants(route.is, subject, context_.sites) || !reaches_somebody(route.is))
                continue;
            Telling telling;
            telling.finding_no = subject.finding_no;
            telling.route_no = route.no;
            for (const Telling& one : known)
            {
                if (one.route_no == route.no)
                    telling = one;
            }
            tell_or_hold(route.is, telling, subject);
        }
    }

    void ended(const AlertSubject& subject)
    {
        for (const Telling& telling : storage::tellings_of(session_, subject.finding_no))
        {
            const auto* route = find(context_.settings.routes, telling.route_no);
            if (route && was_told(telling) && !route->is.without_end)
            {
                gathering_.add(route->is.channels, News::resolved, subject);
                if (telling.escalated)
                    gathering_.add(route->is.escalate_to, News::resolved, subject);
            }
            storage::remove_telling(session_, telling);
        }
    }

    void look_again(Telling telling, const AlertSubject& subject)
    {
        const auto* route = find(context_.settings.routes, telling.route_no);
        if (!route)
        {
            storage::remove_telling(session_, telling);
            return;
        }
        const bool open = subject.state == FindingState::open;
        if (telling.state == TellingState::held && open)
            tell_or_hold(route->is, telling, subject);
        else if (!open && !was_told(telling))
            storage::remove_telling(session_, telling); // Ended, or somebody knows already.
        else if (!open)
        {
            telling.state = TellingState::told;
            telling.due.reset(); // Its end is told; until then somebody sees to it.
            storage::put_telling(session_, telling);
        }
        else
            remind(route->is, telling, subject);
    }

    void queue_all() { gathering_.queue_all(session_, context_); }

private:
    /// Who was told of nothing is told of no end.
    bool reaches_somebody(const Route& route) const
    {
        return std::any_of(route.channels.begin(), route.channels.end(), [this](const auto& name) {
            const auto* channel = find(context_.settings.channels, name);
            return channel && usable_kind(channel->is, context_.mail);
        });
    }

    /// When the route may speak about the device again; nothing: now.
    std::optional<Timestamp> held_until(const Route& route, const AlertSubject& subject) const
    {
        auto until = maintenance_until(subject, context_);
        const auto together = silence_held_until(subject);
        if (together && (!until || *until < *together))
            until = together;
        const auto time = time_of(route, context_.now, context_.mail.utc_offset);
        if (time.begin && (!until || *until < *time.begin))
            until = time.begin;
        return until;
    }

    /// A device that fell silent with others of its site is told of with them; nothing: it is not.
    std::optional<Timestamp> silence_held_until(const AlertSubject& subject) const
    {
        if (subject.rule != "device_silent")
            return {};
        // Whoever ends the event says that it is due.
        if (storage::is_missing_in_event(session_, subject.finding_no))
            return Timestamp::max();
        const std::string* what = subject.evidence.find("case");
        const Timestamp gathered = subject.opened_at + context_.mail.gather_silence;
        // One from the future was decided before the clock was set back: it has waited enough.
        if ((what && *what == "goodbye") || subject.opened_at > context_.now
            || gathered <= context_.now)
            return {};
        return gathered;
    }

    void tell_or_hold(const Route& route, Telling telling, const AlertSubject& subject)
    {
        const auto time = time_of(route, context_.now, context_.mail.utc_offset);
        const bool waited = telling.state == TellingState::held && to_ms(telling.since) != 0;
        if (time.hours == RouteHours::never && !waited)
            return;
        if (const auto until = held_until(route, subject))
        {
            if (!waited)
                telling.since = context_.now;
            telling.state = TellingState::held;
            telling.due = std::min(*until, context_.now + storage::telling_looked_at_every);
            storage::put_telling(session_, telling);
            return;
        }
        gathering_.add(route.channels, News::opened, subject);
        telling.state = TellingState::told;
        telling.since = context_.now;
        telling.repeated_at = context_.now;
        telling.escalated = false;
        telling.due = next_look(route, telling, context_.now);
        storage::put_telling(session_, telling);
    }

    void remind(const Route& route, Telling telling, const AlertSubject& subject)
    {
        if (const auto until = held_until(route, subject))
        {
            telling.due = std::min(*until, context_.now + storage::telling_looked_at_every);
            storage::put_telling(session_, telling);
            return;
        }
        const minutes escalate{route.escalate_after_min};
        if (escalate > minutes{0} && !telling.escalated && context_.now - telling.since >= escalate)
        {
            gathering_.add(route.escalate_to, News::escalated, subject);
            telling.escalated = true;
        }
        const minutes repeat{route.repeat_every_min};
        if (repeat > minutes{0} && context_.now - telling.repeated_at >= repeat)
        {
            gathering_.add(route.channels, News::repeated, subject);
            telling.repeated_at = context_.now;
        }
        telling.due = next_look(route, telling, context_.now);
        storage::put_telling(session_, telling);
    }

    Session& session_;
    const RoutingContext& context_;
    Gathering gathering_;
};

/// The report of the month that has ended last; nothing when nothing was watched then.
std::optional<findings::MonthReport> month_before(Session& session, const RoutingContext& context)
{
    const auto offset = context.mail.utc_offset;
    storage::keep_month_if_due(session, context.now, offset);
    const auto month = storage::month_of(context.now, offset) - std::chrono::months{1};
    auto kept = storage::find_month(session, month);
    return kept ? std::move(kept->report) : std::nullopt;
}

} // namespace

bool wants(const Route& route, const AlertSubject& subject, const storage::SiteTree& sites)
{
    if (route.paused || subject.severity < route.least)
        return false;
    const auto& rules = route.rules;
    if (!rules.empty() && std::find(rules.begin(), rules.end(), subject.rule) == rules.end())
        return false;
    return sites.is_within(subject.site, SiteId{route.site});
}

std::optional<Timestamp> maintenance_until(
    const AlertSubject& subject, const RoutingContext& context)
{
    const Timestamp now = context.now;
    std::optional<Timestamp> latest;
    for (const Named<Maintenance>& named : context.settings.maintenances)
    {
        const Maintenance& maintenance = named.is;
        if (now < maintenance.from || (maintenance.until && now >= *maintenance.until))
            continue;
        if (!maintenance.device.empty() && maintenance.device != subject.device.text())
            continue;
        if (!context.sites.is_within(subject.site, SiteId{maintenance.site}))
            continue;
        std::optional<Timestamp> end = maintenance.until;
        if (!maintenance.hours.empty())
        {
            std::optional<Timestamp> hours_end;
            for (const WeekHours& hours : maintenance.hours)
            {
                const auto one = end_of_hours(hours, now, context.mail.utc_offset);
                if (one && (!hours_end || *hours_end < *one))
                    hours_end = one;
            }
            if (!hours_end)
                continue;
            end = end ? std::min(*end, *hours_end) : hours_end;
        }
        if (end && (!latest || *latest < *end))
            latest = end;
    }
    return latest;
}

RouteTime time_of(const Route& route, Timestamp now, minutes utc_offset)
{
    std::optional<Timestamp> begin;
    for (const WeekHours& hours : route.hours)
    {
        if (end_of_hours(hours, now, utc_offset))
            return {RouteHours::inside, {}};
        const Timestamp next = next_begin(hours, now, utc_offset);
        if (!begin || next < *begin)
            begin = next;
    }
    if (!begin)
        return {RouteHours::inside, {}};
    return {route.wait_for_hours ? RouteHours::later : RouteHours::never, begin};
}

std::optional<Timestamp> next_look(const Route& route, const Telling& telling, Timestamp now)
{
    std::optional<Timestamp> next;
    const auto earlier = [&next](Timestamp at) { next = next ? std::min(*next, at) : at; };
    if (route.repeat_every_min > 0)
        earlier(telling.repeated_at + minutes{route.repeat_every_min});
    if (route.escalate_after_min > 0 && !telling.escalated)
        earlier(telling.since + minutes{route.escalate_after_min});
    if (next)
        next = std::min(*next, now + storage::telling_looked_at_every);
    return next;
}

bool route_alerts(Session& session, const RoutingContext& context)
{
    Round round{session, context};
    const auto alerts = storage::take_alerts(session, rows_at_once);
    for (const storage::QueuedAlert& alert : alerts)
    {
        if (alert.kind == findings::AlertKind::opened)
            round.opened(alert.subject);
        else
            round.ended(alert.subject);
    }
    const auto due = storage::due_tellings(session, context.now, rows_at_once);
    for (const storage::DueTelling& one : due)
        round.look_again(one.telling, one.subject);
    round.queue_all();
    return alerts.size() == rows_at_once || due.size() == rows_at_once;
}

Timestamp due_before(const Digest& digest, Timestamp now, std::chrono::minutes utc_offset)
{
    return digest.monthly ? last_begin_of_month(digest.at, now, utc_offset)
                          : last_begin(digest.at, now, utc_offset);
}

void compose_digests(Session& session, const RoutingContext& context)
{
    for (const Named<Digest>& digest : context.settings.digests)
    {
        const auto before = storage::digest_composed(session, digest.no);
        const Timestamp due = due_before(digest.is, context.now, context.mail.utc_offset);
        // The first one comes at the first of its times after it was made; and a clock that was
        // ahead is forgotten.
        if (!before || *before > context.now)
            storage::set_digest_composed(session, digest.no, context.now);
        if (digest.is.paused || !before || *before >= due)
            continue;
        std::optional<findings::MonthReport> month;
        if (digest.is.monthly)
            month = month_before(session, context);
        if (digest.is.monthly && !month)
        {
            storage::set_digest_composed(session, digest.no, context.now);
            continue;
        }
        const auto within = [&](std::string_view site) {
            return context.sites.is_within(SiteId{std::string{site}}, SiteId{digest.is.site});
        };
        const storage::DigestCounts counts = storage::digest_counts(session, *before, within);
        DigestContent content;
        content.devices = counts.devices;
        content.silent = counts.silent;
        content.opened = counts.opened;
        content.resolved = counts.resolved;
        for (const auto& line : counts.open)
            content.open.push_back({line.rule, line.severity, line.evidence, line.findings});
        content.failing = storage::channels_failing(session);
        content.month = month ? &*month : nullptr;
        Bundle bundle;
        bundle.digest = &content;
        for (const std::string& name : digest.is.channels)
        {
            if (const auto* channel = find(context.settings.channels, name))
                queue(session, bundle, *channel, context);
        }
        storage::set_digest_composed(session, digest.no, context.now);
    }
}

void compose_heads(Session& session, const RoutingContext& context)
{
    for (const storage::SignedHead& head : storage::heads_to_tell(session))
    {
        Bundle bundle;
        bundle.head = &head;
        for (const Named<Channel>& channel : context.settings.channels)
        {
            const ChannelKind* kind = find_channel_kind(channel.is.kind);
            if (kind && kind->keeps_log)
                queue(session, bundle, channel, context);
        }
        storage::note_heads_told(session, head.no);
    }
}

Result<void> compose_test(Session& session, std::int64_t channel_no, const RoutingContext& context)
{
    const auto* channel = find(context.settings.channels, channel_no);
    if (!channel)
        return Error{Errc::not_found, "no channel with this number"};
    const ChannelKind* kind = find_channel_kind(channel->is.kind);
    if (!kind || !kind->usable(context.mail))
        return Error{Errc::conflict, "no mail server is set up"};
    if (channel->is.paused)
        return Error{Errc::conflict, "the channel is paused"};
    Bundle bundle;
    bundle.is_test = true;
    queue(session, bundle, *channel, context);
    return {};
}

} // namespace mimamori::collector::notify
