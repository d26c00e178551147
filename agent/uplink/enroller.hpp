#pragma once

#include "agent/uplink/collector_link.hpp"
#include "agent/uplink/identity_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/identity/secret.hpp"
#include "common/wire/enrollment.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>

namespace mimamori::agent::uplink {

/// What is needed to ask for the first certificate.
struct EnrolmentWish
{
    /// From the settings; empty when only a ticket (IdentityStore) can open the door.
    std::string enrolment_key;

    std::string agent_version;
    std::function<wire::MachineFacts()> machine;
};

/// How one try to enrol ended.
struct EnrolmentStep
{
    enum class What
    {
        enrolled,
        waiting, ///< For a person's approval; `code` is what the approval queue shows.
        refused, ///< The collector said no; asking again helps only after a person did something.
        failed   ///< No answer, or "later".
    };

    What what{What::failed};
    std::string code;
    std::string message;               ///< For people, one line.
    std::chrono::milliseconds wait{0}; ///< Until the next try.
};

/// Enrols this device: makes its key pair, asks, waits for approval, keeps the certificate.
class Enroller
{
public:
    struct Parts // Each must outlive it.
    {
        IdentityStore& store;
        CollectorLink& link;
        CollectorClock& clock;
        const Clock& device_clock; ///< For what people read, not for validity.
    };

    Enroller(Parts parts, EnrolmentWish wish);

    /// One try. The outcome is also in the store's EnrolmentState and in the log.
    awaitable<EnrolmentStep> step();

    /// Tries until it is enrolled. Errors: cancelled.
    awaitable<Result<EnrolledIdentity>> run();

private:
    struct Given
    {
        identity::Secret secret;
        bool is_ticket_file{false};
    };

    Result<std::optional<Given>> secret() const;
    awaitable<EnrolmentStep> ask(const Given& given, const tls::PrivateKey& key);
    EnrolmentStep settle(
        const http::Response& response, const Given& given, const tls::PrivateKey& key);
    EnrolmentStep settle_refusal(const http::Response& response, const Given& given);
    Result<EnrolledIdentity> accept(const std::string& body, const tls::PrivateKey& key);
    EnrolmentStep failed(std::string message, std::chrono::seconds at_least = {});
    std::chrono::milliseconds jittered(std::chrono::milliseconds wait);
    void tell(const EnrolmentStep& step);

    Parts parts_;
    EnrolmentWish wish_;
    std::string code_;
    std::optional<EnrolledIdentity> enrolled_;
    std::chrono::seconds backoff_;
    std::string last_told_;
    std::mt19937_64 random_;
};

/// Checks an answer of the collector (200 of enroll or renew) against what we know, and makes the
/// identity of it. Pure.
///
/// The certificate must be for `key`, for clients only, and its chain must end in the root of
/// `root_fingerprint` or in one of `known_roots`. It must have begun before `server`'s certificate
/// ends: a fresh signature by the agents' CA for a key made here proves what time it is, which an
/// old, stolen server key alone could not. Errors: unauthenticated, invalid_input.
Result<EnrolledIdentity> identity_from(
    const wire::EnrollAnswer& answer,
    const tls::PrivateKey& key,
    const std::optional<tls::CertificateInfo>& server,
    const tls::Sha256& root_fingerprint,
    const std::vector<tls::Certificate>& known_roots = {});

} // namespace mimamori::agent::uplink
