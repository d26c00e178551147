#include "agent/uplink/https_uplink.hpp"

#include "agent/uplink/answer.hpp"
#include "agent/uplink/enroller.hpp"
#include "common/crypto/hash.hpp"
#include "common/identity/key_code.hpp"
#include "common/log/log.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::agent::uplink {
namespace {

using report::Delivery;
using std::chrono::steady_clock;
using Outcome = Delivery::Outcome;

/// Between tries to renew a certificate that is still good.
constexpr std::chrono::minutes renewal_retry{30};

/// Definitions change a few times a year, and a new collector is met at the next start.
constexpr std::chrono::hours definitions_interval{12};

Delivery failed(Error error, std::chrono::seconds retry_after = {})
{
    Delivery delivery;
    delivery.outcome = Outcome::failed;
    delivery.error = std::move(error);
    delivery.retry_after = retry_after;
    return delivery;
}

bool is_refusal_of_content(http::Status status)
{
    return status == http::Status::bad_request || status == http::Status::content_too_large
           || status == http::Status::unsupported_media_type
           || status == http::Status::unprocessable_content;
}

/// What a status other than 200 means for the caller's decision.
Errc code_of(http::Status status)
{
    switch (status)
    {
    case http::Status::unauthorized:
        return Errc::unauthenticated;
    case http::Status::forbidden:
        return Errc::forbidden;
    default:
        return Errc::unavailable;
    }
}

std::string message_of(const http::Response& response)
{
    const std::string_view meaning = meaning_of(problem_code_of(response));
    return meaning.empty() ? "the collector answered " + describe(response) : std::string{meaning};
}

} // namespace

Timestamp renewal_due(const tls::CertificateInfo& certificate, const AgentId& agent)
{
    const auto life = certificate.not_after - certificate.not_before;
    const auto hash = crypto::sha256(agent.text());
    const auto spread = life / 30 * hash[0] / 256;
    return certificate.not_before + life * 2 / 3 + spread;
}

HttpsUplink::HttpsUplink(Parts parts, EnrolledIdentity identity)
    : parts_{std::move(parts)}
    , identity_{std::move(identity)}
    , code_{identity::key_code(identity_.key.public_key().fingerprint())}
{}

Result<std::unique_ptr<HttpsUplink>> HttpsUplink::open(Parts parts, EnrolledIdentity identity)
{
    std::unique_ptr<HttpsUplink> uplink{new HttpsUplink{std::move(parts), std::move(identity)}};
    if (auto ready = uplink->parts_.link.be(uplink->identity_); !ready)
        return std::move(ready).error();
    return uplink;
}

bool HttpsUplink::is_renewal_due() const
{
    if (is_expired_)
        return true; // There is nothing else to do; the report loop paces us.
    const bool due =
        renewal_ordered_
        || parts_.clock.now() >= renewal_due(identity_.certificate.info(), identity_.agent);
    return due && steady_clock::now() >= next_renewal_try_;
}

awaitable<Delivery> HttpsUplink::send(const std::string& report)
{
    if (is_renewal_due())
    {
        Delivery renewed = co_await renew();
        if (renewed.outcome != Outcome::answered && is_expired_)
            co_return renewed;
    }
    const auto response = co_await parts_.link.post("/agent/v1/report", report);
    if (!response)
    {
        if (response.error().code == Errc::forbidden)
            tell("refused", response.error().message);
        co_return failed(response.error());
    }
    auto delivery = settle(*response);
    if (delivery.outcome == Outcome::answered)
        co_await ask_for_definitions();
    co_return delivery;
}

awaitable<void> HttpsUplink::ask_for_definitions()
{
    const auto now = steady_clock::now();
    const bool asked_before = definitions_asked_at_ != steady_clock::time_point{};
    if (!parts_.take_definitions
        || (asked_before && now < definitions_asked_at_ + definitions_interval))
        co_return;
    definitions_asked_at_ = now;
    const std::string etag = fmt::format("\"{}\"", parts_.definitions_version());
    const auto response = co_await parts_.link.get("/agent/v1/knowledge/antivirus_sources", etag);
    if (!response)
        log::debug("antivirus definitions: {}", response.error().message);
    else if (response->status == http::Status::ok)
        parts_.take_definitions(response->body, parts_.clock.now());
    // 304: it has nothing newer; 404: it has nothing but what is compiled in.
}

