#pragma once

#include "collector/rules/policy.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/liveness.hpp"
#include "collector/storage/sought.hpp"
#include "common/async/asio.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <functional>

namespace mimamori::collector::judge {

/// Whether neighbours are asked now about a device that is quiet for so long: from before the rules
/// call it silent, for an hour; then for a few minutes of every hour, up to four days. Pure.
bool is_looked_for(
    std::chrono::milliseconds quiet,
    std::chrono::milliseconds silence_limit,
    std::chrono::seconds heartbeat);

/// Asks the agents on the network of a device that fell silent without a goodbye whether their
/// machines still see it: then it runs, and its agent does not (rule agent_stopped).
///
/// The question goes with receipts, the answer comes with reports; `Sought` holds both.
class NeighbourSearch
{
public:
    struct Parts
    {
        storage::Database& database;
        const storage::Liveness& liveness;
        storage::Sought& sought;
        const Clock& clock;
        std::chrono::seconds heartbeat{60};           ///< The rhythm that agents are told.
        std::function<void(const DeviceId&)> sighted; ///< After it is durable.
    };

    /// What the parts name lives longer.
    NeighbourSearch(Parts parts, const rules::Policy& policy);

    /// Goes on until it is cancelled.
    awaitable<void> run();

    /// Takes the answers in and decides what is asked from now on. Failures are logged.
    awaitable<void> look_once();

private:
    Parts parts_;
    std::chrono::milliseconds silence_limit_;
};

} // namespace mimamori::collector::judge
