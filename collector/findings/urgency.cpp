#include "collector/findings/urgency.hpp"

#include <algorithm>
#include <array>

namespace mimamori::collector::findings {

bool cannot_wait(std::string_view rule)
{
    constexpr auto rules = std::to_array<std::string_view>(
        {"admin_unexpected", "av_detection", "break_glass_used", "device_cloned", "disk_failing",
         "process_lookalike", "remote_tool"});
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

} // namespace mimamori::collector::findings
