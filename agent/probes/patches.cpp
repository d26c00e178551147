#include "agent/probes/patches.hpp"

#include "agent/probes/apt_conf.hpp"
#include "agent/probes/debian_version.hpp"
#include "agent/probes/text.hpp"

#include <algorithm>

namespace mimamori::agent::probes {

std::string kernel_flavour(std::string_view version)
{
    std::string flavour;
    for (const std::string_view part : split(version, '-'))
    {
        if (part.front() >= '0' && part.front() <= '9')
            continue;
        if (!flavour.empty())
            flavour += '-';
        flavour += part;
    }
    return flavour;
}

void judge_reboot(const RebootSigns& signs, wire::PatchesSection& patches)
{
    std::string newest;
    for (const std::string& kernel : signs.kernels)
    {
        const bool same = kernel_flavour(kernel) == kernel_flavour(signs.running_kernel);
        if (same && (newest.empty() || compare_debian_versions(kernel, newest) > 0))
            newest = kernel;
    }
    const bool comparable = !newest.empty() && !signs.running_kernel.empty();
    const bool old_kernel = comparable && compare_debian_versions(newest, signs.running_kernel) > 0;

    for (const std::string& package : signs.packages)
        patches.reboot_reasons.push_back(fact_text(package, 256));
    if (old_kernel)
        patches.reboot_reasons.push_back(
            "kernel " + fact_text(newest, 256) + " is installed, "
            + fact_text(signs.running_kernel, 256) + " runs");
    std::sort(patches.reboot_reasons.begin(), patches.reboot_reasons.end());
    auto& reasons = patches.reboot_reasons;
    reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
    cut_list(reasons, 100, patches.from, "reboot_reasons");

    if (signs.flag || old_kernel)
        patches.reboot_pending = true;
    else if (signs.flag_would_be_set || comparable)
        patches.reboot_pending = false;
    else
        note_unknown(
            patches.from, "reboot_pending",
            "nothing on this machine sets /run/reboot-required, and /boot has no kernel to "
            "compare");
}

std::vector<std::string> parse_repo_hosts(std::string_view text)
{
    struct Repository
    {
        std::string_view section;
        std::vector<std::string> hosts;
        bool enabled{true};
    };

    std::vector<Repository> repositories;
    for (const IniLine& line : parse_ini(text))
    {
        if (repositories.empty() || repositories.back().section != line.section)
            repositories.push_back({line.section, {}, true});
        Repository& repository = repositories.back();
        if (line.key == "enabled")
            repository.enabled = line.value != "0" && to_lower(line.value) != "false";
        else if (line.key == "baseurl" || line.key == "mirrorlist" || line.key == "metalink")
        {
            std::string_view rest = line.value;
            if (auto host = host_of_address(next_word(rest)); !host.empty())
                repository.hosts.push_back(std::move(host));
        }
    }
    std::vector<std::string> hosts;
    for (const Repository& repository : repositories)
    {
        if (repository.enabled)
            hosts.insert(hosts.end(), repository.hosts.begin(), repository.hosts.end());
    }
    return hosts;
}

std::optional<LocalTime> parse_local_time(std::string_view text)
{
    const auto date = parse_iso_date(text.substr(0, 10));
    if (!date || text.size() != 19 || text[10] != ' ' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const auto hour = to_number<int>(text.substr(11, 2));
    const auto minute = to_number<int>(text.substr(14, 2));
    const auto second = to_number<int>(text.substr(17, 2));
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60 || *hour < 0
        || *minute < 0 || *second < 0)
        return std::nullopt;
    const std::chrono::year_month_day day{*date};
    return LocalTime{
        static_cast<int>(day.year()),
        static_cast<int>(static_cast<unsigned>(day.month())),
        static_cast<int>(static_cast<unsigned>(day.day())),
        *hour,
        *minute,
        *second};
}

} // namespace mimamori::agent::probes
