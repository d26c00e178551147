#include "collector/storage/enrolment_store.hpp"

#include "collector/storage/device_store.hpp"
#include "collector/storage/soci_rows.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <utility>

namespace mimamori::collector::storage {
namespace {

// SOCI binds by reference, so everything it uses is a named variable or a parameter.

std::int64_t new_row(soci::session& sql)
{
    return number_of(sql, "SELECT last_insert_rowid()");
}

const std::string select_keys =
    "SELECT no, site_id, note, secret_hash, hint, ranges, uses_max, uses, hourly_max,"
    " auto_approve, created_at_ms, created_by, expires_at_ms, last_used_at_ms, last_used_from,"
    " revoked_at_ms, revoked_by FROM enrolment_key ";

struct KeyRow
{
    EnrolmentKey key;
    std::string site;
    std::int64_t auto_approve{0}, created_at_ms{0}, expires_at_ms{0};
    NullableMoment last_used, revoked;

    void define(soci::statement& statement)
    {
        place_all(
            statement, key.no, site, key.note, key.secret_hash, key.hint, key.ranges, key.uses_max,
            key.uses, key.hourly_max, auto_approve, created_at_ms, key.created_by, expires_at_ms,
            last_used, key.last_used_from, revoked, key.revoked_by);
    }

    EnrolmentKey value()
    {
        key.site = SiteId{site};
        key.auto_approve = auto_approve != 0;
        key.created_at = from_ms(created_at_ms);
        key.expires_at = from_ms(expires_at_ms);
        key.last_used_at = last_used.value();
        key.revoked_at = revoked.value();
        return key;
    }
};

const std::string select_tickets =
    "SELECT ticket.no, ticket.site_id, coalesce(device.id, ''), secret_hash, hint, hostname,"
    " serial, ticket.created_at_ms, created_by, expires_at_ms, used_at_ms, used_from, used_by,"
    " revoked_at_ms, revoked_by FROM ticket LEFT JOIN device ON device.no = ticket.device_no ";

struct TicketRow
{
    Ticket ticket;
    std::string site, device, used_by;
    std::int64_t created_at_ms{0}, expires_at_ms{0};
    NullableMoment used, revoked;

    void define(soci::statement& statement)
    {
        place_all(
            statement, ticket.no, site, device, ticket.secret_hash, ticket.hint, ticket.hostname,
            ticket.serial, created_at_ms, ticket.created_by, expires_at_ms, used, ticket.used_from,
            used_by, revoked, ticket.revoked_by);
    }

    Ticket value()
    {
        ticket.site = SiteId{site};
        ticket.device = DeviceId{device};
        ticket.used_by = AgentId{used_by};
        ticket.created_at = from_ms(created_at_ms);
        ticket.expires_at = from_ms(expires_at_ms);
        ticket.used_at = used.value();
        ticket.revoked_at = revoked.value();
        return ticket;
    }
};

const std::string select_requests =
    "SELECT no, kind, state, key_fingerprint, code, coalesce(enrolment_key_no, 0), agent_id,"
    " site_id, address, agent_version, why, machine, first_asked_at_ms, last_asked_at_ms,"
    " expires_at_ms, decided_at_ms, decided_by FROM enrolment_request ";

RequestKind kind_of(const std::string& text)
{
    for (const RequestKind kind :
         {RequestKind::enrol_again, RequestKind::renew, RequestKind::recover})
    {
        if (text == to_text(kind))
            return kind;
    }
    return RequestKind::enrol;
}

RequestState state_of(const std::string& text)
{
    if (text == "approved")
        return RequestState::approved;
    return text == "rejected" ? RequestState::rejected : RequestState::waiting;
}

struct RequestRow
{
    EnrolmentRequest request;
    std::string kind, state, agent, site, machine;
    std::int64_t first_ms{0}, last_ms{0}, expires_ms{0};
    NullableMoment decided;

    void define(soci::statement& statement)
    {
        place_all(
            statement, request.no, kind, state, request.key_fingerprint, request.code,
            request.enrolment_key_no, agent, site, request.address, request.agent_version,
            request.why, machine, first_ms, last_ms, expires_ms, decided, request.decided_by);
    }

