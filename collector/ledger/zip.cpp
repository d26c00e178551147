#include "collector/ledger/zip.hpp"

#include <algorithm>
#include <zlib.h>

namespace mimamori::collector::ledger {
namespace {

constexpr std::size_t entries_max = 1'000;
constexpr std::string_view end_sign{"PK\x05\x06", 4};
constexpr std::string_view entry_sign{"PK\x01\x02", 4};
constexpr std::string_view file_sign{"PK\x03\x04", 4};
constexpr std::size_t end_bytes = 22;
constexpr std::size_t entry_bytes = 46;
constexpr std::size_t file_bytes = 30;

/// A number of the archive, the least byte first; the caller has looked that it is there.
std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size)
{
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < size; ++i)
        number |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return number;
}

Error damaged()
{
    return Error{Errc::invalid_input, "a damaged Excel file"};
}

/// zlib's stream, ended.
struct Inflation
{
    z_stream stream{};
    bool begun{false};

    // Negative: without the header of zlib.
    Inflation() { begun = ::inflateInit2(&stream, -MAX_WBITS) == Z_OK; }

    ~Inflation()
    {
        if (begun)
            ::inflateEnd(&stream);
    }

    Inflation(const Inflation&) = delete;
    Inflation& operator=(const Inflation&) = delete;
};

Result<std::string> inflated(std::string_view packed, std::size_t bytes_max)
{
    Inflation inflation;
    if (!inflation.begun)
        return Error{Errc::internal, "zlib does not begin"};
    z_stream& stream = inflation.stream;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    std::string text;
    char piece[32'768];
    for (int code = Z_OK; code != Z_STREAM_END;)
    {
        stream.next_out = reinterpret_cast<Bytef*>(piece);
        stream.avail_out = sizeof piece;
        code = ::inflate(&stream, Z_NO_FLUSH);
        const std::size_t made = sizeof piece - stream.avail_out;
        if ((code != Z_OK && code != Z_STREAM_END) || (code == Z_OK && made == 0))
            return damaged();
        if (text.size() + made > bytes_max)
            return Error{Errc::too_large, "an Excel file that unpacks to too much"};
        text.append(piece, made);
    }
    return text;
}

} // namespace

Result<Archive> Archive::open(std::string_view bytes)
{
    const std::size_t end = bytes.rfind(end_sign);
    if (end == std::string_view::npos || bytes.size() - end < end_bytes)
        return damaged();
    const std::size_t count = number_at(bytes, end + 10, 2);
    std::size_t at = number_at(bytes, end + 16, 4);
    if (count > entries_max)
        return Error{Errc::too_large, "an Excel file of too many parts"};
    Archive archive{bytes};
    for (std::size_t i = 0; i < count; ++i)
    {
        if (at + entry_bytes > end || bytes.substr(at, 4) != entry_sign)
            return damaged();
        Entry entry;
        entry.method = number_at(bytes, at + 10, 2);
        entry.packed_bytes = number_at(bytes, at + 20, 4);
        entry.header_at = number_at(bytes, at + 42, 4);
        const std::size_t name_bytes = number_at(bytes, at + 28, 2);
        if (at + entry_bytes + name_bytes > end)
            return damaged();
        archive.entries_.emplace(bytes.substr(at + entry_bytes, name_bytes), entry);
        at +=
            entry_bytes + name_bytes + number_at(bytes, at + 30, 2) + number_at(bytes, at + 32, 2);
    }
    return archive;
}

Result<std::string> Archive::read(std::string_view name, std::size_t bytes_max) const
{
    const auto found = entries_.find(name);
    if (found == entries_.end())
        return Error{Errc::not_found, "no " + std::string{name}};
    const Entry& entry = found->second;
    const std::size_t header = entry.header_at;
    if (header + file_bytes > bytes_.size() || bytes_.substr(header, 4) != file_sign)
        return damaged();
    const std::size_t begin =
        header + file_bytes + number_at(bytes_, header + 26, 2) + number_at(bytes_, header + 28, 2);
    if (begin > bytes_.size() || entry.packed_bytes > bytes_.size() - begin)
        return damaged();
    const std::string_view packed = bytes_.substr(begin, entry.packed_bytes);
    constexpr std::uint32_t plain = 0;
    constexpr std::uint32_t deflated = 8;
    if (entry.method == deflated)
        return inflated(packed, bytes_max);
    if (entry.method != plain)
        return damaged();
    if (packed.size() > bytes_max)
        return Error{Errc::too_large, "an Excel file that unpacks to too much"};
    return std::string{packed};
}

} // namespace mimamori::collector::ledger
