#include "agent/uplink/address.hpp"

#include "common/base/encoding.hpp"

#include <algorithm>

namespace mimamori::agent::uplink {

std::string CollectorAddress::text() const
{
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<tls::Sha256> parse_fingerprint(std::string_view text)
{
    constexpr std::string_view prefix{"SHA256:"};
    if (text.starts_with(prefix))
        text.remove_prefix(prefix.size());
    std::string digits;
    for (const char c : text)
    {
        if (c != ':' && c != ' ')
            digits += c;
    }
    const auto bytes = from_hex(digits);
    tls::Sha256 fingerprint{};
    if (!bytes || bytes->size() != fingerprint.size())
        return Error{Errc::invalid_input, "a fingerprint is 64 hexadecimal digits (SHA-256)"};
    std::copy(bytes->begin(), bytes->end(), fingerprint.begin());
    return fingerprint;
}

} // namespace mimamori::agent::uplink
