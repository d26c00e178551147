#include "common/crypto/random.hpp"

#include <openssl/rand.h>

#include <cstring>
#include <stdexcept>

namespace mimamori::crypto {

Bytes random_bytes(std::size_t count)
{
    Bytes bytes(count);
    if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1)
        throw std::runtime_error{"the system gives no random numbers"};
    return bytes;
}

std::uint64_t random_u64()
{
    const Bytes bytes = random_bytes(sizeof(std::uint64_t));
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
}

std::string random_id_text()
{
    return to_base32(random_bytes(16));
}

} // namespace mimamori::crypto
