#include "agent/probes/process_source.hpp"
#include "agent/probes/windows/process_list.hpp"
#include "agent/windows/machine.hpp"

namespace mimamori::agent::probes {

std::unique_ptr<ProcessSource> make_process_source(const std::filesystem::path&)
{
    return std::make_unique<windows::ProcessList>(agent::windows::this_machine());
}

} // namespace mimamori::agent::probes
