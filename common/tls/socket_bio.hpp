#pragma once

// Private to common/tls.

#include <openssl/bio.h>

#include <cstdint>
#include <string>

namespace mimamori::tls {

/// A BIO over a non-blocking socket that it does not own. Unlike OpenSSL's own it never raises
/// SIGPIPE when the other side is gone.
BIO* new_socket_bio(std::intptr_t socket);

/// Why the last call on such a BIO failed, as the system says it. To be asked at once.
int last_socket_error();
std::string socket_error_text(int error);

} // namespace mimamori::tls
