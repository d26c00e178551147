#pragma once

#include "common/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mimamori::agent::probes::windows {

/// What the firmware's tables say about the machine (DMTF DSP0134).
struct Smbios
{
    std::string firmware_version;
    std::string firmware_date; ///< "05/23/2024".
    std::string vendor;
    std::string model;
    std::string serial;
    std::string uuid; ///< "4c4c4544-0042-…", empty when it is not set.
    std::string board_serial;
    unsigned chassis_type{0};
    std::uint32_t cores{0};
    std::string processor;
};

/// Understands the structures that stand one after the other in `tables`. A table that ends in
/// the middle of a structure keeps what came before. Errors: invalid_input when not one structure
/// is whole.
Result<Smbios> parse_smbios(std::string_view tables);

} // namespace mimamori::agent::probes::windows
