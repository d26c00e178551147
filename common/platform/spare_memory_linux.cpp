#include "common/platform/spare_memory.hpp"

#include <malloc.h>

namespace mimamori::platform {

std::uint64_t free_bytes_of_allocator()
{
    return ::mallinfo2().fordblks;
}

void trim_allocator()
{
    ::malloc_trim(0);
}

} // namespace mimamori::platform
