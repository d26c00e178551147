#pragma once

#include "agent/antivirus/platform_facts.hpp"
#include "agent/probes/program_memory.hpp"
#include "agent/probes/recent.hpp"
#include "agent/probes/sockets.hpp"
#include "agent/probes/users.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/event.hpp"
#include "common/wire/sections/neighbours.hpp"
#include "common/wire/sections/patches.hpp"
#include "common/wire/sections/peers.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace mimamori::agent::probes {

/// When the running kernel was started. Kept because the kernel's own answer is computed from an
/// uptime and moves with every correction of the clock.
struct BootMemory
{
    std::string boot_id;
    Timestamp booted_at{};

    friend bool operator==(const BootMemory&, const BootMemory&) = default;
};
BOOST_DESCRIBE_STRUCT(BootMemory, (), (boot_id, booted_at))

/// Which updates wait, as long as the files that say so do not change. Not kept on disk.
struct PendingMemory
{
    std::string inputs; ///< Tells the files' states apart; empty: nothing known.
    std::uint32_t count{0};
    std::uint32_t security_count{0};
    std::vector<wire::PendingPatch> packages;
    std::vector<std::string> not_understood;
};

/// What neighbours and peers are ordered by.
inline auto neighbour_key(const wire::Neighbour& neighbour)
{
    return std::tie(neighbour.adapter, neighbour.address, neighbour.mac);
}

inline auto peer_key(const wire::RemotePeer& peer)
{
    return std::tie(peer.address, peer.port, peer.direction, peer.program);
}

/// What the probes remember between two runs: small, and lost without harm.
///
/// Its parts live as files in the agent's data folder. Not thread-safe: it belongs to the thread
/// that runs the probes.
class Memory
{
public:
    /// `folder`: the agent's data folder; empty: nothing is kept on disk. `root`: as in
    /// ProbeContext.
    Memory(
        const std::filesystem::path& folder, const std::filesystem::path& root, const Clock& clock);

    /// With another source of processes.
    Memory(
        const std::filesystem::path& folder,
        std::unique_ptr<ProcessSource> processes,
        const Clock& clock);

    /// Takes up what earlier runs left. A part that cannot be read starts empty; the error names
    /// the first such part.
    Result<void> load();

    /// Writes the parts that changed.
    Result<void> save();

    ProgramMemory programs;

    /// What the processes probe found new; who makes events of it empties the list.
    std::vector<wire::Program> new_programs;

    /// Since when nobody watched, before this run of the agent. Set once at its start; the probe
    /// `usb` takes it where the system can tell what it missed.
    std::optional<Timestamp> away_since;

    /// What happened meanwhile; who sends events empties the list.
    std::vector<wire::Event> missed_events;

    /// Why that could not be found out; empty: it could, or was not asked.
    std::string away_unknown;

    BootMemory boot;
    PendingMemory pending;
    Recent<wire::Neighbour, neighbour_key> neighbours;
    Recent<wire::RemotePeer, peer_key> peers;
    SocketLists socket_lists;
    SocketOwners socket_owners;
    UserNames users;
    antivirus::LinuxMemory antivirus;

private:
    Result<void> load_boot();
    Result<void> save_boot();

    std::filesystem::path boot_file_;
    BootMemory stored_boot_;
};

} // namespace mimamori::agent::probes
