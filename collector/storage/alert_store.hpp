#pragma once

#include "collector/findings/alerting.hpp"
#include "collector/findings/record.hpp"
#include "collector/storage/session.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The queue of what people are to be told. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// Queues an alert about a finding; in the work that stores the finding.
void put_alert(
    Session& session,
    findings::AlertKind kind,
    const findings::FindingRecord& record,
    Timestamp now);

/// An alert that is not yet in a mail, with the device's name.
struct WaitingAlert
{
    std::int64_t no{0};
    findings::AlertKind kind{findings::AlertKind::opened};
    std::string rule;
    rules::Severity severity{rules::Severity::warning};
    rules::Evidence evidence;
    std::string device_name;
    Timestamp decided_at{};
};

/// Of one kind, oldest first, at most `rows_max`.
std::vector<WaitingAlert> waiting_alerts(
    Session& session, findings::AlertKind kind, std::size_t rows_max);

/// When the oldest alert that is in no mail was decided.
std::optional<Timestamp> oldest_waiting_alert(Session& session);

/// A mail to one person. The same bytes go out at each attempt.
struct QueuedMail
{
    std::int64_t no{0}; ///< 0: not stored yet.
    std::string batch;  ///< The same for all who are told the same.
    std::string message_id;
    std::string sender;
    std::string recipient;
    std::string message; ///< Header and body.
    Timestamp composed_at{};
    std::uint32_t attempts{0};
    Timestamp next_attempt_at{};
};

void put_mail(Session& session, QueuedMail& mail);

/// Notes that the alerts are in the mails of a batch; in the work that queues those.
void put_into_batch(
    Session& session, const std::vector<std::int64_t>& alert_nos, const std::string& batch);

/// The queued mail whose next attempt is earliest, if there is one.
std::optional<QueuedMail> next_mail(Session& session);

/// The server took it.
void mail_sent(Session& session, std::int64_t no, Timestamp now);

/// The attempt failed and another one will follow.
void mail_failed(
    Session& session, std::int64_t no, const std::string& problem, Timestamp next_attempt_at);

/// The attempt failed and no other will follow.
void mail_given_up(Session& session, std::int64_t no, const std::string& problem, Timestamp now);

/// How the queue stands.
struct MailQueue
{
    std::uint64_t alerts_waiting{0}; ///< In no mail yet.
    std::uint64_t mails_queued{0};
    std::uint64_t mails_sent{0};
    std::uint64_t mails_dead{0};
    std::optional<Timestamp> oldest_queued_at;
    std::string problem; ///< Of the newest attempt among those that are queued or dead.
};

MailQueue mail_queue(Session& session);

/// Removes mails that were sent or given up before `before`, with their alerts, at most
/// `rows_max`. Returns how many went.
std::size_t forget_mails(Session& session, Timestamp before, std::size_t rows_max);

} // namespace mimamori::collector::storage
