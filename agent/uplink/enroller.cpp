#include "agent/uplink/enroller.hpp"

#include "agent/uplink/answer.hpp"
#include "common/async/sleep.hpp"
#include "common/crypto/random.hpp"
#include "common/identity/key_code.hpp"
#include "common/log/log.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::agent::uplink {
namespace {

using std::chrono::seconds;
using What = EnrolmentStep::What;

constexpr seconds backoff_first{5};
constexpr seconds backoff_max{15 * 60};
constexpr seconds refused_wait{60 * 60};
constexpr seconds no_secret_wait{60};
constexpr seconds new_key_wait{2};
constexpr seconds approval_wait_min{2};
constexpr seconds approval_wait_max{60 * 60};

/// After these a ticket is worth nothing any more.
bool is_end_of_ticket(std::string_view code)
{
    return code == "ticket_used" || code == "ticket_expired" || code == "ticket_revoked"
           || code == "wrong_machine" || code == "secret_unknown" || code == "invalid_secret";
}

bool is_root(const tls::Certificate& certificate)
{
    return certificate.info().is_ca && certificate.is_issued_by(certificate);
}

} // namespace

Result<EnrolledIdentity> identity_from(
    const wire::EnrollAnswer& answer,
    const tls::PrivateKey& key,
    const std::optional<tls::CertificateInfo>& server,
    const tls::Sha256& root_fingerprint,
    const std::vector<tls::Certificate>& known_roots)
{
    auto certificate = tls::Certificate::from_pem(answer.certificate_pem);
    if (!certificate)
        return std::move(certificate).error().in("certificate");
    const auto chain = tls::Certificate::all_from_pem(answer.chain_pem);
    if (!chain)
        return Error{chain.error()}.in("chain");
    const tls::CertificateInfo info = certificate->info();
    if (info.key_fingerprint != key.public_key().fingerprint())
        return Error{Errc::unauthenticated, "the certificate is not for this device's key"};
    if (info.common_name != answer.agent_id.text() || answer.agent_id.empty())
        return Error{Errc::unauthenticated, "the certificate is for another agent"};
    if (!info.client_auth || info.server_auth || info.is_ca)
        return Error{Errc::unauthenticated, "the certificate is not an agent's"};

    std::vector<tls::Certificate> roots;
    std::copy_if(chain->begin(), chain->end(), std::back_inserter(roots), is_root);
    const auto is_trusted = [&](const tls::Certificate& root) {
        const tls::Sha256 fingerprint = root.fingerprint();
        return fingerprint == root_fingerprint
               || std::any_of(known_roots.begin(), known_roots.end(), [&](const auto& known) {
                      return known.fingerprint() == fingerprint;
                  });
    };
    if (std::none_of(roots.begin(), roots.end(), is_trusted))
        return Error{Errc::unauthenticated, "the chain does not hold the site's root"};
    // New roots are believed because a root that we know vouches for who sends them.
    const tls::Certificate& issuing = chain->front();
    const bool is_chained = certificate->is_issued_by(issuing)
                            && std::any_of(roots.begin(), roots.end(), [&](const auto& root) {
                                   return issuing.is_issued_by(root);
                               });
    if (!is_chained)
        return Error{Errc::unauthenticated, "the certificate does not end in the site's root"};
    if (!server || info.not_before >= server->not_after)
        return Error{Errc::unauthenticated, "the collector's own certificate has expired"};
    return EnrolledIdentity{answer.agent_id, key, std::move(*certificate), std::move(roots)};
}

Enroller::Enroller(Parts parts, EnrolmentWish wish)
    : parts_{parts}
    , wish_{std::move(wish)}
    , backoff_{backoff_first}
    , random_{crypto::random_u64()}
{}

Result<std::optional<Enroller::Given>> Enroller::secret() const
{
    const auto ticket = parts_.store.ticket();
    if (!ticket)
        return ticket.error();
    const std::string& text = *ticket ? **ticket : wish_.enrolment_key;
    if (text.empty())
        return std::optional<Given>{};
    auto secret = identity::Secret::parse(text);
    if (!secret)
        return std::move(secret).error().in(*ticket ? "ticket" : "enrolment key");
    return std::optional{Given{std::move(*secret), ticket->has_value()}};
}

std::chrono::milliseconds Enroller::jittered(std::chrono::milliseconds wait)
{
    std::uniform_int_distribution<std::chrono::milliseconds::rep> extra{0, wait.count() / 5};
    return wait + std::chrono::milliseconds{extra(random_)};
}

EnrolmentStep Enroller::failed(std::string message, seconds at_least)
{
    const seconds wait =
        std::max(at_least, std::exchange(backoff_, std::min(backoff_ * 2, backoff_max)));
    return {What::failed, code_, std::move(message), jittered(wait)};
}

void Enroller::tell(const EnrolmentStep& step)
{
    EnrolmentState state;
    switch (step.what)
    {
    case What::enrolled:
        state.state = "enrolled";
        break;
    case What::waiting:
        state.state = "waiting";
        break;
    case What::refused:
        state.state = "refused";
        break;
    case What::failed:
        state.state = "trying";
        break;
    }
    state.code = step.code;
    state.message = step.message;
    state.at = parts_.device_clock.now();
    if (enrolled_)
    {
        state.agent_id = enrolled_->agent;
        state.certificate_ends = enrolled_->certificate.info().not_after;
    }
    if (auto saved = parts_.store.save_state(state); !saved)
        log::warn("enrolment: {}", saved.error().message);
    // The same line every minute would hide the others.
    const std::string line = state.state + ": " + step.message;
    if (line == last_told_)
        return;
    last_told_ = line;
    if (step.what == What::refused || step.what == What::failed)
        log::warn("enrolment: {}", line);
    else
        log::info("enrolment: {}", line);
}

