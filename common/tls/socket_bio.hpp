#pragma once

// Private to common/tls.

#include <openssl/bio.h>

#include <cstdint>

namespace mimamori::tls {

/// A BIO over a non-blocking socket that it does not own. Unlike OpenSSL's own it never raises
/// SIGPIPE when the other side is gone.
BIO* new_socket_bio(std::intptr_t socket);

} // namespace mimamori::tls
