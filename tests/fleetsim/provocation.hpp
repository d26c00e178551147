#pragma once

#include "common/async/asio.hpp"
#include "tests/fleetsim/line.hpp"
#include "tests/fleetsim/simulated_agent.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::fleetsim {

/// Something that a collector must refuse.
struct Provocation
{
    std::string_view name;

    /// The bytes to send: by an agent with a good certificate.
    std::string (*bytes)(const ServerAddress& server, const SimulatedAgent& agent);

    /// Any of these statuses is right; empty: no answer, the connection ends.
    std::vector<unsigned> statuses;
};

std::span<const Provocation> provocations();

/// Sends one on a new connection. What is wrong with the reaction; empty: it is as it must be.
awaitable<std::string> provoke(
    const Provocation& provocation,
    Line line,
    const ServerAddress& server,
    const SimulatedAgent& agent);

} // namespace mimamori::fleetsim
