// Reports and their receipts.

#include "agent/report/spool.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

namespace mimamori::agent::report {
namespace {

/// Losses are merged by their reason, so there are few; a broken file must not make a long report.
constexpr std::int64_t losses_max = 50;

wire::LostEvents loss_of(const Row& row)
{
    wire::LostEvents lost;
    lost.first = static_cast<std::uint64_t>(row.integer(1));
    lost.last = static_cast<std::uint64_t>(row.integer(2));
    lost.count = static_cast<std::uint64_t>(row.integer(3));
    lost.since = from_ms(row.integer(4));
    lost.until = from_ms(row.integer(5));
    lost.why = row.text(6);
    return lost;
}

std::string joined(const std::vector<std::pair<std::string, std::string>>& bodies)
{
    std::string text;
    for (const auto& [name, digest] : bodies)
        text += (text.empty() ? "" : ",") + name + '=' + digest;
    return text;
}

} // namespace

Result<Outgoing> Spool::next_report(const ReportHead& head)
{
    const Counts before = counts_;
    Waiting waiting;
    auto outgoing = waiting_ ? waiting_report() : compose(head, waiting);
    if (!outgoing)
    {
        Result<void> failure{std::move(outgoing).error()};
        return after_failure(std::move(failure), before).error().in("make a report");
    }
    if (!waiting_)
        waiting_ = std::move(waiting);
    return outgoing;
}

Result<Outgoing> Spool::waiting_report()
{
    Outgoing outgoing{waiting_->seq, {}, true};
    auto done = database_.query(
        "SELECT report FROM waiting WHERE seq = ?1",
        [&](const Row& row) {
            outgoing.text = row.text(0);
            return false;
        },
        waiting_->seq);
    if (!done)
        return std::move(done).error();
    return outgoing;
}

Result<Outgoing> Spool::compose(const ReportHead& head, Waiting& waiting)
{
    Transaction transaction{database_};
    auto done = transaction.begun();
    wire::Report report;
    report.agent_id = head.agent_id;
    report.agent_version = head.agent_version;
    report.boot_id = head.boot_id;
    report.stream = stream_;
    report.seq = next_seq_;
    report.sent_at = head.sent_at;
    report.self = head.self;
    report.sightings = head.sightings;
    waiting.seq = next_seq_;
    if (done)
        done = flush_unstored();
    if (done)
        done = add_told_losses(report, waiting);
    if (done)
        done = add_events(report, waiting);
    if (done)
        done = add_new_losses(report, waiting);
    if (done)
        done = add_sections(report, waiting, head.all_digests);
    if (!done)
        return std::move(done).error();

    Outgoing outgoing{next_seq_, wire::to_json(report), false};
    done = database_.execute("DELETE FROM waiting");
    if (done)
        done = database_.execute(
            R"(INSERT INTO waiting (seq, events, losses, bodies, report)
               VALUES (?1, ?2, ?3, ?4, ?5))",
            waiting.seq, waiting.events, waiting.losses, joined(waiting.bodies), outgoing.text);
    if (done)
        done = database_.execute(
            "UPDATE spool SET next_seq = ?1, next_number = ?2, last_report_ms = ?3", next_seq_ + 1,
            counts_.next_number, to_ms(head.sent_at));
    if (done)
        done = transaction.commit();
    if (!done)
        return std::move(done).error();
    unstored_ = {};
    next_seq_ += 1;
    last_report_at_ = head.sent_at;
    one_by_one_ -= one_by_one_ > 0 ? 1 : 0;
    return outgoing;
}

bool Spool::is_full(const Waiting& waiting) const
{
    return one_by_one_ > 0 && waiting.items() > 0;
}

// The collector takes numbers only in their order. So what has numbers goes before what gets them
// now, and in a report of one part the lowest number is the one.

Result<std::uint64_t> Spool::numbered_events_above(std::uint64_t number)
{
    std::uint64_t lowest = 0;
    auto done = database_.query(
        "SELECT number FROM event WHERE number > ?1 ORDER BY number LIMIT 1",
        [&](const Row& row) {
            lowest = static_cast<std::uint64_t>(row.integer(0));
            return false;
        },
        number);
    if (!done)
        return std::move(done).error();
    return lowest;
}

