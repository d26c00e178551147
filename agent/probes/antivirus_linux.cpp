#include "agent/antivirus/find_products.hpp"
#include "agent/probes/antivirus.hpp"

namespace mimamori::agent::probes {

wire::AntivirusSection read_antivirus(const ProbeContext& context)
{
    const antivirus::LinuxFacts facts{context.root, context.memory.antivirus};
    const auto& definitions = context.antivirus_definitions != nullptr
                                  ? *context.antivirus_definitions
                                  : antivirus::embedded_definitions();
    return antivirus::find_products(definitions, facts, context.clock.now());
}

} // namespace mimamori::agent::probes
