#pragma once

#include <string>
#include <string_view>

namespace mimamori::tests {

/// Decodes base64, passing over line ends; stops at the padding.
inline std::string from_base64(std::string_view text)
{
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned held = 0;
    int bits = 0;
    for (const char c : text)
    {
        const auto value = digits.find(c);
        if (c == '=')
            break;
        if (value == std::string_view::npos)
            continue;
        held = (held << 6U) | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8)
        {
            bits -= 8;
            bytes += static_cast<char>((held >> static_cast<unsigned>(bits)) & 0xFFU);
        }
    }
    return bytes;
}

/// A mail of ours as a person reads it: headers with their encoded words decoded, and the text.
inline std::string readable_mail(std::string_view mail)
{
    const auto end = mail.find("\r\n\r\n");
    std::string readable;
    std::string_view headers = mail.substr(0, end);
    constexpr std::string_view mark = "=?UTF-8?B?";
    while (!headers.empty())
    {
        const auto at = headers.find(mark);
        readable += headers.substr(0, at);
        if (at == std::string_view::npos)
            break;
        headers.remove_prefix(at + mark.size());
        const auto close = headers.find("?=");
        readable += from_base64(headers.substr(0, close));
        headers.remove_prefix(close == std::string_view::npos ? headers.size() : close + 2);
        // Encoded words that follow each other belong together (RFC 2047).
        if (headers.starts_with("\r\n =?"))
            headers.remove_prefix(3);
    }
    if (end == std::string_view::npos)
        return readable + "\n\n";
    std::string_view text = mail.substr(end);
    // Of a mail with HTML, the text before it.
    if (const auto part = text.find("\r\n\r\n", 4); mail.find("multipart/") < end)
        text.remove_prefix(part == std::string_view::npos ? text.size() : part);
    return readable + "\n\n" + from_base64(text);
}

} // namespace mimamori::tests
