#include "collector/notify/notifier.hpp"

#include "collector/notify/mail_text.hpp"
#include "collector/notify/mime.hpp"
#include "common/async/offload.hpp"
#include "common/crypto/random.hpp"
#include "common/log/log.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::notify {

namespace {

using findings::AlertKind;
using storage::QueuedMail;

/// Alerts in one mail: the rest of a very large burst comes in the next.
constexpr std::size_t alerts_at_once = 5'000;

/// The civil clock may be set, so it is looked at this often.
constexpr std::chrono::milliseconds look_at_clock_every{5'000};

MailContext context_of(const MailSettings& settings, Timestamp now)
{
    return {
        {settings.language, now, settings.utc_offset}, settings.site_name, settings.web_address};
}

/// Puts the waiting alerts of one kind into mails. Returns how many mails.
std::size_t compose_kind(
    storage::Session& session, const MailSettings& settings, AlertKind kind, Timestamp now)
{
    const auto alerts = storage::waiting_alerts(session, kind, alerts_at_once);
    if (alerts.empty())
        return 0;
    const auto text =
        mail_text(kind, alerts, findings::Texts::embedded(), context_of(settings, now));
    auto mails = mails_for(settings, text.subject, text.body, now);
    for (QueuedMail& mail : mails)
        storage::put_mail(session, mail);
    std::vector<std::int64_t> nos;
    for (const storage::WaitingAlert& alert : alerts)
        nos.push_back(alert.no);
    storage::put_into_batch(session, nos, mails.front().batch);
    return mails.size();
}

} // namespace

std::chrono::seconds retry_wait(const MailSettings& settings, std::uint32_t attempts)
{
    auto wait = settings.retry_first;
    for (std::uint32_t i = 1; i < attempts && wait < settings.retry_longest; ++i)
        wait *= 2;
    return std::min(wait, settings.retry_longest);
}

std::vector<QueuedMail> mails_for(
    const MailSettings& settings,
    const std::string& subject,
    const std::string& body,
    Timestamp now)
{
    const std::string batch = crypto::random_id_text();
    const std::string domain = settings.from.substr(settings.from.rfind('@') + 1);
    std::vector<QueuedMail> mails;
    for (const std::string& to : settings.to)
    {
        QueuedMail mail;
        mail.batch = batch;
        mail.message_id = fmt::format("{}.{}@{}", batch, mails.size() + 1, domain);
        mail.sender = settings.from;
        mail.recipient = to;
        mail.composed_at = now;
        mail.next_attempt_at = now;
        const bool ja = settings.language == findings::Language::ja;
        Message message;
        message.message_id = mail.message_id;
        message.from_name = ja ? "見守り" : "mimamori";
        message.from = settings.from;
        message.to = to;
        message.subject = subject;
        message.body = body;
        message.date = now;
        mail.message = compose(message);
        mails.push_back(std::move(mail));
    }
    return mails;
}

Notifier::Notifier(
    asio::any_io_executor strand,
    storage::Database& database,
    const Clock& clock,
    MailSettings settings)
    : strand_{std::move(strand)}
    , database_{database}
    , clock_{clock}
    , settings_{std::move(settings)}
    , timer_{strand_}
{
    health_.configured = is_configured(settings_);
}

Notifier::~Notifier()
{
    delivering_.join();
}

awaitable<void> Notifier::run()
{
    if (!is_configured(settings_))
        co_return;
    for (;;)
    {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return;
        woken_ = false;
        troubled_ = false;
        co_await compose_due();
        const bool tried = co_await deliver_due();
        if (tried)
            continue;
        const auto wait = co_await time_to_wait();
        if (woken_ && !troubled_)
            continue;
        timer_.expires_after(wait);
        const auto [ec] = co_await timer_.async_wait(token);
        static_cast<void>(ec); // Woken, waited long enough, or cancelled: seen at the top.
    }
}

awaitable<void> Notifier::compose_due()
{
    const Timestamp now = clock_.now();
    auto look = [](storage::Session& session) -> Result<std::optional<Timestamp>> {
        return storage::oldest_waiting_alert(session);
    };
    const auto oldest = co_await database_.read(std::move(look));
    if (!oldest)
    {
        note_failure(oldest.error().message);
        co_return;
    }
    // An alert from the future was decided before the clock was set back: it has waited enough.
    const bool due = *oldest && (now - **oldest >= settings_.gather || **oldest > now);
    if (!due)
        co_return;
    auto work = [this, now](storage::Session& session) -> Result<std::size_t> {
        return compose_kind(session, settings_, AlertKind::opened, now)
               + compose_kind(session, settings_, AlertKind::resolved, now);
    };
    const auto composed = co_await database_.write(std::move(work));
    if (!composed)
        note_failure(Error{composed.error()}.in("queue mail").message);
}

awaitable<bool> Notifier::deliver_due()
{
    // What could not be noted is still queued: without this it would go out in a tight circle.
    if (std::chrono::steady_clock::now() < deliver_not_before_)
        co_return false;
    const Timestamp now = clock_.now();
    auto look = [](storage::Session& session) -> Result<std::optional<QueuedMail>> {
        return storage::next_mail(session);
    };
    auto next = co_await database_.read(std::move(look));
    if (!next || !*next || (*next)->next_attempt_at > now)
        co_return false;

    const QueuedMail mail = std::move(**next);
    auto attempt = [this, &mail] {
        return deliver(settings_, mail.sender, mail.recipient, mail.message);
    };
    const DeliveryReport report = co_await async::offload(delivering_, std::move(attempt));

    const Timestamp done = clock_.now();
    const bool too_old = done - mail.composed_at >= settings_.give_up_after;
    const bool dead =
        report.delivery == Delivery::refused || (report.delivery == Delivery::try_later && too_old);
    auto note = [&](storage::Session& session) -> Result<void> {
        if (report.delivery == Delivery::accepted)
            storage::mail_sent(session, mail.no, done);
        else if (dead)
            storage::mail_given_up(session, mail.no, report.problem, done);
        else
            storage::mail_failed(
                session, mail.no, report.problem, done + retry_wait(settings_, mail.attempts + 1));
        return {};
    };
    const auto noted = co_await database_.write(std::move(note));
    if (!noted)
    {
        // It will go out again, with the same Message-ID.
        deliver_not_before_ = std::chrono::steady_clock::now() + settings_.retry_first;
        note_failure(Error{noted.error()}.in("note delivery").message);
        co_return false;
    }
    const std::lock_guard lock{mutex_};
    health_.problem = report.problem;
    if (report.delivery == Delivery::accepted)
    {
        ++health_.mails_sent;
        log::info("mail {}: accepted by {}", mail.message_id, settings_.host);
        co_return true;
    }
    ++health_.attempts_failed;
    if (dead)
    {
        ++health_.mails_dead;
        log::error("mail {}: given up: {}", mail.message_id, report.problem);
    }
    else
        log::warn("mail {}: will be tried again: {}", mail.message_id, report.problem);
    co_return true;
}

awaitable<std::chrono::milliseconds> Notifier::time_to_wait()
{
    const Timestamp now = clock_.now();

    struct Queue
    {
        std::optional<Timestamp> oldest_alert;
        std::optional<QueuedMail> next;
        storage::MailQueue counts;
    };

    auto look = [](storage::Session& session) -> Result<Queue> {
        Queue queue;
        queue.oldest_alert = storage::oldest_waiting_alert(session);
        queue.next = storage::next_mail(session);
        queue.counts = storage::mail_queue(session);
        return queue;
    };
    const auto queue = co_await database_.read(std::move(look));
    auto wait = look_at_clock_every;
    if (!queue)
        co_return wait;
    if (std::chrono::steady_clock::now() < deliver_not_before_)
        troubled_ = true;
    {
        const std::lock_guard lock{mutex_};
        health_.mails_queued = queue->counts.mails_queued;
        health_.alerts_waiting = queue->counts.alerts_waiting;
    }
    if (queue->oldest_alert)
        wait = std::min<std::chrono::milliseconds>(
            wait, *queue->oldest_alert + settings_.gather - now);
    if (queue->next)
        wait = std::min<std::chrono::milliseconds>(wait, queue->next->next_attempt_at - now);
    // After a failure the same work is due again: not in a tight circle.
    if (troubled_)
        co_return look_at_clock_every;
    co_return std::max(wait, std::chrono::milliseconds{10});
}

void Notifier::wake()
{
    auto ask = [this] {
        woken_ = true;
        timer_.cancel();
    };
    asio::post(strand_, std::move(ask));
}

awaitable<Result<void>> Notifier::queue_test()
{
    if (!is_configured(settings_))
        co_return Error{Errc::conflict, "no mail server is configured"};
    const Timestamp now = clock_.now();
    const auto text = test_mail_text(context_of(settings_, now));
    auto mails = mails_for(settings_, text.subject, text.body, now);
    auto work = [&mails](storage::Session& session) -> Result<void> {
        for (QueuedMail& mail : mails)
            storage::put_mail(session, mail);
        return {};
    };
    auto queued = co_await database_.write(std::move(work));
    if (queued)
        wake();
    co_return queued;
}

NotifierHealth Notifier::health() const
{
    const std::lock_guard lock{mutex_};
    return health_;
}

void Notifier::note_failure(const std::string& problem)
{
    troubled_ = true;
    log::error("mail: {}", problem);
    const std::lock_guard lock{mutex_};
    ++health_.attempts_failed;
    health_.problem = problem;
}

} // namespace mimamori::collector::notify
