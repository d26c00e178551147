#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/tls/certificate.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace mimamori::agent::uplink {

/// What was heard on authenticated connections; kept across restarts.
struct Heard
{
    Timestamp time{};         ///< The newest word of the collector on what time it is.
    Timestamp server_began{}; ///< The begin of its newest certificate.

    friend bool operator==(const Heard&, const Heard&) = default;
};

/// What time it is for the validity of certificates.
///
/// The clocks of devices are wrong, so this one does not look at them. It knows the newest time the
/// collector told on an authenticated connection and how long the program has run since. It never
/// goes back, and it is never ahead of the collector's.
class CollectorClock
{
public:
    using Steady = std::function<std::chrono::steady_clock::time_point()>;

    explicit CollectorClock(
        std::optional<Heard> stored, Steady steady = std::chrono::steady_clock::now);

    /// The beginning of 1970 as long as nothing was heard: then nothing has ended yet.
    Timestamp now() const;

    bool knows() const { return newest_.has_value(); }

    /// Takes what an authenticated collector said. A time after the end of the certificate that
    /// authenticated it is not believed.
    void hear(Timestamp collector_time, const tls::CertificateInfo& server);

    /// For `tls::LeafCheck`. Errors: unauthenticated for a certificate that began before one that
    /// was seen: whoever shows it may have found an old key.
    Result<void> check_server(const tls::CertificateInfo& leaf) const;

    /// What to store, when that differs from what is stored by an hour or another certificate;
    /// from then on it counts as stored.
    std::optional<Heard> to_store();

private:
    Steady steady_;
    std::optional<Heard> newest_;
    std::optional<Heard> stored_;
    std::chrono::steady_clock::time_point heard_at_;
};

} // namespace mimamori::agent::uplink
