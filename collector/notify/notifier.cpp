#include "collector/notify/notifier.hpp"

#include "collector/notify/channel_kinds.hpp"
#include "collector/notify/mail_channel.hpp"
#include "collector/notify/routing.hpp"
#include "collector/storage/alert_store.hpp"
#include "collector/storage/site_store.hpp"
#include "common/async/offload.hpp"
#include "common/base/utf8.hpp"
#include "common/log/log.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::notify {

namespace {

using namespace std::chrono_literals;
using storage::Delivery;
using storage::Session;

/// The civil clock may be set, so it is looked at this often.
constexpr std::chrono::milliseconds look_at_clock_every{5'000};

/// What was sent is kept this long, for people who look for it; dead letters longer.
constexpr std::chrono::hours sent_kept{24 * 90};
constexpr std::chrono::hours dead_kept{24 * 400};
constexpr std::chrono::hours forget_every{1};
constexpr std::size_t forgotten_at_once = 1'000;

/// A message is given up after a time and after attempts: a clock that jumps ahead alone ends none.
constexpr std::uint32_t attempts_least = 8;

/// One delivery with the channel that it goes by.
struct Begun
{
    Delivery delivery;
    std::optional<Named<Channel>> channel; ///< Nothing: it is paused; nothing has begun.
    MailSettings mail;
};

Result<AlertSettings> settings_in(Session& session)
{
    return read_settings(storage::alert_settings(session));
}

/// When the oldest alert may be told, with those that came within the time of gathering.
bool is_gathered(const std::optional<Timestamp>& oldest, std::chrono::seconds gather, Timestamp now)
{
    // One from the future was decided before the clock was set back: it has waited enough.
    return oldest && (now - *oldest >= gather || *oldest > now);
}

} // namespace

std::chrono::seconds retry_wait(const MailSettings& settings, std::uint32_t attempts)
{
    auto wait = settings.retry_first;
    for (std::uint32_t i = 1; i < attempts && wait < settings.retry_longest; ++i)
        wait *= 2;
    return std::min(wait, settings.retry_longest);
}

Notifier::Notifier(
    asio::any_io_executor strand,
    storage::Database& database,
    const Clock& clock,
    MailSettings settings,
    Secrets secrets)
    : strand_{std::move(strand)}
    , database_{database}
    , clock_{clock}
    , settings_{std::move(settings)}
    , secrets_{std::move(secrets)}
    , timer_{strand_}
    , deliveries_{strand_, [](const std::string& task, const std::exception& failure) {
                      log::error("alerts: {}: {}", task, failure.what());
                  }}
{
    health_.configured = is_configured(settings_);
}

Notifier::~Notifier()
{
    delivering_.join();
}

awaitable<void> Notifier::run()
{
    for (;;)
    {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return;
        woken_ = false;
        troubled_ = false;
        co_await route_due();
        co_await forget_old();
        co_await start_deliveries();
        const auto wait = co_await time_to_wait();
        if (woken_ && !troubled_)
            continue;
        timer_.expires_after(wait);
        const auto [ec] = co_await timer_.async_wait(token);
        static_cast<void>(ec); // Woken, waited long enough, or cancelled: seen at the top.
    }
}

awaitable<bool> Notifier::stop(std::chrono::milliseconds grace)
{
    stopping_ = true;
    co_return co_await deliveries_.stop(grace);
}

awaitable<void> Notifier::route_due()
{
    const Timestamp now = clock_.now();
    auto look = [this, now](Session& session) -> Result<bool> {
        if (is_gathered(storage::oldest_alert(session), settings_.gather, now)
            || !storage::due_tellings(session, now, 1).empty()
            || !storage::heads_to_tell(session).empty())
            return true;
        auto settings = settings_in(session);
        if (!settings)
            return std::move(settings).error();
        for (const Named<Digest>& digest : settings->digests)
        {
            const auto before = storage::digest_composed(session, digest.no);
            const bool comes = !digest.is.paused
                               && (!before || *before > now
                                   || *before < due_before(digest.is, now, settings_.utc_offset));
            if (comes)
                return true;
        }
        return false;
    };
    auto due = co_await database_.read(std::move(look));
    bool more = due && *due;
    if (!due)
        note_failure(Error{due.error()}.in("look for alerts").message);
    while (more)
    {
        auto work = [this, now](Session& session) -> Result<bool> {
            auto settings = settings_in(session);
            if (!settings)
                return std::move(settings).error();
            const auto sites = storage::read_site_tree(session);
            const MailSettings mail = mail_now(session, *settings);
            const RoutingContext context{*settings, mail, sites, now};
            const bool again = route_alerts(session, context);
            compose_digests(session, context);
            compose_heads(session, context);
            return again;
        };
        const auto routed = co_await database_.write(std::move(work));
        if (!routed)
            note_failure(Error{routed.error()}.in("queue alerts").message);
        more = routed && *routed;
    }
}

bool Notifier::may_try(const Channel& channel, Timestamp now) const
{
    if (channel.busy)
        return false;
    // A rest that is longer than any comes from a clock that was set back.
    return !channel.rests || *channel.rests <= now
           || *channel.rests > now + settings_.retry_longest;
}

awaitable<void> Notifier::start_deliveries()
{
    const Timestamp now = clock_.now();
    const Timestamp farthest = now + settings_.retry_longest;
    auto look = [now, farthest](Session& session) -> Result<std::vector<std::int64_t>> {
        return storage::channels_with_work(session, now, farthest);
    };
    const auto with_work = co_await database_.read(std::move(look));
    if (!with_work)
    {
        note_failure(Error{with_work.error()}.in("look for deliveries").message);
        co_return;
    }
    for (const std::int64_t channel_no : *with_work)
    {
        if (stopping_)
            co_return;
        Channel& channel = channels_[channel_no];
        if (!may_try(channel, now))
            continue;
        channel.busy = true;
        deliveries_.spawn(fmt::format("channel {}", channel_no), work_channel(channel_no));
    }
}

awaitable<void> Notifier::work_channel(std::int64_t channel_no)
{
    // What was accepted is noted even when everything stops.
    co_await asio::this_coro::throw_if_cancelled(false);
    bool more = true;
    while (more && !stopping_)
        more = co_await deliver_next(channel_no);
    channels_[channel_no].busy = false;
    woken_ = true;
    timer_.cancel();
}

awaitable<bool> Notifier::deliver_next(std::int64_t channel_no)
{
    const Timestamp now = clock_.now();
    const Timestamp farthest = now + settings_.retry_longest;
    auto begin = [this, channel_no, now,
                  farthest](Session& session) -> Result<std::optional<Begun>> {
        auto settings = settings_in(session);
        if (!settings)
            return std::move(settings).error();
        const auto* channel = find(settings->channels, channel_no);
        if (!channel || channel->is.paused)
            return std::optional<Begun>{Begun{}};
        auto delivery = storage::begin_delivery(session, channel_no, now, farthest);
        if (!delivery)
            return std::optional<Begun>{};
        return std::optional<Begun>{
            Begun{std::move(*delivery), *channel, mail_now(session, *settings)}};
    };
    auto begun = co_await database_.write(std::move(begin));
    Channel& channel = channels_[channel_no];
    if (!begun)
        note_failure(Error{begun.error()}.in("begin delivery").message);
    channel.rests.reset();
    if (!begun || !*begun || !(*begun)->channel)
    {
        // Paused, or the database fails: not in a tight circle.
        if (!begun || *begun)
            channel.rests = now + look_at_clock_every;
        co_return false;
    }
    const Begun& one = **begun;
    const ChannelKind* kind = find_channel_kind(one.channel->is.kind);
    auto attempt = [this, kind, &one, now] {
        if (!kind)
            return DeliveryReport{Delivered::try_later, "this kind of channel is not known"};
        return kind->deliver(one.delivery, {one.channel->is, one.mail, secrets_, now, &stopping_});
    };
    const DeliveryReport report = co_await async::offload(delivering_, std::move(attempt));
    if (stopping_ && report.delivered != Delivered::accepted)
        co_return false; // Cut short by us: nobody knows how far it came.
    channel.failures = report.delivered == Delivered::try_later ? channel.failures + 1 : 0;
    const auto noted = co_await note(one.delivery, report, channel.failures);
    if (!noted)
        note_failure(Error{noted.error()}.in("note delivery").message);
    if (!noted || report.delivered == Delivered::try_later)
    {
        channel.rests = clock_.now() + retry_wait(settings_, channel.failures);
        co_return false;
    }
    co_return true;
}

awaitable<Result<void>> Notifier::note(
    const Delivery& delivery, const DeliveryReport& report, std::uint32_t failures)
{
    const Timestamp done = clock_.now();
    const bool too_old = done - delivery.composed_at >= settings_.give_up_after
                         && delivery.attempts + 1 >= attempts_least;
    const bool dead = report.delivered == Delivered::refused
                      || (report.delivered == Delivered::try_later && too_old);
    auto work = [&](Session& session) -> Result<void> {
        if (report.delivered == Delivered::accepted)
            storage::delivery_sent(session, delivery, done);
        else if (dead)
            storage::delivery_given_up(session, delivery, report.problem, done);
        else
            storage::delivery_failed(
                session, delivery, report.problem,
                done + retry_wait(settings_, delivery.attempts + 1), done);
        return {};
    };
    const auto noted = co_await database_.write(std::move(work));
    const std::lock_guard lock{mutex_};
    if (report.delivered == Delivered::accepted)
    {
        ++health_.sent;
        log::info("alerts: {} was delivered", for_log(delivery.message_id));
        co_return noted;
    }
    ++health_.attempts_failed;
    if (dead)
    {
        ++health_.dead;
        log::error("alerts: {} was given up: {}", for_log(delivery.message_id), report.problem);
    }
    else if (failures == 1)
        log::warn(
            "alerts: {} will be tried again: {}", for_log(delivery.message_id), report.problem);
    co_return noted;
}

awaitable<void> Notifier::forget_old()
{
    const Timestamp now = clock_.now();
    if (forgot_at_ && *forgot_at_ <= now && now - *forgot_at_ < forget_every)
        co_return;
    forgot_at_ = now;
    auto work = [now](Session& session) -> Result<std::size_t> {
        return storage::forget_deliveries(
            session, now - sent_kept, now - dead_kept, forgotten_at_once);
    };
    const auto forgotten = co_await database_.write(std::move(work));
    if (!forgotten)
        note_failure(Error{forgotten.error()}.in("forget deliveries").message);
}

awaitable<std::chrono::milliseconds> Notifier::time_to_wait()
{
    const Timestamp now = clock_.now();

    struct Queue
    {
        std::optional<Timestamp> oldest_alert;
        std::optional<Timestamp> next_telling;
        std::optional<Timestamp> next_attempt;
        storage::DeliveryCounts counts;
        std::vector<storage::FailingChannel> failing;
        bool configured{false};
    };

    auto look = [this](Session& session) -> Result<Queue> {
        Queue queue;
        auto settings = settings_in(session);
        if (!settings)
            return std::move(settings).error();
        queue.configured = is_configured(mail_now(session, *settings));
        queue.oldest_alert = storage::oldest_alert(session);
        queue.next_telling = storage::next_telling(session);
        queue.next_attempt = storage::next_attempt(session);
        queue.counts = storage::delivery_counts(session);
        queue.failing = storage::channels_failing(session);
        return queue;
    };
    const auto queue = co_await database_.read(std::move(look));
    auto wait = look_at_clock_every;
    if (!queue)
        co_return wait;
    {
        const std::lock_guard lock{mutex_};
        health_.configured = queue->configured;
        health_.queued = queue->counts.queued;
        health_.alerts_waiting = queue->counts.alerts_waiting;
        health_.dead_letters = queue->counts.dead;
        health_.failing = queue->failing;
        if (!troubled_)
            health_.problem.clear();
        for (const storage::FailingChannel& channel : queue->failing)
        {
            if (channel.since && !troubled_)
                health_.problem = channel.name + ": " + channel.problem;
        }
    }
    const auto until = [&](const std::optional<Timestamp>& at, std::chrono::milliseconds more) {
        if (at)
            wait = std::min<std::chrono::milliseconds>(wait, *at + more - now);
    };
    until(queue->oldest_alert, settings_.gather);
    until(queue->next_telling, 0ms);
    // After a failure the same work is due again: not in a tight circle.
    if (troubled_)
        co_return look_at_clock_every;
    bool resting = false;
    for (const auto& [no, channel] : channels_)
    {
        const bool rests = channel.rests && *channel.rests > now;
        if (rests && !channel.busy)
            until(channel.rests, 0ms);
        resting = resting || rests || channel.busy;
    }
    // What is overdue waits for its channel, which wakes us.
    if (queue->next_attempt && (*queue->next_attempt > now || !resting))
        until(queue->next_attempt, 0ms);
    co_return std::max(wait, std::chrono::milliseconds{10});
}

MailSettings Notifier::mail_now(Session& session, const AlertSettings& settings) const
{
    MailSettings mail = mail_in_force(settings_, server_of(settings));
    mail.site_name = storage::hospital_name(session);
    return mail;
}

awaitable<DeliveryReport> Notifier::send_now(
    Delivery delivery, MailSettings mail, std::chrono::seconds limit)
{
    mail.time_limit = limit;
    auto attempt = [this, &delivery, &mail] {
        return deliver_mail(delivery, {{}, mail, secrets_, clock_.now(), &stopping_});
    };
    co_return co_await async::offload(delivering_, std::move(attempt));
}

void Notifier::wake()
{
    auto ask = [this] {
        woken_ = true;
        timer_.cancel();
    };
    asio::post(strand_, std::move(ask));
}

NotifierHealth Notifier::health() const
{
    const std::lock_guard lock{mutex_};
    return health_;
}

void Notifier::note_failure(const std::string& problem)
{
    troubled_ = true;
    log::error("alerts: {}", problem);
    const std::lock_guard lock{mutex_};
    ++health_.attempts_failed;
    health_.problem = problem;
}

} // namespace mimamori::collector::notify
