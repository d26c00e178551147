#include "collector/notify/mime.hpp"

#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace mimamori::collector::notify {

namespace {

constexpr std::size_t body_line_max = 76;

/// An encoded word is at most 75 characters; "=?UTF-8?B?" and "?=" are 12 of them.
constexpr std::size_t encoded_bytes_max = (75 - 12) / 4 * 3;

std::string base64(std::string_view bytes)
{
    static constexpr char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3)
    {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 3; ++i)
            value = value << 8U | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            out += i <= count ? digits[value >> (18U - 6U * i) & 63U] : '=';
    }
    return out;
}

bool is_plain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; })
           && text.find("=?") == std::string_view::npos;
}

/// Header and content of a text in a message.
std::string part(std::string_view type, std::string_view text)
{
    std::string body = to_valid_utf8(text);
    for (std::size_t at = 0; (at = body.find('\n', at)) != std::string::npos; at += 2)
        body.replace(at, 1, "\r\n");
    return fmt::format(
               "Content-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
               type)
           + base64_lines(body);
}

/// A name before an address: an atom, or encoded.
std::string phrase(std::string_view text, std::size_t name_size)
{
    const bool atoms = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || c == ' ' || c == '-';
    });
    if (atoms && text.size() <= 40)
        return std::string{text};
    std::string forced = header_text(text, name_size);
    if (is_plain(forced) && forced == text) // Plain for a header is not plain for a phrase.
        return "=?UTF-8?B?" + base64(text.substr(0, encoded_bytes_max)) + "?=";
    return forced;
}

} // namespace

std::string one_line(std::string_view text, std::size_t bytes_max)
{
    std::string line = to_valid_utf8(text);
    for (std::size_t i = 0; i < line.size(); ++i)
    {
        const auto c = static_cast<unsigned char>(line[i]);
        if (c < ' ' || c == 0x7F)
            line[i] = ' ';
        // U+0080 to U+009F are control characters in two bytes, NEL among them.
        const bool high =
            c == 0xC2 && i + 1 < line.size() && static_cast<unsigned char>(line[i + 1]) < 0xA0;
        if (high)
            line.replace(i, 2, "  ");
    }
    // U+2028 and U+2029 end lines, too.
    for (const std::string_view separator : {"\xE2\x80\xA8", "\xE2\x80\xA9"})
    {
        for (std::size_t at = 0; (at = line.find(separator, at)) != std::string::npos;)
            line.replace(at, separator.size(), " ");
    }
    return std::string{utf8_prefix(line, bytes_max)};
}

std::string header_text(std::string_view text, std::size_t name_size)
{
    const std::string line = one_line(text, 400);
    if (is_plain(line) && name_size + line.size() <= body_line_max)
        return line;
    std::string out;
    std::string_view rest = line;
    while (!rest.empty())
    {
        std::string_view piece = utf8_prefix(rest, encoded_bytes_max - (out.empty() ? 12 : 0));
        if (piece.empty())
            break; // Cannot be in well-formed text.
        out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(piece) + "?=";
        rest.remove_prefix(piece.size());
    }
    return out;
}

std::string base64_lines(std::string_view bytes)
{
    const std::string encoded = base64(bytes);
    std::string out;
    for (std::size_t at = 0; at < encoded.size(); at += body_line_max)
        out += encoded.substr(at, body_line_max) + "\r\n";
    return out;
}

std::string mail_date(Timestamp moment)
{
    static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::weekday weekday{day};
    const auto seconds = std::chrono::floor<std::chrono::seconds>(moment - day).count();
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", days[weekday.c_encoding()],
        static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()), seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string compose(const Message& message)
{
    std::string out;
    const auto header = [&out](std::string_view name, std::string_view value) {
        out.append(name).append(": ").append(value).append("\r\n");
    };
    header("Date", mail_date(message.date));
    header("From", phrase(one_line(message.from_name, 100), 6) + " <" + message.from + '>');
    header("To", '<' + message.to + '>');
    header("Message-ID", '<' + message.message_id + '>');
    header("Subject", header_text(message.subject, 9));
    // RFC 3834: no out-of-office answers to a program.
    header("Auto-Submitted", "auto-generated");
    header("MIME-Version", "1.0");
    if (message.html.empty())
        return out + part("plain", message.body);
    // No line of base64 begins like this.
    const std::string boundary = "=_mimamori";
    header("Content-Type", "multipart/alternative; boundary=\"" + boundary + '"');
    return out + "\r\n--" + boundary + "\r\n" + part("plain", message.body) + "--" + boundary
           + "\r\n" + part("html", message.html) + "--" + boundary + "--\r\n";
}

std::string marked_as_repeated(const std::string& message, std::string_view mark)
{
    constexpr std::string_view subject = "\r\nSubject: ";
    std::string marked = message;
    if (const std::size_t at = marked.find(subject); at != std::string::npos)
        marked.insert(at + subject.size(), "=?UTF-8?B?" + base64(mark) + "?=\r\n ");
    return "X-Mimamori-Repeat: perhaps\r\n" + marked;
}

} // namespace mimamori::collector::notify
