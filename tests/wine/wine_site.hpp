#pragma once

#include "tests/support/site.hpp"
#include "tests/wine/wine_prefix.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mimamori::tests {

/// A Windows PC of a site: Wine with a prefix of its own, and mimamori-agent.exe in it.
class WinePc
{
public:
    /// `fingerprint`: what the agent is told of the collector; empty: the truth.
    explicit WinePc(Site& site, const std::string& fingerprint = {});

    /// Nothing is said in a file; who else says something is the story's business.
    enum class Told
    {
        nothing
    };
    WinePc(Site& site, Told told);

    /// Keeps Wine's service manager alive, as a PC that is on does.
    void stay_on() { prefix_.stay_on(); }

    const WinePrefix& prefix() const { return prefix_; }

    /// Runs a verb of the agent to its end.
    ProgramOutput agent(const std::vector<std::string>& words) const;

    /// A new ticket for this machine.
    std::string ticket() const;

    /// With a ticket for this machine.
    ProgramOutput enrol() const;

    /// Installs the agent's service and starts it; requires that both work.
    void start_service();

    /// Asks it to stop and waits for that.
    void stop_service();

    /// The state of the agent's service, as `sc query` says it: "RUNNING"; "absent": no service.
    std::string service_state() const;

    /// Where %ProgramData%\mimamori\agent lies on this machine.
    std::filesystem::path data() const;

    std::string log() const;

    /// Of the device in the collector, by its agent id.
    std::string device_id();

private:
    Site& site_;
    WinePrefix prefix_;
};

} // namespace mimamori::tests
