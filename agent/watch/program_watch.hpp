#pragma once

#include "agent/probes/memory.hpp"
#include "agent/probes/process_source.hpp"
#include "agent/watch/recent_programs.hpp"
#include "agent/watch/signals.hpp"
#include "common/async/asio.hpp"
#include "common/base/time.hpp"
#include "common/wire/event.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::watch {

/// What a look at processes brought.
struct Looked
{
    std::vector<wire::Program> found; ///< Programs that were never seen on this machine.
    bool has_changes{false};          ///< The section `processes` is another now.
    bool hashing_pending{false};      ///< Look again in a moment.
};

/// Looks at processes through the memory of programs; lives on the thread that runs the probes.
class ProgramLooker
{
public:
    explicit ProgramLooker(probes::ProgramMemory& programs)
        : programs_{programs}
    {}

    /// Looks at these processes, or at all there are. The very first look of a new memory finds
    /// nothing: what runs when the agent is installed is where learning begins.
    Looked look(const std::vector<std::uint32_t>& processes, bool all);

private:
    probes::ProgramMemory& programs_;
    std::set<std::string> unhashed_; ///< Paths that were told of before their hash was known.
    bool is_first_{true};
};

/// Notices programs that start, by the kernel's word where it is given, else by looking at the list
/// of processes every few seconds.
class ProgramWatch
{
public:
    struct Parts // Each must outlive the watch.
    {
        asio::any_io_executor executor;
        probes::ProcessSource& processes; ///< Not the one that the memory of programs uses.
        const Clock& clock;

        /// Runs ProgramLooker::look on the probes' thread; calls `done` on our executor, once.
        std::function<void(
            std::vector<std::uint32_t> processes, bool all, std::function<void(Looked)> done)>
            look;

        std::function<void(std::vector<wire::Event>)> happened;
        std::function<void(std::string_view section)> changed;

        /// Called when the way of watching changes: "events" or "polling".
        std::function<void(std::string_view)> mode_changed;
    };

    explicit ProgramWatch(Parts parts);

    /// Ends when cancelled.
    awaitable<void> run();

private:
    awaitable<bool> follow(ExecSignals signals);
    awaitable<bool> poll(std::chrono::steady_clock::duration length);
    void set_mode(std::string_view mode);
    void started(const std::vector<std::uint32_t>& processes);
    bool look_at_list();
    void look();
    void looked(Looked result);
    void hash_later();
    void tell_overload();

    Parts parts_;
    asio::steady_timer hash_timer_;
    RecentPrograms recent_;
    StartRate rate_;
    std::string mode_;
    std::vector<std::uint32_t> list_;    ///< Of all processes, when polling.
    std::vector<std::uint32_t> waiting_; ///< To be looked at.
    bool all_wait_{true};
    bool is_looking_{false};
};

} // namespace mimamori::agent::watch
