#pragma once

#include "collector/storage/session.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Messages on their way, and how the channels do. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// A message to one recipient by one channel. The same content goes out at each attempt.
struct Delivery
{
    std::int64_t no{0}; ///< 0: not stored yet.
    std::int64_t channel_no{0};
    std::string message_id;
    std::string recipient;
    std::string summary; ///< One line for lists.
    std::string content; ///< In the form of the channel's kind.
    Timestamp composed_at{};
    std::uint32_t attempts{0};
    Timestamp next_attempt_at{};
    bool perhaps_twice{
        false}; ///< The end of an earlier attempt was not noted: it may have arrived.
};

void put_delivery(Session& session, Delivery& delivery);

/// Channels that have something to deliver now; also what is due later than `farthest`, which only
/// a clock that was set back can have put so far ahead.
std::vector<std::int64_t> channels_with_work(Session& session, Timestamp now, Timestamp farthest);

/// When the next attempt is due, on channels whose work is not due yet.
std::optional<Timestamp> next_attempt(Session& session);

/// The channel's first due delivery, noted as begun; nothing when there is none. When an attempt
/// had begun before and its end was never noted, the delivery is marked as perhaps going out twice.
std::optional<Delivery> begin_delivery(
    Session& session, std::int64_t channel_no, Timestamp now, Timestamp farthest);

/// It was taken; the channel works.
void delivery_sent(Session& session, const Delivery& delivery, Timestamp now);

/// The attempt failed and another one will follow; the channel fails.
void delivery_failed(
    Session& session,
    const Delivery& delivery,
    const std::string& problem,
    Timestamp next_attempt_at,
    Timestamp now);

/// The attempt failed and no other will follow: a dead letter.
void delivery_given_up(
    Session& session, const Delivery& delivery, const std::string& problem, Timestamp now);

/// A delivery as lists show it.
struct ListedDelivery
{
    std::int64_t no{0};
    std::int64_t channel_no{0};
    std::string channel; ///< Its name; empty when it was removed.
    std::string recipient;
    std::string summary;
    std::string state; ///< "queued", "sent", "dead".
    Timestamp composed_at{};
    std::uint32_t attempts{0};
    Timestamp next_attempt_at{};
    bool perhaps_twice{false};
    std::optional<Timestamp> done_at;
    std::string problem;
};

/// The newest first. `state` empty: all. `before`: those with a smaller number; 0: from the newest.
std::vector<ListedDelivery> list_deliveries(
    Session& session, std::string_view state, std::int64_t before, std::size_t rows_max);

/// Queues a dead letter anew; it is marked as perhaps going out twice when an attempt was made.
/// Errors: not_found; conflict when it is not dead or its channel was removed.
Result<void> send_again(Session& session, std::int64_t no, Timestamp now);

/// Removes a dead letter. Errors: not_found; conflict when it is not dead.
Result<void> drop_dead_letter(Session& session, std::int64_t no);

struct DeliveryCounts
{
    std::uint64_t queued{0};
    std::uint64_t sent{0};
    std::uint64_t dead{0};
    std::uint64_t alerts_waiting{0}; ///< For which no route was looked for yet.
};

DeliveryCounts delivery_counts(Session& session);

/// How a channel does.
struct ChannelState
{
    std::int64_t channel_no{0};
    std::optional<Timestamp> failing_since; ///< Nothing: the newest attempt succeeded.
    std::string problem;
    std::optional<Timestamp> last_sent_at;
    std::uint64_t queued{0};
    std::uint64_t dead{0};
    std::optional<Timestamp> dead_since; ///< The oldest dead letter.
};

/// Of every channel.
std::vector<ChannelState> channel_states(Session& session);

/// How sending by a channel, or a test by the mail server, went; 0: by that of the settings file.
/// Nothing before the first time; without what is queued.
std::optional<ChannelState> channel_state(Session& session, std::int64_t no);

/// As if nothing had ever been sent by it.
void forget_channel_state(Session& session, std::int64_t no);

/// A channel that people rely on and that does not deliver: its newest attempt failed, or dead
/// letters lie there.
struct FailingChannel
{
    std::string name;
    std::optional<Timestamp> since; ///< Nothing: it works, but has dead letters.
    std::string problem;
    std::uint64_t queued{0};
    std::uint64_t dead{0};
    std::optional<Timestamp> dead_since; ///< The oldest dead letter.
};

std::vector<FailingChannel> channels_failing(Session& session);

/// Removes messages that were sent before `sent_before` and dead letters of before `dead_before`,
/// at most `rows_max`. Returns how many went.
std::size_t forget_deliveries(
    Session& session, Timestamp sent_before, Timestamp dead_before, std::size_t rows_max);

} // namespace mimamori::collector::storage
