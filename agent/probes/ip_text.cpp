#include "agent/probes/ip_text.hpp"

#include "common/base/encoding.hpp"

#include <algorithm>
#include <bit>

namespace mimamori::agent::probes {
namespace {

constexpr std::array<std::uint8_t, 12> v4_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// The IPv4 part of an IPv4 address in IPv6 form; the bytes themselves otherwise.
std::span<const std::uint8_t> plain(std::span<const std::uint8_t> bytes)
{
    const bool mapped =
        bytes.size() == 16 && std::equal(v4_mapped.begin(), v4_mapped.end(), bytes.begin());
    return mapped ? bytes.subspan(12) : bytes;
}

std::string v6_text(std::span<const std::uint8_t> bytes)
{
    std::array<unsigned, 8> words{};
    for (std::size_t i = 0; i < words.size(); ++i)
        words[i] = static_cast<unsigned>(bytes[i * 2]) << 8U | bytes[i * 2 + 1];

    // The longest run of at least two zeros is left out (RFC 5952).
    std::size_t run_at = 0;
    std::size_t run = 0;
    for (std::size_t i = 0; i < words.size(); ++i)
    {
        std::size_t length = 0;
        while (i + length < words.size() && words[i + length] == 0)
            ++length;
        if (length > run && length >= 2)
        {
            run = length;
            run_at = i;
        }
    }
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
    {
        if (run > 0 && i == run_at)
        {
            text += "::";
            i += run - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':')
            text += ':';
        constexpr std::string_view digits = "0123456789abcdef";
        bool begun = false;
        for (int shift = 12; shift >= 0; shift -= 4)
        {
            const unsigned digit = words[i] >> static_cast<unsigned>(shift) & 15U;
            begun = begun || digit != 0 || shift == 0;
            if (begun)
                text += digits[digit];
        }
    }
    return text;
}

} // namespace

std::string address_text(std::span<const std::uint8_t> bytes)
{
    const auto address = plain(bytes);
    if (address.size() == 16)
        return v6_text(address);
    if (address.size() != 4)
        return {};
    std::string text;
    for (const std::uint8_t byte : address)
    {
        if (!text.empty())
            text += '.';
        text += std::to_string(byte);
    }
    return text;
}

std::string mac_text(std::span<const std::uint8_t> bytes)
{
    const bool zero =
        std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
    if (zero)
        return {};
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i)
    {
        if (i > 0)
            text += ':';
        text += to_hex(bytes.subspan(i, 1));
    }
    return text;
}

bool is_loopback(std::span<const std::uint8_t> bytes)
{
    const auto address = plain(bytes);
    if (address.size() == 4)
        return address[0] == 127;
    return address.size() == 16 && address[15] == 1
           && std::all_of(address.begin(), address.begin() + 15, [](auto b) { return b == 0; });
}

bool is_no_host(std::span<const std::uint8_t> bytes)
{
    const auto address = plain(bytes);
    if (address.size() == 4)
        return address[0] == 0 || address[0] >= 224;
    const bool unspecified =
        std::all_of(address.begin(), address.end(), [](auto b) { return b == 0; });
    return address.size() != 16 || address[0] == 0xff || unspecified;
}

unsigned prefix_length(std::span<const std::uint8_t> mask)
{
    unsigned length = 0;
    for (const std::uint8_t byte : mask)
    {
        length += static_cast<unsigned>(std::countl_one(byte));
        if (byte != 0xff)
            break;
    }
    return length;
}

} // namespace mimamori::agent::probes
