// What the spool does when the collector refuses a report, or the whole stream.

#include "agent/report/spool.hpp"
#include "common/crypto/random.hpp"

namespace mimamori::agent::report {

Result<bool> Spool::refuse(std::string_view why)
{
    if (!waiting_)
        return Error{Errc::invalid_input, "refusal although no report waits for an answer"};
    const Counts before = counts_;
    const auto refuse_in_file = [&]() -> Result<void> {
        Transaction transaction{database_};
        auto done = transaction.begun();
        if (done && waiting_->items() <= 1)
            done = set_aside(why);
        if (done)
            done = database_.execute("DELETE FROM waiting");
        if (done)
            done = transaction.commit();
        return done ? count_what_waits() : done;
    };
    if (auto done = refuse_in_file(); !done)
        return after_failure(std::move(done), before).error();
    const std::uint64_t items = waiting_->items();
    one_by_one_ = items > 1 ? items : one_by_one_;
    waiting_.reset();
    return items > 0;
}

Result<void> Spool::set_aside(std::string_view why)
{
    const std::string reason = "refused by the collector: " + std::string{why};
    auto done = keep_refused(why);
    if (done && waiting_->events > 0)
        done = condemn_event(reason);
    if (done && waiting_->losses > 0)
        done = database_.execute("DELETE FROM lost WHERE seq = ?1", waiting_->seq);
    for (std::size_t i = 0; done && i < waiting_->bodies.size(); ++i)
    {
        const auto& [name, digest] = waiting_->bodies[i];
        done = database_.execute(
            R"(UPDATE section SET refused = ?2, body = CASE WHEN digest = ?2 THEN NULL ELSE body END
               WHERE name = ?1)",
            name, digest);
        wire::Event told;
        told.at = clock_.now();
        told.kind = wire::EventKind::probe_failed;
        told.text = "section " + name + " " + reason;
        if (done)
            done = insert(told);
    }
    return done;
}

Result<void> Spool::condemn_event(std::string_view why)
{
    std::int64_t id = 0;
    std::int64_t number = 0;
    std::int64_t at_ms = 0;
    auto done = database_.query(
        "SELECT id, number, at_ms FROM event WHERE number IS NOT NULL ORDER BY number LIMIT 1",
        [&](const Row& row) {
            id = row.integer(0);
            number = row.integer(1);
            at_ms = row.integer(2);
            return false;
        });
    if (done)
        done = database_.execute("DELETE FROM event WHERE id = ?1", id);
    // Its number was on the wire, so the loss keeps it. `seq` is that of the refused report, for
    // which no receipt can come.
    if (done)
        done = database_.execute(
            R"(INSERT INTO lost (first, last, seq, count, since_ms, until_ms, why)
               VALUES (?1, ?1, ?2, 1, ?3, ?3, ?4))",
            number, waiting_->seq, at_ms, why);
    if (done)
        done = database_.execute("UPDATE spool SET lost_ever = lost_ever + 1");
    wire::Event told;
    told.at = clock_.now();
    told.kind = wire::EventKind::events_lost;
    told.text = why;
    if (done)
        done = insert(told);
    if (done)
        counts_.lost_ever += 1;
    return done;
}

Result<void> Spool::keep_refused(std::string_view why)
{
    auto done = database_.execute(
        R"(INSERT INTO refused (at_ms, seq, why, report)
           SELECT ?1, seq, ?2, report FROM waiting WHERE seq = ?3)",
        to_ms(clock_.now()), why, waiting_->seq);
    if (done)
        done = database_.execute(
            "DELETE FROM refused WHERE id NOT IN (SELECT id FROM refused ORDER BY id DESC LIMIT "
            "?1)",
            static_cast<std::int64_t>(limits_.refused_max));
    return done;
}

Result<void> Spool::begin_stream()
{
    const StreamId stream = crypto::random_id<StreamId>();
    const Counts before = counts_;
    const auto begin_in_file = [&]() -> Result<void> {
        Transaction transaction{database_};
        auto done = transaction.begun();
        if (done)
            done = database_.execute(
                "UPDATE spool SET stream = ?1, next_seq = 1, next_number = 1", stream.text());
        if (done)
            done = database_.execute("UPDATE event SET number = NULL WHERE number IS NOT NULL");
        // Losses that had numbers join the open one of the same reason, whose key they would break.
        if (done)
            done = database_.run(R"(
                CREATE TEMP TABLE merged AS
                    SELECT sum(count) AS count, min(since_ms) AS since_ms,
                           max(until_ms) AS until_ms, why FROM lost GROUP BY why;
                DELETE FROM lost;
                INSERT INTO lost (count, since_ms, until_ms, why)
                    SELECT count, since_ms, until_ms, why FROM merged;
                DROP TABLE merged;
                DELETE FROM waiting;)");
        if (done)
            done = transaction.commit();
        return done ? count_what_waits() : done;
    };
    if (auto done = begin_in_file(); !done)
        return after_failure(std::move(done), before).error().in("begin a new stream");
    stream_ = stream;
    next_seq_ = 1;
    counts_.next_number = 1;
    waiting_.reset();
    one_by_one_ = 0;
    return {};
}

} // namespace mimamori::agent::report
