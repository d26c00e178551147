#pragma once

#include "agent/antivirus/definitions.hpp"
#include "agent/app/probe_thread.hpp"
#include "agent/app/resources.hpp"
#include "agent/probes/memory.hpp"
#include "agent/probes/probe.hpp"
#include "agent/probes/process_source.hpp"
#include "agent/report/inventory_loop.hpp"
#include "agent/watch/program_watch.hpp"
#include "common/async/asio.hpp"
#include "common/wire/report.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::app {

/// The probes and what they remember, on a thread of their own.
///
/// Everything here is called on the I/O thread; what it hands out comes back there. `Memory` is
/// touched by the probes' thread only.
class Collection
{
public:
    struct Parts // Each must outlive it.
    {
        asio::any_io_executor home;
        const Clock& clock;
        std::filesystem::path data_folder;
        std::filesystem::path root; ///< "/".
        std::uint64_t memory_bytes_max{0};

        /// Since when nobody watched; nothing: it was never watched.
        std::optional<Timestamp> away_since;

        /// Gets what happened meanwhile, where the system kept it.
        std::function<void(std::vector<wire::Event>)> missed;
    };

    explicit Collection(Parts parts);

    /// Takes up what earlier runs left. To be called before anything runs.
    void load();

    /// Runs one probe; `facts` gets what it found before `done` is called.
    void run_probe(
        const std::string& name,
        std::function<void(const wire::Facts&)> facts,
        std::function<void(report::ProbeRun)> done);

    /// Looks at processes.
    void look(
        std::vector<std::uint32_t> processes, bool all, std::function<void(watch::Looked)> done);

    /// Looks whether this machine sees others.
    void look_for(
        std::vector<std::string> macs,
        std::function<void(std::vector<wire::NeighbourSighting>)> done);

    /// Writes what the probes remember, if it changed.
    void save();

    /// For the probes that run from now on.
    void set_options(probes::ProbeOptions options);

    /// For the probes that run from now on; not null.
    void set_definitions(std::shared_ptr<const antivirus::Definitions> definitions)
    {
        definitions_ = std::move(definitions);
    }

    /// Waits until no probe runs, two minutes at most: one that is in the middle of its work when
    /// the agent ends takes the program with it (run.cpp). False when cancelled.
    awaitable<bool> rest();

    /// False when a probe hangs: then the process can only be left, not wound up.
    [[nodiscard]] bool stop(std::chrono::milliseconds grace) { return thread_.stop(grace); }

    /// For the I/O thread.
    probes::ProcessSource& processes() { return *processes_; }

    /// The probe during which the last run died; empty: none.
    const std::string& died_in() const { return mark_.left(); }

private:
    probes::ProbeContext context(const antivirus::Definitions* definitions);

    Parts parts_;
    std::unique_ptr<probes::ProcessSource> processes_;
    probes::RunningSystem live_;
    probes::Memory memory_;
    watch::ProgramLooker looker_;
    probes::ProbeOptions options_; ///< Of the probes' thread.
    std::shared_ptr<const antivirus::Definitions> definitions_;
    RunningMark mark_;
    ProbeThread thread_; ///< Last: it ends before what it uses goes.
};

} // namespace mimamori::agent::app
