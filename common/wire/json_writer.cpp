#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

namespace mimamori::wire {

namespace {

/// Printable ASCII that needs no escape: nearly all there is.
bool is_plain(std::string_view text)
{
    for (const char c : text)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\')
            return false;
    }
    return true;
}

} // namespace

void append_json_string(std::string& out, std::string_view text)
{
    if (is_plain(text))
    {
        out += '"';
        out += text;
        out += '"';
        return;
    }
    std::string repaired;
    if (!is_utf8(text) || text.find('\0') != std::string_view::npos)
    {
        repaired = to_valid_utf8(text);
        text = repaired;
    }
    out += '"';
    for (const char c : text)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (c == '\b')
            out += "\\b";
        else if (c == '\f')
            out += "\\f";
        else if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (c == '\t')
            out += "\\t";
        else if (byte < 0x20)
            out += fmt::format("\\u{:04x}", byte);
        else
            out += c;
    }
    out += '"';
}

} // namespace mimamori::wire
