#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mimamori::fleetsim {

/// Numbers that look random and are the same in each run: a device's properties follow from its
/// index and the property's name alone.
class Chance
{
public:
    Chance(std::uint64_t index, std::string_view what);

    std::uint64_t next();

    /// From 0 to `below` - 1.
    std::size_t below(std::size_t below);

    /// From `least` to `most`, both included.
    int between(int least, int most);

    /// True in so many of 1,000 cases.
    bool per_mille(std::size_t cases) { return below(1'000) < cases; }

    template <class T, std::size_t count>
    const T& one_of(const T (&items)[count])
    {
        return items[below(count)];
    }

    template <class T>
    const T& one_of(std::span<const T> items)
    {
        return items[below(items.size())];
    }

    /// So many lower-case hexadecimal digits.
    std::string hex(std::size_t digits);

private:
    std::uint64_t state_;
};

} // namespace mimamori::fleetsim
