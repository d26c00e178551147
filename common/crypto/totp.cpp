#include "common/crypto/totp.hpp"

#include "common/crypto/hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <cstdio>

namespace mimamori::crypto {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

} // namespace

std::string hotp(std::span<const std::uint8_t> secret, std::uint64_t counter)
{
    std::array<std::uint8_t, 8> message{};
    for (std::size_t i = 0; i < message.size(); ++i)
        message[i] = static_cast<std::uint8_t>(counter >> (56 - 8 * i));
    std::array<std::uint8_t, 20> hash{};
    unsigned length = 0;
    HMAC(
        EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(), message.size(),
        hash.data(), &length);
    const std::size_t at = hash.back() & 0x0FU;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number = number << 8 | hash[at + i];
    number &= 0x7FFFFFFFU;
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%06u", number % 1'000'000U);
    return text.data();
}

std::int64_t totp_step_of(Timestamp moment)
{
    return std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch() / totp_step;
}

std::optional<std::int64_t> totp_match(
    std::span<const std::uint8_t> secret, std::string_view code, Timestamp now, std::int64_t used)
{
    const std::int64_t middle = totp_step_of(now);
    for (std::int64_t step = middle - 1; step <= middle + 1; ++step)
        if (step > used
            && equal_in_constant_time(hotp(secret, static_cast<std::uint64_t>(step)), code))
            return step;
    return std::nullopt;
}

std::string to_totp_text(std::span<const std::uint8_t> secret)
{
    std::string text;
    std::uint32_t bits = 0;
    int count = 0;
    for (const std::uint8_t byte : secret)
    {
        bits = bits << 8 | byte;
        for (count += 8; count >= 5; count -= 5)
            text += alphabet[bits >> (count - 5) & 31U];
        bits &= (1U << count) - 1U;
    }
    if (count > 0)
        text += alphabet[bits << (5 - count) & 31U];
    return text;
}

std::optional<Bytes> from_totp_text(std::string_view text)
{
    Bytes secret;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text)
    {
        const auto value = alphabet.find(c);
        if (value == alphabet.npos)
            return std::nullopt;
        bits = bits << 5 | static_cast<std::uint32_t>(value);
        count += 5;
        if (count >= 8)
        {
            count -= 8;
            secret.push_back(static_cast<std::uint8_t>(bits >> count));
            bits &= (1U << count) - 1U;
        }
    }
    return secret;
}

} // namespace mimamori::crypto
