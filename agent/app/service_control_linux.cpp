#include "agent/app/service_control.hpp"
#include "agent/app/verbs.hpp"

namespace mimamori::agent::app {

bool has_service_control()
{
    return false;
}

int control_service(
    const std::string&, const std::filesystem::path&, const std::function<int()>&, Output& out)
{
    out << "systemd does that: `systemctl enable --now " << service_name << "`\n";
    return exit_unusable;
}

} // namespace mimamori::agent::app
