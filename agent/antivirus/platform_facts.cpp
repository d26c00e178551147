#include "agent/antivirus/platform_facts.hpp"

namespace mimamori::agent::antivirus {

// A platform without registry and WMI simply lacks the overrides.

Result<RegistryValue> PlatformFacts::registry_value(
    RegistryView, const std::string&, const std::string&) const
{
    return Error{Errc::unsupported, "this platform has no registry"};
}

Result<std::vector<std::string>> PlatformFacts::registry_keys(
    RegistryView, const std::string&, std::size_t) const
{
    return Error{Errc::unsupported, "this platform has no registry"};
}

Result<std::vector<WmiInstance>> PlatformFacts::wmi_instances(
    const std::string&, const std::string&, const std::vector<std::string>&) const
{
    return Error{Errc::unsupported, "this platform has no WMI"};
}

} // namespace mimamori::agent::antivirus
