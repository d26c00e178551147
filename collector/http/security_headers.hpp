#pragma once

#include <string_view>

namespace mimamori::collector::http {

/// The header fields every answer of the web port carries, ready to be appended: content security
/// policy with Trusted Types, no sniffing, no referrer, no device features, own window group.
std::string_view security_headers();

} // namespace mimamori::collector::http