awaitable<EnrolmentStep> Enroller::step()
{
    EnrolmentStep step;
    const auto given = secret();
    const auto key = parts_.store.key();
    if (key)
        code_ = identity::key_code(key->public_key().fingerprint());
    if (!given)
    {
        step = failed(given.error().message);
    }
    else if (!key)
    {
        step = failed("key: " + key.error().message);
    }
    else if (!*given)
    {
        step = {
            What::refused, code_, "neither an enrolment key nor a ticket is configured",
            jittered(no_secret_wait)};
    }
    else
    {
        step = co_await ask(**given, *key);
    }
    tell(step);
    co_return step;
}

awaitable<EnrolmentStep> Enroller::ask(const Given& given, const tls::PrivateKey& key)
{
    if (auto ready = parts_.link.be_nobody(); !ready)
        co_return failed(ready.error().message);
    wire::EnrollRequest request;
    const auto csr = tls::CertificateRequest::create(key, "mimamori agent");
    if (!csr)
        co_return failed(csr.error().message);
    request.csr_pem = csr->to_pem();
    const bool is_ticket = given.secret.kind() == identity::SecretKind::ticket;
    (is_ticket ? request.ticket : request.enrolment_key) = given.secret.text();
    request.agent_version = wish_.agent_version;
    request.machine = wish_.machine();

    const std::string body = wire::to_json(request);
    const auto response = co_await parts_.link.post("/agent/v1/enroll", body);
    if (!response)
        co_return failed(response.error().message);
    co_return settle(*response, given, key);
}

EnrolmentStep Enroller::settle(
    const http::Response& response, const Given& given, const tls::PrivateKey& key)
{
    if (response.status == http::Status::ok)
    {
        auto accepted = accept(response.body, key);
        if (!accepted)
            return failed("the answer is not accepted: " + accepted.error().message);
        if (given.is_ticket_file)
        {
            if (auto erased = parts_.store.erase_ticket(); !erased)
                log::warn("enrolment: {}", erased.error().message);
        }
        const std::string message = "as agent " + accepted->agent.text();
        enrolled_ = std::move(*accepted);
        return {What::enrolled, code_, message, {}};
    }
    if (response.status != http::Status::accepted)
        return settle_refusal(response, given);

    const auto answer = wire::from_json<wire::EnrollAnswer>(response.body);
    if (!answer)
        return failed("the answer cannot be read: " + answer.error().message);
    backoff_ = backoff_first;
    const seconds wait = std::clamp(seconds{answer->retry_s}, approval_wait_min, approval_wait_max);
    return {
        What::waiting, code_,
        fmt::format("for approval; the collector's queue shows the code {}", code_),
        jittered(wait)};
}

EnrolmentStep Enroller::settle_refusal(const http::Response& response, const Given& given)
{
    const std::string code = problem_code_of(response);
    const std::string_view meaning = meaning_of(code);
    const std::string message =
        meaning.empty() ? "the collector answered " + describe(response) : std::string{meaning};
    const bool is_final = response.status == http::Status::bad_request
                          || response.status == http::Status::forbidden
                          || response.status == http::Status::gone;
    if (!is_final)
        return failed(message, retry_after_of(response));
    if (given.is_ticket_file && is_end_of_ticket(code))
    {
        if (auto erased = parts_.store.erase_ticket(); !erased)
            log::warn("enrolment: {}", erased.error().message);
    }
    if (given.is_ticket_file && code == "agent_revoked")
    {
        // A person wants this device back; its old key is not.
        if (auto forgotten = parts_.store.forget(); !forgotten)
            return failed(forgotten.error().message);
        return {What::failed, code_, message + "; trying with a new key", jittered(new_key_wait)};
    }
    return {What::refused, code_, message, jittered(refused_wait)};
}

Result<EnrolledIdentity> Enroller::accept(const std::string& body, const tls::PrivateKey& key)
{
    const auto answer = wire::from_json<wire::EnrollAnswer>(body);
    if (!answer)
        return answer.error();
    const auto& server = parts_.link.server();
    auto made = identity_from(*answer, key, server, parts_.link.address().root_fingerprint);
    if (!made)
        return made;
    parts_.clock.hear(answer->collector_time, *server);
    if (auto saved = parts_.store.save(*made); !saved)
        return std::move(saved).error().in("keep the certificate");
    if (const auto heard = parts_.clock.to_store())
    {
        if (auto saved = parts_.store.save_time(*heard); !saved)
            log::warn("collector's time: {}", saved.error().message);
    }
    return made;
}

awaitable<Result<EnrolledIdentity>> Enroller::run()
{
    for (;;)
    {
        const EnrolmentStep last = co_await step();
        if (last.what == What::enrolled)
        {
            co_await parts_.link.close();
            co_return *enrolled_;
        }
        const bool slept = co_await async::sleep_for(last.wait);
        if (!slept)
            co_return Error{Errc::cancelled, "enrolment was stopped"};
    }
}

} // namespace mimamori::agent::uplink
