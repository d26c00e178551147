#include "collector/storage/delivery_store.hpp"

#include "collector/storage/statement.hpp"

#include <utility>

namespace mimamori::collector::storage {

namespace {

std::optional<Timestamp> moment_at(const Statement& row, int column)
{
    if (row.is_null(column))
        return {};
    return from_ms(row.integer(column));
}

void channel_failed(
    Session& session, std::int64_t channel_no, const std::string& problem, Timestamp now)
{
    session
        .prepared(R"sql(
        INSERT INTO channel_state (channel_no, failing_since_ms, problem) VALUES (?1, ?2, ?3)
        ON CONFLICT (channel_no) DO UPDATE SET
            failing_since_ms = coalesce(failing_since_ms, excluded.failing_since_ms),
            problem = excluded.problem)sql")
        ->bind(1, channel_no)
        .bind(2, to_ms(now))
        .bind(3, problem)
        .run();
}

void channel_works(Session& session, std::int64_t channel_no, Timestamp now)
{
    session
        .prepared(R"sql(
        INSERT INTO channel_state (channel_no, problem, last_sent_ms) VALUES (?1, '', ?2)
        ON CONFLICT (channel_no) DO UPDATE SET
            failing_since_ms = NULL, problem = '', last_sent_ms = excluded.last_sent_ms)sql")
        ->bind(1, channel_no)
        .bind(2, to_ms(now))
        .run();
}

std::string state_of(Session& session, std::int64_t no)
{
    const auto row = session.prepared("SELECT state FROM delivery WHERE no = ?1");
    row->bind(1, no);
    return row->next() ? std::string{row->text(0)} : std::string{};
}

Result<void> require_dead(Session& session, std::int64_t no)
{
    const std::string state = state_of(session, no);
    if (state.empty())
        return Error{Errc::not_found, "no delivery with this number"};
    if (state != "dead")
        return Error{Errc::conflict, "it is " + state + ", not a dead letter"};
    return {};
}

} // namespace

void put_delivery(Session& session, Delivery& delivery)
{
    const auto row = session.prepared(R"sql(
        INSERT INTO delivery (
            channel_no, message_id, recipient, summary, content, state, composed_at_ms, attempts,
            next_attempt_ms, perhaps_twice, problem)
        VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, 0, ?7, 0, '') RETURNING no)sql");
    row->bind(1, delivery.channel_no)
        .bind(2, delivery.message_id)
        .bind(3, delivery.recipient)
        .bind(4, delivery.summary)
        .bind(5, delivery.content)
        .bind(6, to_ms(delivery.composed_at))
        .bind(7, to_ms(delivery.next_attempt_at));
    row->next();
    delivery.no = row->integer(0);
}

std::vector<std::int64_t> channels_with_work(Session& session, Timestamp now, Timestamp farthest)
{
    const auto rows = session.prepared(R"sql(
        SELECT DISTINCT channel_no FROM delivery
        WHERE state = 'queued' AND (next_attempt_ms <= ?1 OR next_attempt_ms > ?2))sql");
    rows->bind(1, to_ms(now)).bind(2, to_ms(farthest));
    std::vector<std::int64_t> channels;
    while (rows->next())
        channels.push_back(rows->integer(0));
    return channels;
}

std::optional<Timestamp> next_attempt(Session& session)
{
    const auto row =
        session.prepared("SELECT min(next_attempt_ms) FROM delivery WHERE state = 'queued'");
    return row->next() ? moment_at(*row, 0) : std::nullopt;
}

std::optional<Delivery> begin_delivery(
    Session& session, std::int64_t channel_no, Timestamp now, Timestamp farthest)
{
    Delivery delivery;
    {
        const auto row = session.prepared(R"sql(
            SELECT no, message_id, recipient, summary, content, composed_at_ms, attempts,
                   next_attempt_ms, perhaps_twice OR started_at_ms IS NOT NULL
            FROM delivery
            WHERE state = 'queued' AND channel_no = ?1
              AND (next_attempt_ms <= ?2 OR next_attempt_ms > ?3)
            ORDER BY next_attempt_ms, no LIMIT 1)sql");
        row->bind(1, channel_no).bind(2, to_ms(now)).bind(3, to_ms(farthest));
        if (!row->next())
            return {};
        delivery.no = row->integer(0);
        delivery.channel_no = channel_no;
        delivery.message_id = row->text(1);
        delivery.recipient = row->text(2);
        delivery.summary = row->text(3);
        delivery.content = row->text(4);
        delivery.composed_at = from_ms(row->integer(5));
        delivery.attempts = static_cast<std::uint32_t>(row->integer(6));
        delivery.next_attempt_at = from_ms(row->integer(7));
        delivery.perhaps_twice = row->integer(8) != 0;
    }
    session.prepared("UPDATE delivery SET started_at_ms = ?2, perhaps_twice = ?3 WHERE no = ?1")
        ->bind(1, delivery.no)
        .bind(2, to_ms(now))
        .bind(3, std::int64_t{delivery.perhaps_twice})
        .run();
    return delivery;
}

