#include "collector/enroll/post_enroll.hpp"

#include "collector/enroll/answers.hpp"
#include "common/base/encoding.hpp"
#include "common/base/utf8.hpp"
#include "common/identity/key_code.hpp"
#include "common/identity/machine.hpp"
#include "common/identity/secret.hpp"
#include "common/tls/certificate.hpp"
#include "common/wire/enrollment.hpp"
#include "common/wire/json_reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace mimamori::collector::enroll {
namespace {

/// Secrets cannot be guessed, but each try costs a look into the database.
constexpr std::size_t wrong_secrets_hourly_max = 60;

constexpr wire::JsonLimits limits{
    .bytes_max = wire::EnrollLimits::body_bytes_max,
    .depth_max = wire::EnrollLimits::depth_max,
    .values_max = wire::EnrollLimits::values_max,
    .elements_max = wire::EnrollLimits::values_max,
    .string_bytes_max = wire::EnrollLimits::string_bytes_max};

Result<identity::Secret> secret_of(const wire::EnrollRequest& asked)
{
    if (asked.enrolment_key.empty() == asked.ticket.empty())
        return Error{Errc::invalid_input, "one of enrolment_key and ticket is needed"};
    const bool is_ticket = !asked.ticket.empty();
    auto secret = identity::Secret::parse(is_ticket ? asked.ticket : asked.enrolment_key);
    if (!secret)
        return std::move(secret).error().in(is_ticket ? "ticket" : "enrolment_key");
    if ((secret->kind() == identity::SecretKind::ticket) != is_ticket)
        return Error{Errc::invalid_input, "an enrolment key is no ticket, nor the reverse"};
    return secret;
}

/// For the log: enough to find the machine, nothing secret.
std::string subject_of(const Asked& asked)
{
    return fmt::format("\"{}\" (code {})", for_log(asked.machine.hostname), asked.code);
}

} // namespace

awaitable<http::Response> post_enroll(const http::Request& request, Enrolment& enrolment)
{
    const std::string guesser = "wrong secret " + request.peer.address.to_string();
    if (enrolment.rates().is_exhausted(guesser, wrong_secrets_hourly_max, enrolment.now()))
        co_return refusal_answer(Refusal::too_often, "wrong secrets");
    auto body = wire::from_json<wire::EnrollRequest>(request.body, limits);
    if (!body)
        co_return bad_request("invalid_request", std::move(body).error().message);
    auto secret = secret_of(*body);
    if (!secret)
        co_return bad_request("invalid_secret", std::move(secret).error().message);
    const auto csr = tls::CertificateRequest::from_pem(body->csr_pem);
    if (!csr)
        co_return bad_request("invalid_csr", csr.error().message);

    const tls::PublicKey key = csr->public_key();
    const tls::Sha256 key_fingerprint = key.fingerprint();
    Asked asked;
    asked.kind = secret->kind();
    asked.secret_hash = secret->hash();
    asked.key_fingerprint = to_hex(key_fingerprint);
    asked.code = identity::key_code(key_fingerprint);
    asked.address = request.peer.address;
    asked.agent_version = std::string{utf8_prefix(body->agent_version, 64)};
    asked.machine = identity::without_junk(std::move(body->machine));
    asked.now = enrolment.now();
    const std::string code = asked.code;
    const std::string subject = subject_of(asked);

    const auto admission = co_await enrolment.admit(std::move(asked));
    if (!admission)
        co_return http::problem(admission.error());
    if (admission->outcome == Admission::Outcome::wait)
        co_return waiting_answer(*admission, code, enrolment.now());
    if (admission->outcome == Admission::Outcome::refuse)
    {
        if (admission->refusal == Refusal::secret_unknown)
            enrolment.rates().admit(guesser, wrong_secrets_hourly_max, enrolment.now());
        co_return refusal_answer(admission->refusal, subject);
    }
    const auto issued = co_await enrolment.issue(*admission, key);
    if (!issued)
        co_return http::problem(issued.error());
    co_return certificate_answer(*admission, *issued, code, enrolment.now());
}

} // namespace mimamori::collector::enroll
