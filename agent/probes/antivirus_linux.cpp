#include "agent/antivirus/find_products.hpp"
#include "agent/probes/antivirus.hpp"
#include "agent/probes/clamav_log.hpp"

namespace mimamori::agent::probes {

wire::AntivirusSection read_antivirus(const ProbeContext& context)
{
    const antivirus::LinuxFacts facts{context.root, context.memory.antivirus};
    const auto& definitions = context.antivirus_definitions != nullptr
                                  ? *context.antivirus_definitions
                                  : antivirus::embedded_definitions();
    auto section = antivirus::find_products(definitions, facts, context.clock.now());
    read_clamav_detections(section, facts, context.clock.now());
    return section;
}

} // namespace mimamori::agent::probes
