#pragma once

#include "agent/windows/machine.hpp"

#include <memory>
#include <string>

/// The running machine's side of the interfaces; one file each.
namespace mimamori::agent::windows {

std::unique_ptr<System> make_system();
std::unique_ptr<Registry> make_registry();
std::unique_ptr<Files> make_files();
std::unique_ptr<Wmi> make_wmi();
std::unique_ptr<Services> make_services();
std::unique_ptr<EventLog> make_event_log();
std::unique_ptr<Devices> make_devices();
std::unique_ptr<Network> make_network(const Registry& registry);
std::unique_ptr<Accounts> make_accounts();
std::unique_ptr<Programs> make_programs();

/// "HOSPITAL\kango" of a security identifier (PSID); its text form when nobody knows the name.
/// Answers are kept, because a name of the domain may be asked of a domain controller.
std::string account_name(void* sid);

} // namespace mimamori::agent::windows
