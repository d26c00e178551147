#include "common/platform/spare_memory.hpp"

#include <algorithm>

namespace mimamori::platform {

bool SpareMemory::give_back()
{
    const std::uint64_t free_now = free_bytes_of_allocator();
    // What was given back still counts as free, and is needed again when the number falls.
    free_before_ = std::min(free_before_, free_now);
    const bool is_late = ++calls_ >= calls_max && free_now > worth_bytes;
    if (free_now - free_before_ <= worth_bytes && !is_late)
        return false;
    trim_allocator();
    free_before_ = free_now;
    calls_ = 0;
    return true;
}

} // namespace mimamori::platform
