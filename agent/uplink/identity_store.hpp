#pragma once

#include "agent/uplink/collector_clock.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/tls/certificate.hpp"
#include "common/tls/context.hpp"

#include <boost/describe/class.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::agent::uplink {

/// Who this device is to the collector.
struct EnrolledIdentity
{
    AgentId agent;
    tls::PrivateKey key;
    tls::Certificate certificate;
    std::vector<tls::Certificate> roots; ///< Of the site, the one in use first.
};

/// How far enrolment has come, for people: `mimamori-agent status` prints it.
struct EnrolmentState
{
    /// "not_configured", "trying", "waiting", "refused", "enrolled".
    std::string state;
    std::string code;    ///< Six characters that the approval queue shows too.
    std::string message; ///< What happened last, in one line.
    Timestamp at{};      ///< When, by this device's clock.
    AgentId agent_id;
    Timestamp certificate_ends{};

    friend bool operator==(const EnrolmentState&, const EnrolmentState&) = default;
};
BOOST_DESCRIBE_STRUCT(EnrolmentState, (), (state, code, message, at, agent_id, certificate_ends))

/// The files of the agent's identity: key.pem (made here, never leaves the device, mode 0600; on
/// Windows key.pem.dpapi, encrypted with the machine's key),
/// identity.json, time.json, enrolment.json and, until it is used, ticket.
///
/// Files are replaced as a whole, so a power cut leaves the old or the new one. A damaged file is
/// set aside as *.damaged, said in the log, and the device goes on as if it were not there: at
/// worst it has to be approved again.
class IdentityStore
{
public:
    /// Makes `folder` when it is not there, and closes it to others. Errors: io, forbidden.
    static Result<IdentityStore> open(std::filesystem::path folder);

    /// The device's key pair, made at the first call. Errors: io, forbidden.
    Result<tls::PrivateKey> key();

    /// Nothing when the device is not enrolled, or not at the site of `root_fingerprint`. Errors:
    /// io, forbidden.
    Result<std::optional<EnrolledIdentity>> load(const tls::Sha256& root_fingerprint);

    Result<void> save(const EnrolledIdentity& identity);

    /// Forgets key and certificate: the device enrols as a new one. For a person to order.
    Result<void> forget();

    /// Forgets them when the collector has refused this device and a person has given it a ticket
    /// since: that orders it to enrol anew. Call it before `load`. Errors: io.
    Result<void> make_way_for_ticket();

    /// What is known of the collector's time. When the file is damaged, the begin of the agent's
    /// own certificate, which the collector has signed, stands for it.
    std::optional<Heard> load_time();
    Result<void> save_time(const Heard& heard);

    /// The ticket given by a person, until it is used.
    Result<std::optional<std::string>> ticket() const;
    Result<void> keep_ticket(const std::string& text);
    Result<void> erase_ticket();

    std::optional<EnrolmentState> load_state() const;
    Result<void> save_state(const EnrolmentState& state);

private:
    explicit IdentityStore(std::filesystem::path folder);

    void set_aside(const std::string& name, const std::string& why) const;

    std::filesystem::path folder_;
};

} // namespace mimamori::agent::uplink