Result<void> Spool::add_told_losses(wire::Report& report, Waiting& waiting)
{
    std::uint64_t first_loss = 0;
    auto done = database_.query(
        "SELECT first FROM lost WHERE seq > 0 ORDER BY first LIMIT 1", [&](const Row& row) {
            first_loss = static_cast<std::uint64_t>(row.integer(0));
            return false;
        });
    if (!done || first_loss == 0)
        return done;
    const auto first_event = numbered_events_above(0);
    if (!first_event)
        return first_event.error();
    if (one_by_one_ > 0 && *first_event > 0 && *first_event < first_loss)
        return {};
    return add_losses("WHERE seq > 0 ORDER BY first", report, waiting);
}

Result<void> Spool::add_new_losses(wire::Report& report, Waiting& waiting)
{
    if (is_full(waiting))
        return {};
    const auto left_out =
        numbered_events_above(report.events.empty() ? 0 : report.events.back().number);
    if (!left_out)
        return left_out.error();
    return *left_out > 0 ? Result<void>{}
                         : add_losses("WHERE seq = 0 ORDER BY id", report, waiting);
}

Result<void> Spool::add_losses(std::string_view which, wire::Report& report, Waiting& waiting)
{
    const std::size_t before = report.lost.size();
    std::vector<std::int64_t> ids;
    auto done = database_.query(
        "SELECT id, first, last, count, since_ms, until_ms, why FROM lost " + std::string{which}
            + " LIMIT ?1",
        [&](const Row& row) {
            ids.push_back(row.integer(0));
            report.lost.push_back(loss_of(row));
            waiting.losses += 1;
            return !is_full(waiting);
        },
        losses_max);
    for (std::size_t i = 0; done && i < ids.size(); ++i)
    {
        auto& lost = report.lost[before + i];
        if (lost.first == 0)
        {
            lost.first = counts_.next_number;
            lost.last = lost.first + lost.count - 1;
            counts_.next_number = lost.last + 1;
            counts_.numbered += 1;
        }
        done = database_.execute(
            "UPDATE lost SET first = ?2, last = ?3, seq = ?4 WHERE id = ?1", ids[i], lost.first,
            lost.last, waiting.seq);
    }
    return done;
}

Result<void> Spool::add_events(wire::Report& report, Waiting& waiting)
{
    if (is_full(waiting))
        return {};
    std::vector<std::int64_t> to_number;
    std::vector<std::int64_t> unreadable;
    std::size_t bytes = 0;
    auto done = database_.query(
        "SELECT id, number, body FROM event ORDER BY id LIMIT ?1",
        [&](const Row& row) {
            bytes += row.text(2).size();
            if (bytes > limits_.report_bytes_max && !report.events.empty())
                return false;
            auto event = wire::from_json<wire::Event>(row.text(2));
            if (!event)
            {
                unreadable.push_back(row.integer(0));
                return true;
            }
            if (row.is_null(1))
                to_number.push_back(row.integer(0));
            event->number = static_cast<std::uint64_t>(row.integer(1));
            report.events.push_back(std::move(*event));
            waiting.events += 1;
            return !is_full(waiting);
        },
        static_cast<std::int64_t>(limits_.report_events_max));
    auto unnumbered = report.events.end() - static_cast<std::ptrdiff_t>(to_number.size());
    for (std::size_t i = 0; done && i < to_number.size(); ++i, ++unnumbered)
    {
        unnumbered->number = counts_.next_number++;
        counts_.numbered += 1;
        done = database_.execute(
            "UPDATE event SET number = ?2 WHERE id = ?1", to_number[i], unnumbered->number);
    }
    for (std::size_t i = 0; done && i < unreadable.size(); ++i)
    {
        const Timestamp now = clock_.now();
        done = database_.execute("DELETE FROM event WHERE id = ?1", unreadable[i]);
        if (done)
            done = count_lost(1, now, now, "spool damaged: an event could not be read");
        counts_.events -= 1;
    }
    return done;
}

