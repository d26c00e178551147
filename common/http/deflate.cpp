#include "common/http/deflate.hpp"

#include "common/base/scope_exit.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <zlib.h>

namespace mimamori::http {
namespace {

/// zlib's way of saying "with a gzip header".
constexpr int gzip_bits{16};

constexpr std::size_t inflate_first_bytes{4096};

struct Effort
{
    int window_bits;
    int memory_level;
};

Bytef* bytes_of(const char* text)
{
    // zlib's interface knows no const; it does not write to its input.
    return reinterpret_cast<Bytef*>(const_cast<char*>(text));
}

} // namespace

Result<std::string> inflate(std::string_view packed, Packing packing, const InflateLimits& limits)
{
    if (packed.size() > limits.packed_size_max)
        return Error{Errc::too_large, "packed body too large"};
    z_stream stream{};
    const int bits = MAX_WBITS + (packing == Packing::gzip ? gzip_bits : 0);
    if (inflateInit2(&stream, bits) != Z_OK)
        return Error{Errc::internal, "inflate: out of memory"};
    const ScopeExit end{[&] { inflateEnd(&stream); }};
    stream.next_in = bytes_of(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());

    // Room for one byte more than allowed, to see that there is more.
    const std::size_t room_max = limits.size_max + 1;
    std::string plain;
    std::size_t size = 0;
    int state = Z_OK;
    while (state == Z_OK)
    {
        if (size == plain.size())
            plain.resize(std::min(room_max, std::max(inflate_first_bytes, size * 2)));
        stream.next_out = bytes_of(plain.data() + size);
        stream.avail_out = static_cast<uInt>(plain.size() - size);
        state = ::inflate(&stream, Z_NO_FLUSH);
        size = plain.size() - stream.avail_out;
        if (size > limits.size_max)
            return Error{Errc::too_large, "unpacked body too large"};
    }
    if (state != Z_STREAM_END)
        return Error{Errc::invalid_input, "packed body damaged or cut short"};
    if (stream.avail_in != 0)
        return Error{Errc::invalid_input, "something follows the packed body"};
    plain.resize(size);
    return plain;
}

std::string deflate(std::string_view plain, Packing packing, PackEffort effort)
{
    if (plain.size() > std::numeric_limits<uInt>::max() / 2)
        throw std::length_error{"deflate: too much at once"};
    const Effort used = effort == PackEffort::small ? Effort{12, 5} : Effort{MAX_WBITS, 8};
    z_stream stream{};
    const int bits = used.window_bits + (packing == Packing::gzip ? gzip_bits : 0);
    const int begun = deflateInit2(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, bits, used.memory_level, Z_DEFAULT_STRATEGY);
    if (begun != Z_OK)
        throw std::bad_alloc{};
    const ScopeExit end{[&] { deflateEnd(&stream); }};

    std::string packed(deflateBound(&stream, static_cast<uLong>(plain.size())), '\0');
    stream.next_in = bytes_of(plain.data());
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = bytes_of(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    // With room for the bound one call always finishes.
    if (::deflate(&stream, Z_FINISH) != Z_STREAM_END)
        throw std::runtime_error{"deflate failed"};
    packed.resize(packed.size() - stream.avail_out);
    return packed;
}

} // namespace mimamori::http
