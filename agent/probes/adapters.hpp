#pragma once

#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace mimamori::agent::probes {

/// The names of the network adapters by their numbers (/sys/class/net/*/ifindex).
Result<std::map<std::uint32_t, std::string>> adapter_names(const Tree& tree);

} // namespace mimamori::agent::probes
