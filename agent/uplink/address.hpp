#pragma once

#include "common/base/result.hpp"
#include "common/tls/digest.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mimamori::agent::uplink {

/// Where the collector is and what its certificates must end in.
struct CollectorAddress
{
    std::string host; ///< Name or numeric address; its certificate must be for it.
    std::uint16_t port{8444};

    /// SHA-256 of the site's root: `ca_fingerprint` in the settings.
    tls::Sha256 root_fingerprint{};

    /// "collector.example:8444".
    std::string text() const;
};

/// Reads 64 hexadecimal digits; colons, blanks and "SHA256:" in front are forgiven. Errors:
/// invalid_input.
Result<tls::Sha256> parse_fingerprint(std::string_view text);

} // namespace mimamori::agent::uplink
