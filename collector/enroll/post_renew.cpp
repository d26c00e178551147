#include "collector/enroll/post_renew.hpp"

#include "collector/enroll/answers.hpp"
#include "common/base/encoding.hpp"
#include "common/base/utf8.hpp"
#include "common/identity/key_code.hpp"
#include "common/identity/machine.hpp"
#include "common/tls/certificate.hpp"
#include "common/wire/enrollment.hpp"
#include "common/wire/json_reader.hpp"

#include <utility>

namespace mimamori::collector::enroll {
namespace {

/// Who waits for approval asks every 30 s at first.
constexpr std::size_t renewals_hourly_max = 150;

constexpr wire::JsonLimits limits{
    .bytes_max = wire::EnrollLimits::body_bytes_max,
    .depth_max = wire::EnrollLimits::depth_max,
    .values_max = wire::EnrollLimits::values_max,
    .elements_max = wire::EnrollLimits::values_max,
    .string_bytes_max = wire::EnrollLimits::string_bytes_max};

} // namespace

awaitable<http::Response> post_renew(const http::Request& request, Enrolment& enrolment)
{
    const AgentId agent = request.peer.agent_id;
    if (!request.peer.certificate)
        co_return http::problem(http::Status::unauthorized, "certificate_required");
    const std::string source = "renew " + agent.text();
    if (!enrolment.rates().admit(source, renewals_hourly_max, enrolment.now()))
        co_return refusal_answer(Refusal::too_often, "renewal");
    auto body = wire::from_json<wire::RenewRequest>(request.body, limits);
    if (!body)
        co_return bad_request("invalid_request", std::move(body).error().message);
    const auto csr = tls::CertificateRequest::from_pem(body->csr_pem);
    if (!csr)
        co_return bad_request("invalid_csr", csr.error().message);

    const tls::PublicKey key = csr->public_key();
    const tls::Sha256 key_fingerprint = key.fingerprint();
    AskedToRenew asked;
    asked.agent = agent;
    asked.certificate_key_fingerprint = to_hex(request.peer.certificate->key_fingerprint);
    asked.key_fingerprint = to_hex(key_fingerprint);
    asked.standing = request.peer.certificate->standing;
    asked.code = identity::key_code(key_fingerprint);
    asked.address = request.peer.address;
    asked.agent_version = std::string{utf8_prefix(body->agent_version, 64)};
    asked.machine = identity::without_junk(std::move(body->machine));
    asked.now = enrolment.now();
    const std::string code = asked.code;

    const auto admission = co_await enrolment.admit_renewal(std::move(asked));
    if (!admission)
        co_return http::problem(admission.error());
    if (admission->outcome == Admission::Outcome::wait)
        co_return waiting_answer(*admission, code, enrolment.now());
    if (admission->outcome == Admission::Outcome::refuse)
        co_return refusal_answer(admission->refusal, "renewal");
    const auto issued = co_await enrolment.issue(*admission, key);
    if (!issued)
        co_return http::problem(issued.error());
    co_return certificate_answer(*admission, *issued, code, enrolment.now());
}

} // namespace mimamori::collector::enroll
