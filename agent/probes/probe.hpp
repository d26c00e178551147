#pragma once

#include "agent/probes/live_system.hpp"
#include "agent/probes/memory.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections.hpp"

#include <chrono>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace mimamori::agent::antivirus {
struct Definitions;
}

namespace mimamori::agent::probes {

/// What the site decided about the probes.
struct ProbeOptions
{
    bool command_lines{false}; ///< Sections may carry command lines of programs.
    std::string process_watch; ///< How the agent learns of new processes: "events" or "polling".
    std::string data_folder{"/var/lib/mimamori/agent"}; ///< Where the agent keeps what is its own.
};

/// Where a probe may look. The referenced objects outlive every run.
struct ProbeContext
{
    /// Every file is read below this folder: "/" on a live machine, a recorded tree in tests.
    std::filesystem::path root;

    const Clock& clock;

    /// What files cannot tell.
    const LiveSystem& live;

    /// What the probes remember between two runs.
    Memory& memory;

    ProbeOptions options{};

    /// The antivirus definitions in use; nullptr: the compiled-in ones.
    const antivirus::Definitions* antivirus_definitions{nullptr};
};

/// Finds out one section. It never fails as a whole: it always fills its section, and what it
/// could not read stands in the section's `from.unknown` with the source's name and the reason.
///
/// Probes only read, start no program, and block for at most about a second in the worst case: run
/// them off the I/O thread, all of them on the same thread (they share `Memory`).
struct Probe
{
    std::string_view name;         ///< The section's name on the wire.
    std::chrono::seconds interval; ///< How often it is worth asking again when nothing happens.
    void (*run)(const ProbeContext& context, wire::Facts& facts);
};

/// The `run` of a probe that keeps what `read` found in one member of the facts.
template <auto member, auto read>
void into(const ProbeContext& context, wire::Facts& facts)
{
    facts.*member = read(context);
}

/// All probes, in the order in which they are run. The section `self` is not among them: the
/// agent's composition root fills it.
std::span<const Probe> all_probes();

/// The probe of that name, or nullptr.
const Probe* find_probe(std::string_view name);

} // namespace mimamori::agent::probes
