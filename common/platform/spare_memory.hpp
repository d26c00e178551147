#pragma once

#include <cstdint>

namespace mimamori::platform {

/// Gives memory back to the operating system that the program once needed and needs no more: the
/// allocator keeps it otherwise, after a storm of connections for as long as the program runs.
class SpareMemory
{
public:
    /// More than this must have become free since memory was given back last.
    static constexpr std::uint64_t worth_bytes{4U * 1024 * 1024};

    /// What was needed and became free between two calls is not seen, so after so many calls memory
    /// is given back anyway.
    static constexpr unsigned calls_max{30};

    /// Call it now and then. True when memory was given back. Takes some ms for each 100 MB that
    /// are free, and about 10 us when nothing is to be done.
    bool give_back();

private:
    std::uint64_t free_before_{0}; ///< The least since memory was given back.
    unsigned calls_{0};            ///< Since then.
};

/// Bytes that the allocator holds and nobody uses, also those given back.
std::uint64_t free_bytes_of_allocator();

/// Gives all of them back.
void trim_allocator();

} // namespace mimamori::platform
