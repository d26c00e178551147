#pragma once

#include "collector/findings/texts.hpp"
#include "collector/notify/mail_settings.hpp"
#include "collector/notify/smtp.hpp"
#include "collector/storage/alert_store.hpp"
#include "collector/storage/database.hpp"
#include "common/async/asio.hpp"
#include "common/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace mimamori::collector::notify {

/// How delivery does; any thread.
struct NotifierHealth
{
    bool configured{false};
    std::uint64_t mails_sent{0};      ///< Since the start.
    std::uint64_t attempts_failed{0}; ///< Since the start.
    std::uint64_t mails_dead{0};      ///< Given up, since the start.
    std::uint64_t mails_queued{0};    ///< Now, as of the last look.
    std::uint64_t alerts_waiting{0};  ///< Now, as of the last look.
    std::string problem;              ///< Of the newest attempt; empty when it succeeded.
};

/// Turns queued alerts into mails and mails into deliveries.
///
/// What is queued is durable, so nothing is lost by an end of the process at any moment; a mail
/// whose delivery was not noted in time goes out again with the same Message-ID.
class Notifier
{
public:
    /// `strand`: everything but the delivery itself runs there. `settings` were checked. Database,
    /// clock and the notifier live until what runs there has ended.
    Notifier(
        asio::any_io_executor strand,
        storage::Database& database,
        const Clock& clock,
        MailSettings settings);

    /// Waits for a delivery that is under way.
    ~Notifier();

    /// Goes on until it is cancelled. Spawn it on the strand.
    awaitable<void> run();

    /// Alerts were queued. Any thread.
    void wake();

    /// Queues a test mail to everybody. Errors: conflict when no mail is configured; those of the
    /// database.
    awaitable<Result<void>> queue_test();

    NotifierHealth health() const;

private:
    awaitable<void> compose_due();
    awaitable<bool> deliver_due();
    awaitable<std::chrono::milliseconds> time_to_wait();
    void note_failure(const std::string& problem);

    asio::any_io_executor strand_;
    storage::Database& database_;
    const Clock& clock_;
    MailSettings settings_;
    asio::steady_timer timer_;
    asio::thread_pool delivering_{1};
    bool woken_{false};
    bool troubled_{false}; ///< The database failed in this round.
    std::chrono::steady_clock::time_point deliver_not_before_{};

    mutable std::mutex mutex_; ///< Guards health_.
    NotifierHealth health_;
};

/// When to try again after `attempts` failed ones: doubling from `retry_first` to `retry_longest`.
std::chrono::seconds retry_wait(const MailSettings& settings, std::uint32_t attempts);

/// Mails to everybody with one text, ready to be queued.
std::vector<storage::QueuedMail> mails_for(
    const MailSettings& settings,
    const std::string& subject,
    const std::string& body,
    Timestamp now);

} // namespace mimamori::collector::notify
