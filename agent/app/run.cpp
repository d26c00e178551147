#include "agent/app/agent.hpp"
#include "agent/app/resources.hpp"
#include "agent/app/verbs.hpp"
#include "common/log/log.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdlib>

namespace mimamori::agent::app {

int run(const Loaded& loaded)
{
    const auto refused = hold_back(loaded.settings.memory_mib * 1024 * 1024);
    log::start({loaded.settings.log_level, loaded.settings.log_file.string()});
    for (const auto& one : refused)
        log::warn("{}", one);

    const SystemClock clock;
    // One thread: the queues of the context need no locks.
    boost::asio::io_context io{1};
    Agent agent{io, {loaded.settings, loaded.shown}, clock};
    if (auto opened = agent.open(); !opened)
    {
        log::error("{}", opened.error().message);
        log::flush();
        return opened.error().code == Errc::invalid_input ? exit_unusable : exit_failed;
    }
    agent.start();
    io.run();
    log::flush();
    // A probe that hangs in the system cannot be wound up; nothing of ours waits for it.
    if (!agent.has_ended())
        std::_Exit(exit_done);
    return exit_done;
}

} // namespace mimamori::agent::app
