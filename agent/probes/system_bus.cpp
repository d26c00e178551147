#include "agent/probes/system_bus.hpp"

#include "agent/probes/text.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

// Field codes and types of the D-Bus specification.
constexpr std::uint8_t field_path = 1;
constexpr std::uint8_t field_interface = 2;
constexpr std::uint8_t field_member = 3;
constexpr std::uint8_t field_error_name = 4;
constexpr std::uint8_t field_reply_serial = 5;
constexpr std::uint8_t field_destination = 6;
constexpr std::uint8_t type_method_call = 1;
constexpr std::uint8_t type_method_return = 2;
constexpr std::uint8_t type_error = 3;

void pad(std::string& out, std::size_t to)
{
    while (out.size() % to != 0)
        out += '\0';
}

void put_u32(std::string& out, std::uint32_t value)
{
    for (unsigned shift = 0; shift < 32; shift += 8)
        out += static_cast<char>(value >> shift);
}

void put_field(std::string& out, std::uint8_t code, char type, std::string_view text)
{
    pad(out, 8);
    out += static_cast<char>(code);
    out += '\1';
    out += type;
    out += '\0';
    put_u32(out, static_cast<std::uint32_t>(text.size()));
    out += text;
    out += '\0';
}

/// Takes values off a message. Alignment counts from the beginning of `whole`. After a failure
/// everything is empty and `failed` stays true.
class Reader
{
public:
    Reader(std::string_view whole, std::size_t at)
        : whole_{whole}
        , at_{at}
    {}

    bool failed() const { return failed_; }

    bool at_end(std::size_t end) const { return failed_ || at_ >= end; }

    std::size_t position() const { return at_; }

    void align(std::size_t to)
    {
        const std::size_t next = (at_ + to - 1) / to * to;
        if (next > whole_.size())
            failed_ = true;
        else
            at_ = next;
    }

    std::uint8_t byte()
    {
        if (!has(1))
            return 0;
        return static_cast<std::uint8_t>(whole_[at_++]);
    }

    std::uint32_t u32()
    {
        align(4);
        if (!has(4))
            return 0;
        std::uint32_t value = 0;
        for (std::size_t i = 4; i-- > 0;)
            value = value << 8U | static_cast<unsigned char>(whole_[at_ + i]);
        at_ += 4;
        return value;
    }

    /// A string or object path.
    std::string_view text() { return counted(u32()); }

    std::string_view signature() { return counted(byte()); }

private:
    bool has(std::size_t count)
    {
        failed_ = failed_ || whole_.size() - at_ < count;
        return !failed_;
    }

    std::string_view counted(std::size_t size)
    {
        if (failed_ || whole_.size() - at_ <= size)
        {
            failed_ = true;
            return {};
        }
        const auto text = whole_.substr(at_, size);
        at_ += size + 1; // the NUL
        return text;
    }

    std::string_view whole_;
    std::size_t at_;
    bool failed_{false};
};

Error malformed()
{
    return {Errc::invalid_input, "system bus: malformed message"};
}

} // namespace

std::string bus_call(
    std::uint32_t serial,
    std::string_view destination,
    std::string_view path,
    std::string_view interface,
    std::string_view member)
{
    std::string fields;
    put_field(fields, field_path, 'o', path);
    put_field(fields, field_destination, 's', destination);
    put_field(fields, field_interface, 's', interface);
    put_field(fields, field_member, 's', member);

    std::string message{"l"};
    message += static_cast<char>(type_method_call);
    message += '\0';     // flags
    message += '\1';     // protocol version
    put_u32(message, 0); // no body
    put_u32(message, serial);
    put_u32(message, static_cast<std::uint32_t>(fields.size()));
    message += fields;
    pad(message, 8);
    return message;
}

Result<std::size_t> bus_message_size(std::string_view header)
{
    if (header.size() < bus_header_bytes || header[0] != 'l' || header[3] != 1)
        return malformed();
    Reader reader{header, 4};
    const std::size_t body = reader.u32();
    reader.u32(); // serial
    const std::size_t fields = reader.u32();
    const std::size_t size = (bus_header_bytes + fields + 7) / 8 * 8 + body;
    if (size > bus_message_bytes_max)
        return Error{Errc::too_large, "system bus: message of " + std::to_string(size) + " bytes"};
    return size;
}

Result<BusMessage> parse_bus_message(std::string_view message)
{
    const auto size = bus_message_size(message);
    if (!size)
        return size.error();
    if (*size > message.size())
        return malformed();
    BusMessage parsed;
    if (message[1] == type_method_return)
        parsed.answer = BusAnswer::result;
    else if (message[1] == type_error)
        parsed.answer = BusAnswer::refusal;

    Reader reader{message, 12};
    const std::size_t fields_end = bus_header_bytes + reader.u32();
    while (!reader.at_end(fields_end))
    {
        reader.align(8);
        const auto code = reader.byte();
        const auto type = reader.signature();
        if (type == "u")
        {
            const auto value = reader.u32();
            if (code == field_reply_serial)
                parsed.reply_to = value;
        }
        else if (type == "s" || type == "o")
        {
            const auto value = reader.text();
            if (code == field_error_name)
                parsed.error_name = fact_text(value, 200);
        }
        else if (type == "g")
            reader.signature();
        else
            return malformed(); // No other type stands in a header.
    }
    if (reader.failed())
        return malformed();
    parsed.body = message.substr((fields_end + 7) / 8 * 8);
    return parsed;
}

Result<std::vector<UnitState>> parse_unit_list(std::string_view body)
{
    // a(ssssssouso): name, description, load, active, sub, followed unit, path, job, its type, path
    constexpr std::size_t units_max = 20'000;
    Reader reader{body, 0};
    const std::size_t bytes = reader.u32();
    reader.align(8);
    const std::size_t end = reader.position() + bytes;
    if (reader.failed() || end > body.size())
        return malformed();
    std::vector<UnitState> units;
    while (!reader.at_end(end))
    {
        reader.align(8);
        UnitState unit;
        unit.name = fact_text(reader.text(), 256);
        reader.text(); // description
        reader.text(); // whether the unit file was loaded
        unit.active_state = fact_text(reader.text(), 64);
        unit.sub_state = fact_text(reader.text(), 64);
        reader.text();
        reader.text();
        reader.u32();
        reader.text();
        reader.text();
        if (reader.failed())
            return malformed();
        if (units.size() == units_max)
            return Error{Errc::too_large, "system bus: more than 20000 units"};
        units.push_back(std::move(unit));
    }
    return units;
}

} // namespace mimamori::agent::probes
