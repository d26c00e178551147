#pragma once

#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/tls/certificate.hpp"
#include "tests/fleetsim/identity.hpp"
#include "tests/fleetsim/line.hpp"
#include "tests/fleetsim/made_up_device.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::fleetsim {

/// Enrols devices at a collector as agents do: knowing its root's fingerprint and an enrolment key.
class Enrolling
{
public:
    /// `server` must outlive it. Errors: invalid_input.
    static Result<Enrolling> begin(
        const ServerAddress& server, const tls::Sha256& root_fingerprint, std::string secret);

    /// Makes a key and asks for its certificate. Errors: forbidden when the collector refuses or
    /// wants a person's approval; unavailable for "later"; unauthenticated; as Line.
    awaitable<Result<Identity>> enrol(const MadeUpDevice& device);

    /// Of the site, after the first success.
    const std::vector<tls::Certificate>& roots() const { return roots_; }

private:
    /// Shared with the check inside the TLS context.
    struct Seen
    {
        std::optional<tls::CertificateInfo> server;
    };

    Enrolling(
        const ServerAddress& server,
        tls::Context context,
        const tls::Sha256& root_fingerprint,
        std::string secret,
        std::shared_ptr<Seen> seen);

    const ServerAddress& server_;
    tls::Context context_;
    tls::Sha256 root_fingerprint_;
    std::string secret_;
    std::shared_ptr<Seen> seen_;
    std::vector<tls::Certificate> roots_;
};

} // namespace mimamori::fleetsim
