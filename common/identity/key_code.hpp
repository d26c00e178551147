#pragma once

#include "common/crypto/hash.hpp"

#include <string>

namespace mimamori::identity {

/// Six characters of Crockford base32 that stand for a public key: the first 30 bits of the
/// SHA-256 of its SubjectPublicKeyInfo. `mimamori-agent status` on the PC and the collector's
/// approval queue show the same ones, so a person can tell that it is this PC that asks.
std::string key_code(const crypto::Sha256& key_fingerprint);

} // namespace mimamori::identity
