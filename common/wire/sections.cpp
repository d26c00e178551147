#include "common/wire/sections.hpp"

namespace mimamori::wire {

std::optional<std::size_t> section_index(std::string_view name)
{
    static constexpr auto names = section_names();
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name)
            return i;
    return std::nullopt;
}

} // namespace mimamori::wire
