#pragma once

#include "agent/report/uplink.hpp"
#include "agent/uplink/collector_link.hpp"
#include "agent/uplink/identity_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/enrollment.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace mimamori::agent::uplink {

/// When a certificate is to be renewed: at two thirds of its life, spread over a further
/// thirtieth by the agent's id, so that devices enrolled on one day do not all come on one day.
Timestamp renewal_due(const tls::CertificateInfo& certificate, const AgentId& agent);

/// The way of an enrolled agent to its collector: one connection that is kept, packed bodies, and
/// a certificate that is renewed in time. On one executor.
class HttpsUplink final : public report::Uplink
{
public:
    struct Parts // Each must outlive it.
    {
        IdentityStore& store;
        CollectorLink& link;
        CollectorClock& clock;
        const Clock& device_clock;                   ///< For what people read, not for validity.
        std::function<wire::MachineFacts()> machine; ///< Sent with renewals.
        std::string agent_version;

        /// What the agent has of the knowledge that the collector hands on, and where a newer one
        /// goes, as it came: it is signed, and whoever takes it checks that. Both or neither.
        std::function<std::uint64_t()> definitions_version{};
        std::function<void(const std::string& document, Timestamp now)> take_definitions{};
    };

    /// Errors: as `CollectorLink::be`.
    static Result<std::unique_ptr<HttpsUplink>> open(Parts parts, EnrolledIdentity identity);

    /// Renews the certificate first when that is due. Besides what `report::Uplink` says:
    /// `forbidden` when this device was revoked or is unknown, and while the renewal of an expired
    /// certificate waits for a person; the message says which.
    awaitable<report::Delivery> send(const std::string& report) override;

    awaitable<void> close() override;

    Traffic traffic() const override;

    /// The collector ordered it (`Receipt::renew`): done before the next report.
    void renew_soon() { renewal_ordered_ = true; }

    const EnrolledIdentity& identity() const { return identity_; }

private:
    HttpsUplink(Parts parts, EnrolledIdentity identity);

    bool is_renewal_due() const;

    /// Nothing when reports can go on with the certificate there is; else why not.
    awaitable<report::Delivery> renew();
    report::Delivery settle(const http::Response& response);
    report::Delivery settle_renewal(const http::Response& response);
    awaitable<void> ask_for_definitions();
    Result<void> take_certificate(const std::string& body);
    void remember_time();
    void tell(std::string state, std::string message);

    Parts parts_;
    EnrolledIdentity identity_;
    std::string code_;
    bool renewal_ordered_{false};
    bool is_expired_{false}; ///< The collector said so; nothing but renewing helps.
    std::chrono::steady_clock::time_point next_renewal_try_{};
    std::chrono::steady_clock::time_point definitions_asked_at_{};
    std::string last_told_;
};

} // namespace mimamori::agent::uplink
