#pragma once

#include "collector/enroll/policy.hpp"
#include "collector/enroll/source_rates.hpp"
#include "collector/storage/identity_store.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/identity/secret.hpp"
#include "common/tls/connection.hpp"
#include "common/wire/enrollment.hpp"

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

/// The decision about one request, inside a work of `Database::write`: whoever asks at the same
/// moment is decided before or after, never in between.
namespace mimamori::collector::enroll {

/// A machine that shows a key or ticket, and has proven that it holds its private key.
struct Asked
{
    identity::SecretKind kind{identity::SecretKind::enrolment_key};
    std::string secret_hash;
    std::string key_fingerprint; ///< Hexadecimal.
    std::string code;
    boost::asio::ip::address address;
    std::string agent_version;
    wire::MachineFacts machine; ///< Without junk.
    Timestamp now;
};

/// An agent that shows its certificate.
struct AskedToRenew
{
    AgentId agent;
    std::string certificate_key_fingerprint; ///< Hexadecimal, like the next.
    std::string key_fingerprint;             ///< Of the request.
    tls::Standing standing{tls::Standing::valid};
    std::string code;
    boost::asio::ip::address address;
    std::string agent_version;
    wire::MachineFacts machine;
    Timestamp now;
};

struct Admission
{
    enum class Outcome
    {
        issue, ///< `agent` gets a certificate.
        wait,  ///< For a person; ask again after `retry_after`.
        refuse ///< `refusal` says why.
    };

    Outcome outcome{Outcome::refuse};
    Refusal refusal{Refusal::secret_unknown};
    std::chrono::seconds retry_after{0};
    AgentId agent;
    DeviceId device;
    SiteId site;

    /// Agents of the same machine that this one replaces: revoked, to be cut off.
    std::vector<AgentId> replaced;
};

/// A new agent on a new device, or on the one that a person has named.
struct NewMachine
{
    AgentId agent;   ///< Empty: a new id.
    DeviceId device; ///< Empty: a new device. Its earlier agents are revoked.
    SiteId site;
    std::string key_fingerprint;
    std::string enrolled_with;
    std::string secret_hash;
    std::string approved_by; ///< Empty: automatically.
    std::string address;
    wire::MachineFacts machine;
};

/// Errors: as `add_device`, `add_agent`, `add_identity`.
Result<Admission> add_machine(storage::Session& session, const NewMachine& machine, Timestamp now);

/// Errors: of the database only; a refusal is an outcome.
Result<Admission> admit(
    storage::Session& session, const Asked& asked, const QueueLimits& limits, SourceRates& rates);

/// The same for a renewal: at once while the certificate is in force and nobody else holds it,
/// otherwise by a person.
Result<Admission> admit_renewal(
    storage::Session& session, const AskedToRenew& asked, const QueueLimits& limits);

} // namespace mimamori::collector::enroll
