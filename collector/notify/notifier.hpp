#pragma once

#include "collector/notify/alert_settings.hpp"
#include "collector/notify/delivery_report.hpp"
#include "collector/notify/mail_settings.hpp"
#include "collector/notify/secrets.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/delivery_store.hpp"
#include "common/async/asio.hpp"
#include "common/async/task_group.hpp"
#include "common/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::notify {

/// How delivery does; any thread.
struct NotifierHealth
{
    bool configured{false}; ///< There is a mail server.
    std::uint64_t sent{0};  ///< Since the start, like the next two.
    std::uint64_t attempts_failed{0};
    std::uint64_t dead{0};   ///< Given up.
    std::uint64_t queued{0}; ///< Now, as of the last look, like those below.
    std::uint64_t alerts_waiting{0};
    std::uint64_t dead_letters{0};
    std::vector<storage::FailingChannel> failing;
    std::string problem; ///< Of the newest failure in `failing`, or of the database; else empty.
};

/// Sends queued alerts along their routes and messages to their channels.
///
/// What is queued is durable, so nothing is lost by an end of the process at any moment; a message
/// whose delivery was not noted in time goes out again with the same id, marked as a repetition.
/// Each channel delivers one message at a time and none waits for another.
class Notifier
{
public:
    /// `strand`: everything but the delivery itself runs there. `settings` were checked. Database,
    /// clock and the notifier live until what runs there has ended.
    Notifier(
        asio::any_io_executor strand,
        storage::Database& database,
        const Clock& clock,
        MailSettings settings,
        Secrets secrets);

    /// Waits for deliveries that are under way.
    ~Notifier();

    /// Goes on until it is cancelled. Spawn it on the strand.
    awaitable<void> run();

    /// Cuts deliveries short, after `run` has ended; they go out again at the next start. On the
    /// strand. False when one did not react.
    awaitable<bool> stop(std::chrono::milliseconds grace);

    /// Something was queued or changed. Any thread.
    void wake();

    /// What the settings file says of mail.
    const MailSettings& file() const { return settings_; }

    /// What mails are made and sent with now.
    MailSettings mail_now(storage::Session& session, const AlertSettings& settings) const;

    /// Sends one mail past the queue, for at most `limit`. Any thread.
    awaitable<DeliveryReport> send_now(
        storage::Delivery delivery, MailSettings mail, std::chrono::seconds limit);

    const Secrets& secrets() const { return secrets_; }

    NotifierHealth health() const;

private:
    /// How a channel is being used.
    struct Channel
    {
        bool busy{false};
        std::uint32_t failures{0};      ///< In a row.
        std::optional<Timestamp> rests; ///< No attempt before.
    };

    awaitable<void> route_due();
    awaitable<void> start_deliveries();
    awaitable<void> work_channel(std::int64_t channel_no);
    awaitable<bool> deliver_next(std::int64_t channel_no);
    awaitable<Result<void>> note(
        const storage::Delivery& delivery, const DeliveryReport& report, std::uint32_t failures);
    awaitable<void> forget_old();
    awaitable<std::chrono::milliseconds> time_to_wait();
    bool may_try(const Channel& channel, Timestamp now) const;
    void note_failure(const std::string& problem);

    asio::any_io_executor strand_;
    storage::Database& database_;
    const Clock& clock_;
    MailSettings settings_;
    Secrets secrets_;
    asio::steady_timer timer_;
    asio::thread_pool delivering_{4};
    async::TaskGroup deliveries_;
    std::map<std::int64_t, Channel> channels_;
    std::optional<Timestamp> forgot_at_;
    std::atomic<bool> stopping_{false};
    bool woken_{false};
    bool troubled_{false}; ///< The database failed in this round.

    mutable std::mutex mutex_; ///< Guards health_.
    NotifierHealth health_;
};

/// When to try again after `attempts` failed ones: doubling from `retry_first` to `retry_longest`.
std::chrono::seconds retry_wait(const MailSettings& settings, std::uint32_t attempts);

} // namespace mimamori::collector::notify