    EnrolmentRequest value()
    {
        request.kind = kind_of(kind);
        request.state = state_of(state);
        request.agent = AgentId{agent};
        request.site = SiteId{site};
        // We wrote it ourselves; what cannot be read is shown as a machine without facts.
        auto facts = wire::from_json<wire::MachineFacts>(machine);
        request.machine = facts ? std::move(*facts) : wire::MachineFacts{};
        request.first_asked_at = from_ms(first_ms);
        request.last_asked_at = from_ms(last_ms);
        request.expires_at = from_ms(expires_ms);
        request.decided_at = decided.value();
        return request;
    }
};

} // namespace

Result<std::int64_t> add_enrolment_key(Session& session, const EnrolmentKey& key)
{
    const std::int64_t auto_approve = key.auto_approve ? 1 : 0;
    const std::int64_t created_at_ms = to_ms(key.created_at);
    const std::int64_t expires_at_ms = to_ms(key.expires_at);
    run(session.sql(),
        R"sql(INSERT INTO enrolment_key
                  (site_id, note, secret_hash, hint, ranges, uses_max, uses, hourly_max,
                   auto_approve, created_at_ms, created_by, expires_at_ms, last_used_from,
                   revoked_by)
              VALUES (:site, :note, :hash, :hint, :ranges, :max, 0, :hourly, :auto, :created, :who,
                      :expires, '', ''))sql",
        key.site.text(), key.note, key.secret_hash, key.hint, key.ranges, key.uses_max,
        key.hourly_max, auto_approve, created_at_ms, key.created_by, expires_at_ms);
    return new_row(session.sql());
}

std::vector<EnrolmentKey> list_enrolment_keys(Session& session)
{
    return rows_of<KeyRow>(session.sql(), select_keys + "ORDER BY no DESC");
}

std::optional<EnrolmentKey> find_enrolment_key(Session& session, const std::string& secret_hash)
{
    return row_of<KeyRow>(session.sql(), select_keys + "WHERE secret_hash = :hash", secret_hash);
}

std::string secret_hash_of_key(Session& session, std::int64_t no)
{
    const auto key = row_of<KeyRow>(session.sql(), select_keys + "WHERE no = :no", no);
    return key ? key->secret_hash : std::string{};
}

Result<void> revoke_enrolment_key(
    Session& session, std::int64_t no, const std::string& who, Timestamp now)
{
    const std::int64_t now_ms = to_ms(now);
    const auto revoked =
        run(session.sql(),
            "UPDATE enrolment_key SET revoked_at_ms = :now, revoked_by = :who"
            " WHERE no = :no AND revoked_at_ms IS NULL",
            now_ms, who, no);
    if (revoked == 0)
        return Error{Errc::not_found, "no enrolment key " + std::to_string(no) + " in force"};
    run(session.sql(),
        "UPDATE enrolment_request SET state = 'rejected', decided_at_ms = :now, decided_by = :who"
        " WHERE enrolment_key_no = :no AND state = 'waiting'",
        now_ms, who, no);
    return {};
}

void mark_key_used(Session& session, std::int64_t no, const std::string& address, Timestamp now)
{
    const std::int64_t now_ms = to_ms(now);
    run(session.sql(),
        "UPDATE enrolment_key SET last_used_at_ms = :now, last_used_from = :from WHERE no = :no",
        now_ms, address, no);
}

void count_key_use(Session& session, std::int64_t no)
{
    run(session.sql(), "UPDATE enrolment_key SET uses = uses + 1 WHERE no = :no", no);
}

Result<std::int64_t> add_ticket(Session& session, const Ticket& ticket)
{
    std::int64_t device_no = 0;
    if (!ticket.device.empty())
    {
        const auto found = device_no_of(session, ticket.device);
        if (!found)
            return found.error();
        device_no = *found;
    }
    const std::int64_t created_at_ms = to_ms(ticket.created_at);
    const std::int64_t expires_at_ms = to_ms(ticket.expires_at);
    run(session.sql(),
        R"sql(INSERT INTO ticket
                  (site_id, device_no, secret_hash, hint, hostname, serial, created_at_ms,
                   created_by, expires_at_ms, used_from, used_by, revoked_by)
              VALUES (:site, nullif(:device, 0), :hash, :hint, :hostname, :serial, :created, :who,
                      :expires, '', '', ''))sql",
        ticket.site.text(), device_no, ticket.secret_hash, ticket.hint, ticket.hostname,
        ticket.serial, created_at_ms, ticket.created_by, expires_at_ms);
    return new_row(session.sql());
}

std::vector<Ticket> list_tickets(Session& session)
{
    return rows_of<TicketRow>(session.sql(), select_tickets + "ORDER BY ticket.no DESC");
}

std::optional<Ticket> find_ticket(Session& session, const std::string& secret_hash)
{
    return row_of<TicketRow>(
        session.sql(), select_tickets + "WHERE secret_hash = :hash", secret_hash);
}

Result<void> revoke_ticket(Session& session, std::int64_t no, const std::string& who, Timestamp now)
{
    const std::int64_t now_ms = to_ms(now);
    const auto revoked =
        run(session.sql(),
            "UPDATE ticket SET revoked_at_ms = :now, revoked_by = :who"
            " WHERE no = :no AND revoked_at_ms IS NULL AND used_at_ms IS NULL",
            now_ms, who, no);
    if (revoked == 0)
        return Error{Errc::not_found, "no ticket " + std::to_string(no) + " in force"};
    return {};
}

