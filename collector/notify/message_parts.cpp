#include "collector/notify/message_parts.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace mimamori::collector::notify {

namespace {

constexpr std::size_t pem_bytes_max = 64U * 1024;
constexpr std::string_view pin_begin = "sha256//";
constexpr std::size_t pin_digits = 44; ///< Base64 of 32 bytes.

bool is_pin(std::string_view pin)
{
    if (!pin.starts_with(pin_begin) || pin.size() != pin_begin.size() + pin_digits)
        return false;
    pin.remove_prefix(pin_begin.size());
    return pin.back() == '=' && std::all_of(pin.begin(), pin.end() - 1, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                      || c == '+' || c == '/';
           });
}

} // namespace

std::string_view news_name(News news)
{
    switch (news)
    {
    case News::opened:
        return "opened";
    case News::escalated:
        return "escalated";
    case News::repeated:
        return "repeated";
    case News::resolved:
        return "resolved";
    }
    return {};
}

std::string_view severity_name(rules::Severity severity)
{
    return boost::describe::enum_to_string(severity, "info");
}

Result<void> check_ca(const std::string& ca)
{
    const bool pem = ca.find("-----BEGIN CERTIFICATE-----") != std::string::npos
                     && ca.find("PRIVATE KEY") == std::string::npos && ca.size() <= pem_bytes_max;
    if (!ca.empty() && !pem)
        return Error{Errc::invalid_input, "ca: certificates as PEM, without a key"};
    return {};
}

Result<void> check_trust(const Channel& channel)
{
    if (auto good = check_ca(channel.ca); !good)
        return good;
    if (!channel.pin.empty() && !is_pin(channel.pin))
        return Error{Errc::invalid_input, "pin: sha256// and base64 of the server's public key"};
    return {};
}

} // namespace mimamori::collector::notify
