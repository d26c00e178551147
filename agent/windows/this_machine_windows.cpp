#include "agent/windows/live_windows.hpp"

namespace mimamori::agent::windows {
namespace {

/// Everything that the references of a Machine point to.
struct Live
{
    std::unique_ptr<System> system = make_system();
    std::unique_ptr<Registry> registry = make_registry();
    std::unique_ptr<Files> files = make_files();
    std::unique_ptr<Wmi> wmi = make_wmi();
    std::unique_ptr<Services> services = make_services();
    std::unique_ptr<EventLog> events = make_event_log();
    std::unique_ptr<Devices> devices = make_devices();
    std::unique_ptr<Network> network = make_network(*registry);
    std::unique_ptr<Accounts> accounts = make_accounts();
    std::unique_ptr<Programs> programs = make_programs();
    Machine machine{*system, *registry, *files,   *wmi,      *services,
                    *events, *devices,  *network, *accounts, *programs};
};

} // namespace

const Machine& this_machine()
{
    static const Live live;
    return live.machine;
}

} // namespace mimamori::agent::windows
