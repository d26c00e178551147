#include "common/crypto/password.hpp"

#include "common/base/encoding.hpp"
#include "common/crypto/hash.hpp"
#include "common/crypto/random.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <charconv>
#include <optional>
#include <vector>

namespace mimamori::crypto {
namespace {

struct Cost
{
    unsigned log2_n{15};
    unsigned r{8};
    unsigned p{1};
};

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;
constexpr std::uint64_t memory_bytes_max = 64U * 1024 * 1024 + 1024 * 1024;

std::optional<Bytes> derive(std::string_view password, const Bytes& salt, const Cost& cost)
{
    Bytes out(hash_bytes);
    const int done = EVP_PBE_scrypt(
        password.data(), password.size(), salt.data(), salt.size(), std::uint64_t{1} << cost.log2_n,
        cost.r, cost.p, memory_bytes_max, out.data(), out.size());
    return done == 1 ? std::optional{out} : std::nullopt;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (;;)
    {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<unsigned> to_number(std::string_view text)
{
    unsigned number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = ec == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{number} : std::nullopt;
}

} // namespace

Result<std::string> hash_password(std::string_view password)
{
    const Cost cost;
    const Bytes salt = random_bytes(salt_bytes);
    const auto hash = derive(password, salt, cost);
    if (!hash)
        return Error{Errc::internal, "scrypt: not enough memory"};
    return fmt::format(
        "scrypt${}${}${}${}${}", cost.log2_n, cost.r, cost.p, to_hex(salt), to_hex(*hash));
}

Result<bool> check_password(std::string_view password, std::string_view stored)
{
    const auto parts = split(stored, '$');
    if (parts.size() != 6 || parts[0] != "scrypt")
        return Error{Errc::invalid_input, "stored password: not of the form scrypt$…"};
    const auto log2_n = to_number(parts[1]);
    const auto r = to_number(parts[2]);
    const auto p = to_number(parts[3]);
    const auto salt = from_hex(parts[4]);
    if (!log2_n || !r || !p || !salt || *log2_n < 10 || *log2_n > 16 || *r != 8 || *p > 4 || *p < 1)
        return Error{Errc::invalid_input, "stored password: cost or salt out of range"};
    const auto hash = derive(password, *salt, Cost{*log2_n, *r, *p});
    if (!hash)
        return Error{Errc::internal, "scrypt: not enough memory"};
    return equal_in_constant_time(to_hex(*hash), parts[5]);
}

std::string first_day_password()
{
    // 96 bits take 20 characters of 5 bits.
    const std::string digits = to_base32(random_bytes(12)).substr(0, 20);
    return fmt::format(
        "{}-{}-{}-{}", digits.substr(0, 5), digits.substr(5, 5), digits.substr(10, 5),
        digits.substr(15, 5));
}

} // namespace mimamori::crypto