void delivery_sent(Session& session, const Delivery& delivery, Timestamp now)
{
    session
        .prepared("UPDATE delivery SET state = 'sent', done_at_ms = ?2, problem = '',"
                  " attempts = attempts + 1, started_at_ms = NULL WHERE no = ?1")
        ->bind(1, delivery.no)
        .bind(2, to_ms(now))
        .run();
    channel_works(session, delivery.channel_no, now);
}

void delivery_failed(
    Session& session,
    const Delivery& delivery,
    const std::string& problem,
    Timestamp next_attempt_at,
    Timestamp now)
{
    session
        .prepared("UPDATE delivery SET attempts = attempts + 1, problem = ?2,"
                  " next_attempt_ms = ?3, started_at_ms = NULL WHERE no = ?1")
        ->bind(1, delivery.no)
        .bind(2, problem)
        .bind(3, to_ms(next_attempt_at))
        .run();
    channel_failed(session, delivery.channel_no, problem, now);
}

void delivery_given_up(
    Session& session, const Delivery& delivery, const std::string& problem, Timestamp now)
{
    session
        .prepared("UPDATE delivery SET state = 'dead', attempts = attempts + 1, problem = ?2,"
                  " done_at_ms = ?3, started_at_ms = NULL WHERE no = ?1")
        ->bind(1, delivery.no)
        .bind(2, problem)
        .bind(3, to_ms(now))
        .run();
}

std::vector<ListedDelivery> list_deliveries(
    Session& session, std::string_view state, std::int64_t before, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT d.no, d.channel_no, coalesce(c.name, ''), d.recipient, d.summary, d.state,
               d.composed_at_ms, d.attempts, d.next_attempt_ms, d.perhaps_twice, d.done_at_ms,
               d.problem
        FROM delivery d LEFT JOIN alert_setting c ON c.no = d.channel_no AND c.kind = 'channel'
        WHERE (?1 = '' OR d.state = ?1) AND (?2 = 0 OR d.no < ?2)
        ORDER BY d.no DESC LIMIT ?3)sql");
    rows->bind(1, state).bind(2, before).bind(3, static_cast<std::int64_t>(rows_max));
    std::vector<ListedDelivery> found;
    while (rows->next())
    {
        ListedDelivery delivery;
        delivery.no = rows->integer(0);
        delivery.channel_no = rows->integer(1);
        delivery.channel = rows->text(2);
        delivery.recipient = rows->text(3);
        delivery.summary = rows->text(4);
        delivery.state = rows->text(5);
        delivery.composed_at = from_ms(rows->integer(6));
        delivery.attempts = static_cast<std::uint32_t>(rows->integer(7));
        delivery.next_attempt_at = from_ms(rows->integer(8));
        delivery.perhaps_twice = rows->integer(9) != 0;
        delivery.done_at = moment_at(*rows, 10);
        delivery.problem = rows->text(11);
        found.push_back(std::move(delivery));
    }
    return found;
}

Result<void> send_again(Session& session, std::int64_t no, Timestamp now)
{
    if (auto dead = require_dead(session, no); !dead)
        return dead;
    const auto queued = session.prepared(R"sql(
        UPDATE delivery SET state = 'queued', perhaps_twice = perhaps_twice OR attempts > 0,
               attempts = 0, next_attempt_ms = ?2, done_at_ms = NULL, composed_at_ms = ?2
        WHERE no = ?1 AND EXISTS (
            SELECT 1 FROM alert_setting c WHERE c.no = channel_no AND c.kind = 'channel'))sql");
    queued->bind(1, no).bind(2, to_ms(now));
    if (queued->run() == 0)
        return Error{Errc::conflict, "its channel was removed"};
    return {};
}

