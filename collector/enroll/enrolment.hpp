#pragma once

#include "collector/enroll/approval.hpp"
#include "collector/enroll/matching.hpp"
#include "collector/enroll/policy.hpp"
#include "collector/enroll/source_rates.hpp"
#include "collector/pki/agent_directory.hpp"
#include "collector/pki/authority.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/enrolment_store.hpp"
#include "collector/storage/identity_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/tls/certificate.hpp"
#include "common/wire/enrollment.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mimamori::collector::enroll {

/// What a new enrolment key is to allow.
struct NewKey
{
    SiteId site; ///< Empty: the root.
    std::string note;
    std::chrono::hours lifetime{30 * 24};
    std::int64_t uses_max{50};
    std::string ranges; ///< "10.20.0.0/16, 192.0.2.7"; empty: from anywhere.
    std::int64_t hourly_max{100};
    bool auto_approve{false}; ///< Whoever knows the key gets in.
};

/// What a new ticket is bound to; at least one of hostname and serial.
struct NewTicket
{
    SiteId site;     ///< Empty: the root.
    DeviceId device; ///< Re-installation of this one; empty: a new device.
    std::string hostname;
    std::string serial;
    std::chrono::hours lifetime{7 * 24};
};

/// A secret that was made just now. Its text is shown once and stored nowhere.
struct MadeSecret
{
    std::int64_t no{0};
    std::string text;
};

/// One entry of the queue with what helps to decide.
struct QueueEntry
{
    storage::EnrolmentRequest request;
    std::vector<Match> matches; ///< Best first; never the device of the asking agent itself.
};

/// Who gets a certificate: keys, tickets, the approval queue, renewal, revocation. Any thread.
class Enrolment
{
public:
    struct Parts // Each must outlive it.
    {
        storage::Database& database;
        const pki::Authority& authority;
        pki::AgentDirectory& directory;
        const Clock& clock;

        /// Closes the open connections of an agent that was revoked (`Server::close_agent`).
        std::function<void(const AgentId&)> close_agent;

        /// Has the rules look at a device whose agents changed; may be empty.
        std::function<void(const DeviceId&)> judge_soon{};
    };

    explicit Enrolment(Parts parts, const QueueLimits& limits = {});

    /// Makes `directory` what the database says; call it before the agents' port listens.
    Result<void> load_agents();

    // --- keys and tickets

    /// Errors: invalid_input for a lifetime, count or range that is not allowed.
    awaitable<Result<MadeSecret>> create_key(NewKey wanted, std::string who);
    awaitable<Result<std::vector<storage::EnrolmentKey>>> list_keys();

    /// Also rejects what waits with it. Errors: not_found.
    awaitable<Result<void>> revoke_key(std::int64_t no, std::string who);

    awaitable<Result<MadeSecret>> create_ticket(NewTicket wanted, std::string who);
    awaitable<Result<std::vector<storage::Ticket>>> list_tickets();
    awaitable<Result<void>> revoke_ticket(std::int64_t no, std::string who);

    // --- the approval queue

    /// Those that wait, oldest first.
    awaitable<Result<std::vector<QueueEntry>>> queue();

    /// Errors: as `enroll::approve`.
    awaitable<Result<Admission>> approve(Approval approval);
    awaitable<Result<void>> reject(std::int64_t request_no, std::string who);

    // --- agents and devices

    /// Newest first.
    awaitable<Result<storage::IdentityPage>> list_agents(storage::IdentityQuery query = {});

    /// Kills all its certificates and closes its connections. Errors: not_found, conflict.
    awaitable<Result<void>> revoke_agent(AgentId agent, std::string who, std::string why);

    /// Devices that may be one machine, for a person to look at.
    awaitable<Result<std::vector<storage::LikelyTwins>>> merge_candidates();
    awaitable<Result<void>> merge(DeviceId from, DeviceId into, std::string who);
    awaitable<Result<void>> tell_apart(DeviceId one, DeviceId other, std::string who);

    // --- for the handlers

    /// The certificate, if `outcome` is issue. Errors: of the database.
    awaitable<Result<Admission>> admit(Asked asked);
    awaitable<Result<Admission>> admit_renewal(AskedToRenew asked);

    /// Signs `key` for an admitted agent and remembers the certificate.
    awaitable<Result<pki::IssuedCertificate>> issue(Admission admission, tls::PublicKey key);

    /// What sources do in an hour.
    SourceRates& rates() { return rates_; }

    Timestamp now() const { return parts_.clock.now(); }

private:
    /// After a change became durable: who is known and who is cut off.
    void follow(const Admission& admission, const std::string& key_fingerprint);
    void cut_off(const AgentId& agent);
    void judge_soon(const DeviceId& device) const;

    Parts parts_;
    QueueLimits limits_;
    SourceRates rates_;
};

/// The same before anything runs, for `init`: makes an enrolment key.
Result<MadeSecret> create_key_now(
    storage::Database& database, const NewKey& wanted, const std::string& who, Timestamp now);

} // namespace mimamori::collector::enroll
