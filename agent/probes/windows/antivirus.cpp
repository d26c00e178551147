#include "agent/antivirus/find_products.hpp"
#include "agent/antivirus/windows_facts.hpp"
#include "agent/probes/windows/defender_log.hpp"
#include "agent/probes/windows/sections.hpp"

namespace mimamori::agent::probes::windows {

wire::AntivirusSection read_antivirus(const ProbeContext& context)
{
    const antivirus::WindowsFacts facts{*context.live.windows()};
    const auto& definitions = context.antivirus_definitions != nullptr
                                  ? *context.antivirus_definitions
                                  : antivirus::embedded_definitions();
    auto section = antivirus::find_products(definitions, facts, context.clock.now());
    read_defender_detections(section, *context.live.windows(), context.clock.now());
    return section;
}

} // namespace mimamori::agent::probes::windows
