// A packed body: whatever comes, never more is unpacked than the limit allows, and what was
// unpacked comes back the same after it was packed again. The first byte says how it is packed.
#include "common/http/deflate.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mimamori;

namespace {

constexpr http::InflateLimits limits{.packed_size_max = 4096, .size_max = 16 * 1024};

void unpack(std::string_view packed, http::Packing packing)
{
    const auto plain = http::inflate(packed, packing, limits);
    if (!plain)
    {
        if (plain.error().message.empty())
            std::abort();
        return;
    }
    if (packed.size() > limits.packed_size_max || plain->size() > limits.size_max)
        std::abort();
    for (const auto effort : {http::PackEffort::small, http::PackEffort::normal})
    {
        const auto again = http::inflate(http::deflate(*plain, packing, effort), packing);
        if (!again || *again != *plain)
            std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view packed{reinterpret_cast<const char*>(data) + 1, size - 1};
    unpack(packed, data[0] % 2 == 0 ? http::Packing::deflate : http::Packing::gzip);
    return 0;
}
