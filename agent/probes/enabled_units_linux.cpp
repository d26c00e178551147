#include "agent/probes/enabled_units.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::probes {

Result<EnabledUnits> EnabledUnits::read(const Tree& tree)
{
    EnabledUnits units;
    const std::string folder = "/etc/systemd/system";
    const auto names = tree.names(folder);
    for (const std::string& name : names ? *names : std::vector<std::string>{})
    {
        if (!name.ends_with(".wants") && !name.ends_with(".requires"))
            continue;
        if (const auto links = tree.names(folder + '/' + name))
            units.names_.insert(links->begin(), links->end());
    }
    bool has_scripts = false;
    constexpr std::array<const char*, 6> start_folders{
        "/etc/rc2.d",      "/etc/rc3.d", "/etc/rc5.d", "/etc/rc.d/rc3.d",
        "/etc/rc.d/rc5.d", "/etc/init.d"}; // in buildroot the scripts themselves are called S50sshd
    for (const char* const starts : start_folders)
    {
        const auto links = tree.names(starts);
        has_scripts = has_scripts || links.has_value();
        for (const std::string& link : links ? *links : std::vector<std::string>{})
        {
            const bool start = link.size() > 3 && link[0] == 'S' && link[1] >= '0' && link[1] <= '9'
                               && link[2] >= '0' && link[2] <= '9';
            if (start)
                units.names_.insert(link.substr(3) + ".service");
        }
    }
    if (!names && !has_scripts)
        return names.error();
    return units;
}

bool EnabledUnits::has_any(std::initializer_list<std::string_view> names) const
{
    return std::any_of(
        names.begin(), names.end(), [&](std::string_view name) { return has(name); });
}

bool EnabledUnits::has_prefix(std::string_view prefix) const
{
    const auto at = names_.lower_bound(std::string{prefix});
    return at != names_.end() && at->starts_with(prefix);
}

} // namespace mimamori::agent::probes