Result<void> drop_dead_letter(Session& session, std::int64_t no)
{
    if (auto dead = require_dead(session, no); !dead)
        return dead;
    session.prepared("DELETE FROM delivery WHERE no = ?1")->bind(1, no).run();
    return {};
}

DeliveryCounts delivery_counts(Session& session)
{
    DeliveryCounts counts;
    {
        const auto rows = session.prepared("SELECT state, count(*) FROM delivery GROUP BY state");
        while (rows->next())
        {
            const auto count = static_cast<std::uint64_t>(rows->integer(1));
            (rows->text(0) == "sent"   ? counts.sent
             : rows->text(0) == "dead" ? counts.dead
                                       : counts.queued) = count;
        }
    }
    const auto row = session.prepared("SELECT count(*) FROM alert_queue");
    row->next();
    counts.alerts_waiting = static_cast<std::uint64_t>(row->integer(0));
    return counts;
}

std::vector<ChannelState> channel_states(Session& session)
{
    const auto rows = session.prepared(R"sql(
        SELECT c.no, s.failing_since_ms, coalesce(s.problem, ''), s.last_sent_ms,
               (SELECT count(*) FROM delivery d WHERE d.channel_no = c.no AND d.state = 'queued'),
               (SELECT count(*) FROM delivery d WHERE d.channel_no = c.no AND d.state = 'dead'),
               (SELECT min(d.done_at_ms) FROM delivery d
                WHERE d.channel_no = c.no AND d.state = 'dead')
        FROM alert_setting c LEFT JOIN channel_state s ON s.channel_no = c.no
        WHERE c.kind = 'channel' ORDER BY c.no)sql");
    std::vector<ChannelState> found;
    while (rows->next())
    {
        ChannelState state;
        state.channel_no = rows->integer(0);
        state.failing_since = moment_at(*rows, 1);
        state.problem = rows->text(2);
        state.last_sent_at = moment_at(*rows, 3);
        state.queued = static_cast<std::uint64_t>(rows->integer(4));
        state.dead = static_cast<std::uint64_t>(rows->integer(5));
        state.dead_since = moment_at(*rows, 6);
        found.push_back(std::move(state));
    }
    return found;
}

std::optional<ChannelState> channel_state(Session& session, std::int64_t no)
{
    const auto row = session.prepared("SELECT failing_since_ms, problem, last_sent_ms"
                                      " FROM channel_state WHERE channel_no = ?1");
    row->bind(1, no);
    if (!row->next())
        return {};
    ChannelState state;
    state.channel_no = no;
    state.failing_since = moment_at(*row, 0);
    state.problem = row->text(1);
    state.last_sent_at = moment_at(*row, 2);
    return state;
}

void forget_channel_state(Session& session, std::int64_t no)
{
    session.prepared("DELETE FROM channel_state WHERE channel_no = ?1")->bind(1, no).run();
}

std::vector<FailingChannel> channels_failing(Session& session)
{
    std::vector<FailingChannel> failing;
    for (ChannelState& state : channel_states(session))
    {
        if (!state.failing_since && state.dead == 0)
            continue;
        FailingChannel channel;
        {
            const auto row = session.prepared("SELECT name FROM alert_setting WHERE no = ?1");
            row->bind(1, state.channel_no);
            if (row->next())
                channel.name = row->text(0);
        }
        channel.since = state.failing_since;
        channel.problem = std::move(state.problem);
        channel.queued = state.queued;
        channel.dead = state.dead;
        channel.dead_since = state.dead_since;
        if (!channel.since)
            channel.problem = "messages that could not be delivered";
        failing.push_back(std::move(channel));
    }
    return failing;
}

std::size_t forget_deliveries(
    Session& session, Timestamp sent_before, Timestamp dead_before, std::size_t rows_max)
{
    const auto gone = session.prepared(R"sql(
        DELETE FROM delivery WHERE no IN (
            SELECT no FROM delivery
            WHERE (state = 'sent' AND done_at_ms < ?1) OR (state = 'dead' AND done_at_ms < ?2)
            ORDER BY no LIMIT ?3))sql");
    return static_cast<std::size_t>(gone->bind(1, to_ms(sent_before))
                                        .bind(2, to_ms(dead_before))
                                        .bind(3, static_cast<std::int64_t>(rows_max))
                                        .run());
}

} // namespace mimamori::collector::storage
