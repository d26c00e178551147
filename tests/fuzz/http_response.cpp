// An answer as an agent reads it, and packed bodies: bounded, whatever comes.
#include "common/http/deflate.hpp"
#include "common/http/parser.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mimamori;

namespace {

constexpr std::size_t body_size_max = 4096;

void parse(std::string_view bytes, http::Method method, std::size_t piece_size)
{
    http::ResponseParser parser{method, 2048, body_size_max};
    std::string held;
    while (!parser.complete() && !bytes.empty())
    {
        const std::size_t more = std::min(piece_size, bytes.size());
        held.append(bytes.substr(0, more));
        bytes.remove_prefix(more);
        const auto taken = parser.put(held);
        if (!taken)
            return;
        if (*taken > held.size())
            std::abort();
        held.erase(0, *taken);
    }
    if (!parser.complete() && !parser.put_end())
        return;
    if (parser.complete() && parser.take().body.size() > body_size_max)
        std::abort();
}

void unpack(std::string_view bytes, http::Packing packing)
{
    const auto plain =
        http::inflate(bytes, packing, {.packed_size_max = 64 * 1024, .size_max = 100'000});
    if (!plain)
        return;
    if (plain->size() > 100'000)
        std::abort();
    const auto again = http::inflate(http::deflate(*plain, packing), packing);
    if (!again || *again != *plain)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    parse(bytes, http::Method::get, size + 1);
    parse(bytes, http::Method::get, 3);
    parse(bytes, http::Method::head, 1);
    unpack(bytes, http::Packing::deflate);
    unpack(bytes, http::Packing::gzip);
    return 0;
}
