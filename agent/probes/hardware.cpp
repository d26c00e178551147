#include "agent/probes/hardware.hpp"

#include "agent/probes/text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace mimamori::agent::probes {

std::string chassis_of(unsigned type, std::string_view vendor, std::string_view model)
{
    const std::string maker = to_lower(vendor) + ' ' + to_lower(model);
    for (const std::string_view name :
         {"qemu", "kvm", "vmware", "virtualbox", "innotek", "xen", "virtual machine", "bochs",
          "parallels", "amazon ec2", "google compute", "openstack", "nutanix", "bhyve"})
    {
        if (maker.find(name) != std::string::npos)
            return "virtual";
    }
    switch (type)
    {
    case 3:  // desktop
    case 4:  // low profile desktop
    case 5:  // pizza box
    case 6:  // mini tower
    case 7:  // tower
    case 13: // all in one
    case 15: // space-saving
    case 16: // lunch box
    case 24: // sealed-case PC
    case 35: // mini PC
    case 36: // stick PC
        return "desktop";
    case 8:  // portable
    case 9:  // laptop
    case 10: // notebook
    case 14: // sub-notebook
    case 30: // tablet
    case 31: // convertible
    case 32: // detachable
        return "notebook";
    case 17: // main server
    case 23: // rack mount
    case 25: // multi-system
    case 28: // blade
    case 29: // blade enclosure
        return "server";
    default:
        return "other";
    }
}

std::optional<Date> parse_firmware_date(std::string_view text)
{
    if (text.size() != 10 || text[2] != '/' || text[5] != '/')
        return std::nullopt;
    return parse_iso_date(
        std::string{text.substr(6)} + '-' + std::string{text.substr(0, 2)} + '-'
        + std::string{text.substr(3, 2)});
}

CpuDescription parse_cpuinfo(std::string_view text)
{
    CpuDescription cpu;
    std::set<std::pair<std::string_view, std::string_view>> cores;
    std::uint32_t processors = 0;
    std::string_view package;
    while (const auto line = next_line(text))
    {
        const auto colon = line->find(':');
        if (colon == std::string_view::npos)
            continue;
        const auto name = trimmed(line->substr(0, colon));
        const auto value = trimmed(line->substr(colon + 1));
        if (name == "processor")
            ++processors;
        else if (
            cpu.model.empty()
            && (name == "model name" || name == "Processor" || name == "cpu model"))
            cpu.model = fact_text(value, 256);
        else if (name == "physical id")
            package = value;
        else if (name == "core id")
            cores.emplace(package, value);
    }
    cpu.cores = cores.empty() ? processors : static_cast<std::uint32_t>(cores.size());
    return cpu;
}

std::optional<std::uint64_t> parse_memory_total(std::string_view text)
{
    constexpr std::uint64_t step = 64ULL * 1024 * 1024;
    while (auto line = next_line(text))
    {
        if (next_word(*line) != "MemTotal:")
            continue;
        const auto kibibytes = to_number<std::uint64_t>(next_word(*line));
        if (!kibibytes || *kibibytes > (1ULL << 50U))
            return std::nullopt;
        return (*kibibytes * 1024 + step / 2) / step * step;
    }
    return std::nullopt;
}

bool is_disk_name(std::string_view name)
{
    for (const std::string_view other :
         {"loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd", "zd", "drbd", "rbd", "bcache"})
    {
        if (name.starts_with(other))
            return false;
    }
    // Parts of an eMMC that are no storage for files.
    return name.find("boot") == std::string_view::npos
           && name.find("rpmb") == std::string_view::npos;
}

std::string disk_kind_of(
    std::string_view name, std::string_view vendor, std::optional<bool> rotates)
{
    const std::string maker = to_lower(vendor);
    const bool virtual_name =
        name.starts_with("vd") || name.starts_with("xvd") || name.starts_with("hv");
    for (const std::string_view one : {"qemu", "vmware", "vbox", "virtual", "msft"})
    {
        if (virtual_name || maker.find(one) != std::string::npos)
            return "virtual";
    }
    if (name.starts_with("nvme") || name.starts_with("mmcblk"))
        return "ssd";
    if (!rotates)
        return {};
    return *rotates ? "hdd" : "ssd";
}

std::string emmc_health(std::string_view pre_eol)
{
    const auto value =
        pre_eol.starts_with("0x") ? to_number<unsigned>(pre_eol.substr(2), 16) : std::nullopt;
    if (!value || *value == 0)
        return {};
    return *value == 1 ? "good" : "failing";
}

std::optional<std::uint32_t> battery_health(std::uint64_t full, std::uint64_t design)
{
    constexpr std::uint64_t step = 5;
    if (design == 0 || full > design * 2)
        return std::nullopt;
    const std::uint64_t percent = std::min<std::uint64_t>(full * 100 / design, 100);
    return static_cast<std::uint32_t>((percent + step / 2) / step * step);
}

} // namespace mimamori::agent::probes
