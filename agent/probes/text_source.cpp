#include "agent/probes/text_source.hpp"

#include <algorithm>
#include <cstring>

namespace mimamori::agent::probes {

Result<std::size_t> MemoryText::read(char* to, std::size_t bytes_max)
{
    const std::size_t count = std::min(bytes_max, rest_.size());
    std::memcpy(to, rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
}

} // namespace mimamori::agent::probes