Result<void> Spool::add_sections(wire::Report& report, Waiting& waiting, bool all_digests)
{
    // Small bodies first: one large section must not hold up the others.
    std::size_t bytes = 0;
    const auto add = [&](const Row& row) {
        wire::SectionReport section{std::string{row.text(0)}, std::string{row.text(1)}, {}};
        if (!row.is_null(2))
        {
            const auto body = row.text(2);
            if (is_full(waiting))
                return true;
            if (bytes > 0 && bytes + body.size() > limits_.report_bytes_max)
                return true; // Its digest alone would make the collector ask for it.
            bytes += body.size();
            section.body.text = body;
            waiting.bodies.emplace_back(section.name, section.digest);
        }
        if (all_digests || !section.body.text.empty())
            report.sections.push_back(std::move(section));
        return true;
    };
    if (counts_.bodies == 0 && !all_digests)
        return {};
    return database_.query(
        R"(SELECT name, digest, CASE WHEN digest <> acked AND digest <> refused THEN body END AS due
           FROM section ORDER BY length(body), name)",
        add);
}

Result<Settled> Spool::settle(const wire::Receipt& receipt)
{
    if (!waiting_)
        return Error{Errc::invalid_input, "receipt although no report waits for one"};
    if (receipt.stream != stream_)
        return Error{Errc::invalid_input, "receipt for another stream"};
    if (receipt.seq > waiting_->seq || receipt.ack >= counts_.next_number)
        return Error{Errc::invalid_input, "receipt for what was never sent"};
    Settled settled;
    if (receipt.new_stream)
    {
        settled.new_stream = true;
        if (auto done = begin_stream(); !done)
            return std::move(done).error();
        return settled;
    }
    settled.durable = receipt.seq == waiting_->seq;
    const bool is_heartbeat = waiting_->items() == 0 && counts_.numbered == 0;
    if (is_heartbeat && receipt.want.empty())
    {
        // The next report replaces the row; until then a restart would send it again, which is
        // harmless. So a quiet minute costs one sync and not two.
        settled.progress = settled.durable;
        if (settled.durable)
            waiting_.reset();
        return settled;
    }

    const Counts before = counts_;
    const auto settle_in_file = [&]() -> Result<void> {
        Transaction transaction{database_};
        auto done = transaction.begun();
        if (done)
            done = forget_stored(receipt, settled.durable);
        if (done)
        {
            auto rerun = note_wanted(receipt.want);
            if (!rerun)
                return std::move(rerun).error();
            settled.rerun = std::move(*rerun);
        }
        if (done)
            done = transaction.commit();
        return done ? count_what_waits() : done;
    };
    if (auto done = settle_in_file(); !done)
        return after_failure(std::move(done), before).error().in("note a receipt");
    const bool has_less = counts_.numbered < before.numbered || counts_.bodies < before.bodies;
    settled.progress = has_less || (settled.durable && waiting_->items() == 0);
    if (settled.durable)
        waiting_.reset();
    return settled;
}

Result<void> Spool::forget_stored(const wire::Receipt& receipt, bool is_durable)
{
    auto done = database_.execute("DELETE FROM event WHERE number <= ?1", receipt.ack);
    if (!done || !is_durable)
        return done;
    done = database_.execute(
        "DELETE FROM lost WHERE seq = ?1 AND last <= ?2", waiting_->seq, receipt.ack);
    for (std::size_t i = 0; done && i < waiting_->bodies.size(); ++i)
    {
        const auto& [name, digest] = waiting_->bodies[i];
        done = database_.execute(
            R"(UPDATE section SET acked = ?2, body = CASE WHEN digest = ?2 THEN NULL ELSE body END
               WHERE name = ?1)",
            name, digest);
    }
    return done ? database_.execute("DELETE FROM waiting") : done;
}

Result<std::vector<std::string>> Spool::note_wanted(const std::vector<std::string>& want)
{
    std::vector<std::string> rerun;
    for (const std::string& name : want)
    {
        bool is_missing = false;
        auto done = database_.query(
            "SELECT 1 FROM section WHERE name = ?1 AND digest <> refused AND body IS NULL",
            [&](const Row&) {
                is_missing = true;
                return false;
            },
            name);
        if (done && is_missing)
            done = database_.execute("UPDATE section SET acked = '' WHERE name = ?1", name);
        if (!done)
            return std::move(done).error();
        if (is_missing)
            rerun.push_back(name);
    }
    return rerun;
}

} // namespace mimamori::agent::report