void mark_ticket_used(
    Session& session,
    std::int64_t no,
    const std::string& address,
    const AgentId& agent,
    Timestamp now)
{
    const std::int64_t now_ms = to_ms(now);
    run(session.sql(),
        "UPDATE ticket SET used_at_ms = :now, used_from = :from, used_by = :agent WHERE no = :no",
        now_ms, address, agent.text(), no);
}

std::string_view to_text(RequestKind kind)
{
    switch (kind)
    {
    case RequestKind::enrol:
        return "enrol";
    case RequestKind::enrol_again:
        return "enrol_again";
    case RequestKind::renew:
        return "renew";
    case RequestKind::recover:
        return "recover";
    }
    return "";
}

std::string_view to_text(RequestState state)
{
    switch (state)
    {
    case RequestState::waiting:
        return "waiting";
    case RequestState::approved:
        return "approved";
    case RequestState::rejected:
        return "rejected";
    }
    return "";
}

Result<std::int64_t> add_request(Session& session, const EnrolmentRequest& request)
{
    const std::string kind{to_text(request.kind)};
    const std::string machine = wire::to_json(request.machine);
    const std::int64_t first_ms = to_ms(request.first_asked_at);
    const std::int64_t last_ms = to_ms(request.last_asked_at);
    const std::int64_t expires_ms = to_ms(request.expires_at);
    run(session.sql(),
        R"sql(INSERT INTO enrolment_request
                  (kind, state, key_fingerprint, code, enrolment_key_no, agent_id, site_id, address,
                   agent_version, why, machine, first_asked_at_ms, last_asked_at_ms, expires_at_ms,
                   decided_by)
              VALUES (:kind, 'waiting', :key, :code, nullif(:key_no, 0), :agent, :site, :address,
                      :version, :why, :machine, :first, :last, :expires, ''))sql",
        kind, request.key_fingerprint, request.code, request.enrolment_key_no, request.agent.text(),
        request.site.text(), request.address, request.agent_version, request.why, machine, first_ms,
        last_ms, expires_ms);
    return new_row(session.sql());
}

std::optional<EnrolmentRequest> find_request(Session& session, const std::string& key_fingerprint)
{
    return row_of<RequestRow>(
        session.sql(), select_requests + "WHERE key_fingerprint = :key", key_fingerprint);
}

Result<EnrolmentRequest> get_request(Session& session, std::int64_t no)
{
    auto found = row_of<RequestRow>(session.sql(), select_requests + "WHERE no = :no", no);
    if (!found)
        return Error{Errc::not_found, "no request " + std::to_string(no) + " in the queue"};
    return std::move(*found);
}

std::vector<EnrolmentRequest> waiting_requests(Session& session)
{
    return rows_of<RequestRow>(
        session.sql(), select_requests + "WHERE state = 'waiting' ORDER BY no");
}

void touch_request(
    Session& session,
    std::int64_t no,
    const std::string& address,
    Timestamp now,
    Timestamp expires_at)
{
    const std::int64_t now_ms = to_ms(now);
    const std::int64_t expires_ms = to_ms(expires_at);
    run(session.sql(),
        "UPDATE enrolment_request SET last_asked_at_ms = :now, address = :address,"
        " expires_at_ms = :expires WHERE no = :no",
        now_ms, address, expires_ms, no);
}

Result<void> decide_request(
    Session& session,
    std::int64_t no,
    RequestState state,
    const AgentId& agent,
    const std::string& who,
    Timestamp now)
{
    const std::string text{to_text(state)};
    const std::int64_t now_ms = to_ms(now);
    const auto decided =
        run(session.sql(),
            "UPDATE enrolment_request SET state = :state, agent_id = :agent, decided_at_ms = :now,"
            " decided_by = :who WHERE no = :no AND state = 'waiting'",
            text, agent.text(), now_ms, who, no);
    if (decided != 0)
        return {};
    const auto request = get_request(session, no);
    if (!request)
        return request.error();
    return Error{
        Errc::conflict,
        "request " + std::to_string(no) + " was decided by " + request->decided_by + " before"};
}

void remove_request(Session& session, std::int64_t no)
{
    run(session.sql(), "DELETE FROM enrolment_request WHERE no = :no", no);
}

std::int64_t remove_expired_requests(Session& session, Timestamp now)
{
    const std::int64_t now_ms = to_ms(now);
    return run(session.sql(), "DELETE FROM enrolment_request WHERE expires_at_ms <= :now", now_ms);
}

QueueCounts count_waiting(Session& session, std::int64_t key_no, const std::string& address)
{
    auto& sql = session.sql();
    const std::string count = "SELECT count(*) FROM enrolment_request WHERE ";
    return {
        number_of(sql, count + "state <> 'approved'"),
        number_of(sql, count + "state <> 'approved' AND enrolment_key_no = :key", key_no),
        number_of(sql, count + "state <> 'approved' AND address = :address", address)};
}

} // namespace mimamori::collector::storage
