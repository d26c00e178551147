#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mimamori::agent::antivirus {

/// What the header of a ClamAV database (.cvd, .cld, .cud) tells.
struct CvdHeader
{
    Timestamp built_at{};
    std::uint32_t version{0};
    std::uint32_t signatures{0};
    std::uint32_t functionality_level{0};
};

/// A header has this many bytes, padded with spaces.
inline constexpr std::size_t cvd_header_bytes = 512;

/// Understands the first 512 bytes of a database:
/// "ClamAV-VDB:23 Oct 2026 09-15 +0000:27800:1:216:<md5>:<signature>:<builder>:1792746900".
/// The last field, seconds since 1970, is newer than the rest of the form and may be missing; where
/// both are there they must agree within a day. Source: docs.clamav.net, tried with 1.4.6.
/// Errors: invalid_input. Messages hold no bytes of the file.
Result<CvdHeader> parse_cvd_header(std::string_view bytes);

/// "23 Oct 2026 09-15 +0000" or with ':' between hour and minute. Errors: invalid_input.
Result<Timestamp> parse_cvd_time(std::string_view text);

} // namespace mimamori::agent::antivirus
