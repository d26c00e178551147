#pragma once

#include "agent/uplink/address.hpp"
#include "agent/uplink/collector_clock.hpp"
#include "agent/uplink/identity_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/http/client.hpp"
#include "common/http/message.hpp"
#include "common/http/resolver.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <optional>
#include <string>

namespace mimamori::agent::uplink {

/// The connection to the collector: pinned to the site's root, judged by the collector's clock, as
/// nobody or as an enrolled agent. One request at a time, on one executor.
class CollectorLink
{
public:
    struct Parts // Each must outlive it.
    {
        asio::any_io_executor executor;
        http::Resolver& resolver;
        CollectorClock& clock;
    };

    CollectorLink(Parts parts, CollectorAddress address, const http::ClientLimits& limits = {});

    /// From the next connection on: as nobody, knowing only the root's fingerprint.
    Result<void> be_nobody();

    /// From the next connection on: as this agent, trusting its roots.
    Result<void> be(const EnrolledIdentity& identity);

    /// Sends JSON, packed when that pays, and waits for the answer of whatever status. Errors say
    /// what to look at; `forbidden` when the collector refuses this device's certificate.
    awaitable<Result<http::Response>> post(std::string target, const std::string& json);

    /// Asks for what lies there, unless it is still what `etag` names (304). Errors: as `post`.
    awaitable<Result<http::Response>> get(std::string target, std::string etag);

    /// The server's certificate of the last connection, once it was accepted.
    const std::optional<tls::CertificateInfo>& server() const { return seen_->server; }

    const CollectorAddress& address() const { return address_; }

    tls::Traffic traffic() const;

    /// Says goodbye and drops the kept connection.
    awaitable<void> close();

private:
    /// Shared with the check inside the TLS context, which connections keep alive.
    struct Seen
    {
        std::optional<tls::CertificateInfo> server;
    };

    tls::ClientOptions options() const;
    Result<void> use(tls::ClientOptions options);
    awaitable<Result<http::Response>> send(const http::Request& request);

    Parts parts_;
    CollectorAddress address_;
    http::ClientLimits limits_;
    std::shared_ptr<Seen> seen_;
    std::optional<http::Client> client_;
};

} // namespace mimamori::agent::uplink
