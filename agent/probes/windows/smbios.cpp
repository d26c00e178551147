#include "agent/probes/windows/smbios.hpp"

#include "agent/probes/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::agent::probes::windows {
namespace {

/// One structure: its formatted part and the strings behind it.
class Structure
{
public:
    Structure(std::string_view formatted, std::string_view strings)
        : formatted_{formatted}
        , strings_{strings}
    {}

    unsigned byte(std::size_t at) const
    {
        return at < formatted_.size() ? static_cast<std::uint8_t>(formatted_[at]) : 0U;
    }

    unsigned word(std::size_t at) const { return byte(at) | byte(at + 1) << 8U; }

    bool has(std::size_t at) const { return at < formatted_.size(); }

    std::string_view bytes(std::size_t at, std::size_t size) const
    {
        return at + size <= formatted_.size() ? formatted_.substr(at, size) : std::string_view{};
    }

    /// The string whose number stands at `at`; number 0 means none.
    std::string text(std::size_t at) const
    {
        unsigned number = byte(at);
        std::string_view rest = strings_;
        while (number > 0 && !rest.empty())
        {
            const std::string_view one = rest.substr(0, rest.find('\0'));
            if (--number == 0)
                return fact_text(one, 256);
            rest.remove_prefix(std::min(rest.size(), one.size() + 1));
        }
        return {};
    }

private:
    std::string_view formatted_;
    std::string_view strings_;
};

std::string uuid_text(std::string_view bytes)
{
    constexpr std::size_t size = 16;
    const auto all = [&](char value) {
        return std::all_of(bytes.begin(), bytes.end(), [&](char byte) { return byte == value; });
    };
    if (bytes.size() != size || all('\0') || all('\xFF'))
        return {};
    // The first three fields are little endian (since SMBIOS 2.6).
    constexpr std::size_t order[size] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    std::string text;
    for (std::size_t i = 0; i < size; ++i)
    {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += fmt::format("{:02x}", static_cast<std::uint8_t>(bytes[order[i]]));
    }
    return text;
}

void take(unsigned type, const Structure& structure, Smbios& found)
{
    constexpr unsigned chassis_mask = 0x7F; // The highest bit says that there is a lock.
    constexpr unsigned populated = 0x40;
    constexpr unsigned see_second_count = 0xFF;
    switch (type)
    {
    case 0: // firmware
        found.firmware_version = structure.text(0x05);
        found.firmware_date = structure.text(0x08);
        break;
    case 1: // system
        found.vendor = structure.text(0x04);
        found.model = structure.text(0x05);
        found.serial = structure.text(0x07);
        found.uuid = uuid_text(structure.bytes(0x08, 16));
        break;
    case 2: // board; the first one is the main board
        if (found.board_serial.empty())
            found.board_serial = structure.text(0x07);
        break;
    case 3: // chassis
        if (found.chassis_type == 0)
            found.chassis_type = structure.byte(0x05) & chassis_mask;
        break;
    case 4: // processor
        if ((structure.byte(0x18) & populated) == 0)
            break;
        if (found.processor.empty())
            found.processor = structure.text(0x10);
        found.cores += structure.byte(0x23) == see_second_count && structure.has(0x2B)
                           ? structure.word(0x2A)
                           : structure.byte(0x23);
        break;
    default:
        break;
    }
}

} // namespace

Result<Smbios> parse_smbios(std::string_view tables)
{
    constexpr std::size_t header = 4;
    constexpr unsigned end_of_table = 127;
    Smbios found;
    bool any = false;
    while (tables.size() >= header)
    {
        const unsigned type = static_cast<std::uint8_t>(tables[0]);
        const std::size_t length = static_cast<std::uint8_t>(tables[1]);
        if (length < header || length > tables.size())
            break;
        // The strings end with an empty one; without strings there are two zero bytes.
        const auto end = tables.find(std::string_view{"\0\0", 2}, length);
        if (end == std::string_view::npos)
            break;
        take(type, {tables.substr(0, length), tables.substr(length, end + 1 - length)}, found);
        any = true;
        if (type == end_of_table)
            break;
        tables.remove_prefix(end + 2);
    }
    if (!any)
        return Error{Errc::invalid_input, "the firmware's tables are not understood"};
    return found;
}

} // namespace mimamori::agent::probes::windows
