#pragma once

#include "collector/notify/alert_settings.hpp"
#include "collector/notify/notifier.hpp"
#include "collector/storage/alert_settings.hpp"
#include "collector/storage/delivery_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::notify {

/// A setting as somebody wants it.
struct WantedSetting
{
    std::int64_t no{0}; ///< 0: a new one.
    std::string kind;   ///< As in storage::AlertSettingRow.
    std::string name;
    std::string body;   ///< JSON, as the structs of alert_settings.hpp.
    std::string secret; ///< Of a webhook or mail server; empty: the one that is kept already.
    std::optional<Timestamp> seen_at; ///< When what the sender has seen was changed.
};

/// A setting as it is shown: secrets are left out.
struct ShownSetting
{
    storage::AlertSettingRow row;
    bool usable{true};             ///< Channels: what is set of mail suffices.
    bool fixed{false};             ///< It stands in the settings file and is changed there.
    std::string problem;           ///< Mail: who could not be found, so that others are told.
    storage::ChannelState state{}; ///< Channels.
};

/// What people do about alerts: stored, recorded, in force at once. Any thread; errors besides
/// those named: those of the database.
class AlertDesk
{
public:
    /// All of them live longer than the desk.
    AlertDesk(storage::Database& database, Notifier& notifier, const Clock& clock);

    /// Of one kind; the mail server as it is in force. Errors: not_found for a kind that does not
    /// exist.
    awaitable<Result<std::vector<ShownSetting>>> list(std::string kind);

    /// The number of what was stored. Errors: invalid_input, naming the member; conflict when the
    /// name is taken, something else than what was seen stands there by now, or the settings file
    /// says it; not_found.
    awaitable<Result<std::int64_t>> put(WantedSetting wanted, std::string who);

    /// Errors: not_found; invalid_input, naming what still refers to it.
    awaitable<Result<void>> remove(std::string kind, std::int64_t no, std::string who);

    /// Queues a test by a channel. Errors: not_found; conflict when it is paused or cannot be used.
    awaitable<Result<void>> test(std::int64_t channel_no, std::string who);

    /// Sends a test by the mail server at once and says how that went; `to` empty: to the first who
    /// gets mails. Errors: conflict without a server, or while another test is under way;
    /// invalid_input for `to`.
    awaitable<Result<DeliveryReport>> test_mail(std::string to, std::string who);

    /// As storage::list_deliveries.
    awaitable<Result<std::vector<storage::ListedDelivery>>> deliveries(
        std::string state, std::int64_t before, std::size_t rows_max);

    /// As storage::send_again.
    awaitable<Result<void>> send_again(std::int64_t no, std::string who);

    /// As storage::drop_dead_letter.
    awaitable<Result<void>> drop(std::int64_t no, std::string who);

    NotifierHealth health() const { return notifier_.health(); }

private:
    storage::Database& database_;
    Notifier& notifier_;
    const Clock& clock_;
    std::atomic<bool> testing_mail_{false};
};

} // namespace mimamori::collector::notify
