#pragma once

#include "common/base/time.hpp"

#include <string>
#include <string_view>

/// Mail messages as they are sent: RFC 5322 with MIME, ASCII on the wire.
namespace mimamori::collector::notify {

/// The parts of a message. Texts may be any UTF-8, also from devices: nothing in them becomes a
/// header line.
struct Message
{
    std::string message_id; ///< Without angle brackets.
    std::string from_name;
    std::string from; ///< Checked with `is_address`.
    std::string to;   ///< Checked with `is_address`.
    std::string subject;
    std::string body; ///< Lines end with "\n".
    std::string html; ///< The same for programs that show HTML; empty: text alone.
    Timestamp date{};
};

/// The message with CRLF line ends, no line longer than 76 characters in its body.
std::string compose(const Message& message);

/// A composed message with `mark` before its subject and a header that says that it may have
/// arrived before.
std::string marked_as_repeated(const std::string& message, std::string_view mark);

/// `text` for the value of a header line that begins with `name_size` characters: plain when it is
/// short printable ASCII, else encoded words (RFC 2047, base64, UTF-8), folded; characters are not
/// cut in two.
std::string header_text(std::string_view text, std::size_t name_size);

/// Standard base64 in lines of 76 characters, each ended by CRLF.
std::string base64_lines(std::string_view bytes);

/// "Sun, 22 Nov 2026 05:10:00 +0000".
std::string mail_date(Timestamp moment);

/// `text` on one line: well-formed UTF-8, without control characters, at most `bytes_max` bytes.
std::string one_line(std::string_view text, std::size_t bytes_max);

} // namespace mimamori::collector::notify
