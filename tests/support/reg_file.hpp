#pragma once

#include "agent/windows/registry_value.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace mimamori::tests {

/// Reads a .reg file, UTF-8 or UTF-16 with byte order mark, and hands each key ("HKLM\…") and each
/// of its values to `take`; a key alone comes with an empty name and type `none`. Throws
/// std::runtime_error with the number of the line for what is not understood.
void read_reg_file(
    std::string_view text,
    const std::function<
        void(const std::string& key, const std::string& name, agent::windows::RegistryValue value)>&
        take);

} // namespace mimamori::tests
