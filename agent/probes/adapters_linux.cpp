#include "agent/probes/adapters.hpp"
#include "agent/probes/text.hpp"

namespace mimamori::agent::probes {

Result<std::map<std::uint32_t, std::string>> adapter_names(const Tree& tree)
{
    constexpr std::string_view folder = "/sys/class/net";
    constexpr std::size_t adapters_max = 4'096;
    const auto names = tree.names(folder, adapters_max);
    if (!names)
        return names.error();
    std::map<std::uint32_t, std::string> by_number;
    for (const std::string& name : *names)
    {
        const auto text = tree.read_value(std::string{folder} + '/' + name + "/ifindex");
        const auto number = text ? to_number<std::uint32_t>(*text) : std::nullopt;
        if (number)
            by_number.emplace(*number, name);
    }
    return by_number;
}

} // namespace mimamori::agent::probes
