#include "collector/storage/alert_store.hpp"

#include "collector/storage/statement.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <utility>

namespace mimamori::collector::storage {

void put_alert(
    Session& session,
    findings::AlertKind kind,
    const findings::FindingRecord& record,
    Timestamp now)
{
    const std::string evidence = record.evidence.to_json();
    session
        .prepared(R"sql(
        INSERT INTO alert (kind, finding_no, device_no, rule, severity, evidence, decided_at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))sql")
        ->bind(1, boost::describe::enum_to_string(kind, "opened"))
        .bind(2, record.no)
        .bind(3, record.device_no)
        .bind(4, record.rule)
        .bind(5, static_cast<std::int64_t>(record.severity))
        .bind(6, evidence)
        .bind(7, to_ms(now))
        .run();
}

std::vector<WaitingAlert> waiting_alerts(
    Session& session, findings::AlertKind kind, std::size_t rows_max)
{
    const auto rows = session.prepared(R"sql(
        SELECT a.no, a.rule, a.severity, a.evidence, coalesce(s.name, ''), a.decided_at_ms
        FROM alert a LEFT JOIN device_summary s ON s.device_no = a.device_no
        WHERE a.batch IS NULL AND a.kind = ?1 ORDER BY a.no LIMIT ?2)sql");
    rows->bind(1, boost::describe::enum_to_string(kind, "opened"))
        .bind(2, static_cast<std::int64_t>(rows_max));
    std::vector<WaitingAlert> found;
    while (rows->next())
    {
        WaitingAlert alert;
        alert.no = rows->integer(0);
        alert.kind = kind;
        alert.rule = rows->text(1);
        alert.severity = static_cast<rules::Severity>(rows->integer(2));
        if (auto evidence = rules::Evidence::from_json(rows->text(3)))
            alert.evidence = std::move(*evidence);
        alert.device_name = rows->text(4);
        alert.decided_at = from_ms(rows->integer(5));
        found.push_back(std::move(alert));
    }
    return found;
}

std::optional<Timestamp> oldest_waiting_alert(Session& session)
{
    const auto row = session.prepared("SELECT min(decided_at_ms) FROM alert WHERE batch IS NULL");
    if (!row->next() || row->is_null(0))
        return {};
    return from_ms(row->integer(0));
}

void put_mail(Session& session, QueuedMail& mail)
{
    const auto row = session.prepared(R"sql(
        INSERT INTO mail (
            batch, message_id, sender, recipient, message, state, composed_at_ms, attempts,
            next_attempt_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, ?7, ?8) RETURNING no)sql");
    row->bind(1, mail.batch)
        .bind(2, mail.message_id)
        .bind(3, mail.sender)
        .bind(4, mail.recipient)
        .bind(5, mail.message)
        .bind(6, to_ms(mail.composed_at))
        .bind(7, std::int64_t{mail.attempts})
        .bind(8, to_ms(mail.next_attempt_at));
    row->next();
    mail.no = row->integer(0);
}

void put_into_batch(
    Session& session, const std::vector<std::int64_t>& alert_nos, const std::string& batch)
{
    for (const std::int64_t alert_no : alert_nos)
    {
        session.prepared("UPDATE alert SET batch = ?2 WHERE no = ?1 AND batch IS NULL")
            ->bind(1, alert_no)
            .bind(2, batch)
            .run();
    }
}

std::optional<QueuedMail> next_mail(Session& session)
{
    const auto row = session.prepared(R"sql(
        SELECT no, batch, message_id, sender, recipient, message, composed_at_ms, attempts,
               next_attempt_ms
        FROM mail WHERE state = 'queued' ORDER BY next_attempt_ms, no LIMIT 1)sql");
    if (!row->next())
        return {};
    QueuedMail mail;
    mail.no = row->integer(0);
    mail.batch = row->text(1);
    mail.message_id = row->text(2);
    mail.sender = row->text(3);
    mail.recipient = row->text(4);
    mail.message = row->text(5);
    mail.composed_at = from_ms(row->integer(6));
    mail.attempts = static_cast<std::uint32_t>(row->integer(7));
    mail.next_attempt_at = from_ms(row->integer(8));
    return mail;
}

void mail_sent(Session& session, std::int64_t no, Timestamp now)
{
    session
        .prepared("UPDATE mail SET state = 'sent', done_at_ms = ?2, problem = '',"
                  " attempts = attempts + 1 WHERE no = ?1")
        ->bind(1, no)
        .bind(2, to_ms(now))
        .run();
}

void mail_failed(
    Session& session, std::int64_t no, const std::string& problem, Timestamp next_attempt_at)
{
    session
        .prepared("UPDATE mail SET attempts = attempts + 1, problem = ?2,"
                  " next_attempt_ms = ?3 WHERE no = ?1")
        ->bind(1, no)
        .bind(2, problem)
        .bind(3, to_ms(next_attempt_at))
        .run();
}

void mail_given_up(Session& session, std::int64_t no, const std::string& problem, Timestamp now)
{
    session
        .prepared("UPDATE mail SET state = 'dead', attempts = attempts + 1, problem = ?2,"
                  " done_at_ms = ?3 WHERE no = ?1")
        ->bind(1, no)
        .bind(2, problem)
        .bind(3, to_ms(now))
        .run();
}

MailQueue mail_queue(Session& session)
{
    MailQueue queue;
    {
        const auto row = session.prepared("SELECT count(*) FROM alert WHERE batch IS NULL");
        row->next();
        queue.alerts_waiting = static_cast<std::uint64_t>(row->integer(0));
    }
    {
        const auto rows = session.prepared(
            "SELECT state, count(*), min(composed_at_ms) FROM mail GROUP BY state");
        while (rows->next())
        {
            const auto count = static_cast<std::uint64_t>(rows->integer(1));
            if (rows->text(0) == "sent")
                queue.mails_sent = count;
            else if (rows->text(0) == "dead")
                queue.mails_dead = count;
            else
            {
                queue.mails_queued = count;
                queue.oldest_queued_at = from_ms(rows->integer(2));
            }
        }
    }
    const auto row = session.prepared("SELECT problem FROM mail WHERE state <> 'sent' AND problem "
                                      "<> '' ORDER BY no DESC LIMIT 1");
    if (row->next())
        queue.problem = row->text(0);
    return queue;
}

std::size_t forget_mails(Session& session, Timestamp before, std::size_t rows_max)
{
    const auto limit = static_cast<std::int64_t>(rows_max);
    const auto mails = session.prepared(R"sql(
        DELETE FROM mail WHERE no IN (
            SELECT no FROM mail WHERE state <> 'queued' AND done_at_ms < ?1
            ORDER BY no LIMIT ?2))sql");
    const auto gone = mails->bind(1, to_ms(before)).bind(2, limit).run();
    session
        .prepared(R"sql(
        DELETE FROM alert WHERE no IN (
            SELECT a.no FROM alert a
            WHERE a.batch IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.batch = a.batch)
            LIMIT ?1))sql")
        ->bind(1, limit)
        .run();
    return static_cast<std::size_t>(gone);
}

} // namespace mimamori::collector::storage