Delivery HttpsUplink::settle(const http::Response& response)
{
    // 409 carries a receipt, too: the collector does not believe this stream and orders a new one.
    if (response.status == http::Status::ok || response.status == http::Status::conflict)
    {
        auto receipt = wire::from_json<wire::Receipt>(response.body);
        if (!receipt)
            return failed(
                {Errc::unavailable, "the receipt cannot be read: " + receipt.error().message});
        if (const auto& server = parts_.link.server())
            parts_.clock.hear(receipt->collector_time, *server);
        remember_time();
        renewal_ordered_ = renewal_ordered_ || receipt->renew;
        tell("enrolled", "as agent " + identity_.agent.text());
        Delivery delivery;
        delivery.outcome = Outcome::answered;
        delivery.receipt = std::move(*receipt);
        return delivery;
    }
    const std::string message = message_of(response);
    const std::string code = problem_code_of(response);
    if (is_refusal_of_content(response.status))
    {
        Delivery delivery;
        delivery.outcome = Outcome::refused;
        delivery.error = {Errc::invalid_input, message};
        return delivery;
    }
    // One that the database lost may renew, too: a person then decides (an old backup).
    is_expired_ = is_expired_ || code == "certificate_expired" || code == "unauthorized";
    if (response.status == http::Status::forbidden)
        tell("refused", message);
    return failed({code_of(response.status), message}, retry_after_of(response));
}

awaitable<Delivery> HttpsUplink::renew()
{
    next_renewal_try_ = steady_clock::now() + renewal_retry;
    // On a new connection: one that was kept for months shows a certificate of its beginning.
    co_await parts_.link.close();
    const auto csr = tls::CertificateRequest::create(identity_.key, identity_.agent.text());
    if (!csr)
        co_return failed(csr.error());
    wire::RenewRequest request;
    request.csr_pem = csr->to_pem();
    request.agent_version = parts_.agent_version;
    request.machine = parts_.machine();
    const std::string body = wire::to_json(request);
    const auto response = co_await parts_.link.post("/agent/v1/renew", body);
    if (!response)
        co_return failed(Error{response.error()}.in("renew the certificate"));
    co_return settle_renewal(*response);
}

Delivery HttpsUplink::settle_renewal(const http::Response& response)
{
    if (response.status == http::Status::ok)
    {
        if (auto taken = take_certificate(response.body); !taken)
        {
            log::error("renewal: {}", taken.error().message);
            return failed(std::move(taken).error());
        }
        Delivery done;
        done.outcome = Outcome::answered;
        return done;
    }
    if (response.status == http::Status::accepted)
    {
        const auto answer = wire::from_json<wire::EnrollAnswer>(response.body);
        const std::string message = fmt::format(
            "for approval of the renewal; the collector's queue shows the code {}", code_);
        tell("waiting", message);
        return failed(
            {Errc::unavailable, "waiting " + message},
            std::chrono::seconds{answer ? answer->retry_s : 0});
    }
    const std::string message = "renew the certificate: " + message_of(response);
    tell("refused", message);
    return failed({code_of(response.status), message}, retry_after_of(response));
}

Result<void> HttpsUplink::take_certificate(const std::string& body)
{
    const auto answer = wire::from_json<wire::EnrollAnswer>(body);
    if (!answer)
        return answer.error();
    const auto& server = parts_.link.server();
    auto renewed = identity_from(
        *answer, identity_.key, server, parts_.link.address().root_fingerprint, identity_.roots);
    if (!renewed)
        return std::move(renewed).error();
    if (auto saved = parts_.store.save(*renewed); !saved)
        return std::move(saved).error().in("keep the certificate");
    parts_.clock.hear(answer->collector_time, *server);
    remember_time();
    identity_ = std::move(*renewed);
    renewal_ordered_ = false;
    is_expired_ = false;
    next_renewal_try_ = {};
    tell("enrolled", "the certificate was renewed");
    return parts_.link.be(identity_);
}

void HttpsUplink::remember_time()
{
    const auto heard = parts_.clock.to_store();
    if (!heard)
        return;
    if (auto saved = parts_.store.save_time(*heard); !saved)
        log::warn("collector's time: {}", saved.error().message);
}

void HttpsUplink::tell(std::string state, std::string message)
{
    const std::string line = state + ": " + message;
    if (line == last_told_)
        return;
    last_told_ = line;
    EnrolmentState told;
    told.state = std::move(state);
    told.code = code_;
    told.message = std::move(message);
    told.at = parts_.device_clock.now();
    told.agent_id = identity_.agent;
    told.certificate_ends = identity_.certificate.info().not_after;
    if (auto saved = parts_.store.save_state(told); !saved)
        log::warn("enrolment: {}", saved.error().message);
    log::info("identity: {}", line);
}

awaitable<void> HttpsUplink::close()
{
    co_await parts_.link.close();
}

report::Uplink::Traffic HttpsUplink::traffic() const
{
    const tls::Traffic traffic = parts_.link.traffic();
    return {traffic.sent_bytes, traffic.received_bytes};
}

} // namespace mimamori::agent::uplink
