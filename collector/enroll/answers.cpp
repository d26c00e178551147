#include "collector/enroll/answers.hpp"

#include "common/wire/enrollment.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <utility>

namespace mimamori::collector::enroll {
namespace {

/// When to come back after a 429; the counters are hourly.
constexpr std::string_view too_many_retry_s = "900";

http::Status status_of(Refusal refusal)
{
    switch (refusal)
    {
    case Refusal::key_expired:
    case Refusal::key_used_up:
    case Refusal::key_revoked:
    case Refusal::ticket_expired:
    case Refusal::ticket_used:
    case Refusal::ticket_revoked:
        return http::Status::gone;
    case Refusal::too_often:
    case Refusal::queue_full:
        return http::Status::too_many_requests;
    case Refusal::secret_unknown:
    case Refusal::address_not_allowed:
    case Refusal::wrong_machine:
    case Refusal::rejected:
    case Refusal::agent_revoked:
    case Refusal::key_mismatch:
        break;
    }
    return http::Status::forbidden;
}

std::string_view reason_of(Refusal refusal)
{
    switch (refusal)
    {
    case Refusal::secret_unknown:
        return "nobody made this key or ticket";
    case Refusal::key_expired:
        return "the enrolment key has expired";
    case Refusal::key_used_up:
        return "the enrolment key is used up";
    case Refusal::key_revoked:
        return "the enrolment key was revoked";
    case Refusal::address_not_allowed:
        return "the enrolment key is not for this address";
    case Refusal::ticket_expired:
        return "the ticket has expired";
    case Refusal::ticket_used:
        return "the ticket was used before";
    case Refusal::ticket_revoked:
        return "the ticket was revoked";
    case Refusal::wrong_machine:
        return "the ticket is for another machine";
    case Refusal::rejected:
        return "a person has rejected it";
    case Refusal::agent_revoked:
        return "the agent was revoked";
    case Refusal::key_mismatch:
        return "a renewal must keep the agent's key";
    case Refusal::too_often:
        return "too many requests from this address";
    case Refusal::queue_full:
        return "the approval queue is full";
    }
    return "";
}

} // namespace

http::Response certificate_answer(
    const Admission& admission,
    const pki::IssuedCertificate& issued,
    const std::string& code,
    Timestamp now)
{
    wire::EnrollAnswer answer;
    answer.agent_id = admission.agent;
    answer.certificate_pem = issued.certificate.to_pem();
    answer.chain_pem = issued.chain_pem;
    answer.servers_ca_pem = issued.servers_ca_pem;
    answer.code = code;
    answer.collector_time = now;
    return http::json(http::Status::ok, wire::to_json(answer));
}

http::Response waiting_answer(const Admission& admission, const std::string& code, Timestamp now)
{
    wire::EnrollAnswer answer;
    answer.retry_s = static_cast<std::uint32_t>(admission.retry_after.count());
    answer.code = code;
    answer.collector_time = now;
    return http::json(http::Status::accepted, wire::to_json(answer));
}

http::Response refusal_answer(Refusal refusal, const std::string& subject)
{
    const http::Status status = status_of(refusal);
    http::Response response =
        http::problem(status, to_text(refusal), fmt::format("{}: {}", subject, reason_of(refusal)));
    if (status == http::Status::too_many_requests)
        response.headers.add("Retry-After", too_many_retry_s);
    return response;
}

http::Response bad_request(std::string_view code, std::string reason)
{
    return http::problem(http::Status::bad_request, code, std::move(reason));
}

} // namespace mimamori::collector::enroll
