#include "agent/app/found_lines.hpp"

#include "common/base/time.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

namespace mimamori::agent::app {
namespace {

using Lines = std::vector<std::string>;

std::string or_unknown(std::string_view text)
{
    return std::string{text.empty() ? "unknown" : text};
}

std::string day(const std::optional<Timestamp>& when)
{
    return when ? to_rfc3339(*when).substr(0, 10) : "unknown";
}

std::string yes_no(const std::optional<bool>& state, std::string_view yes, std::string_view no)
{
    return std::string{!state ? "unknown" : *state ? yes : no};
}

std::string number(const std::optional<std::uint32_t>& count)
{
    return count ? std::to_string(*count) : "unknown";
}

template <class Items, class Test>
auto count(const Items& items, Test test)
{
    return std::count_if(items.begin(), items.end(), test);
}

Lines lines_of(const wire::OsSection& os)
{
    std::string system = or_unknown(os.product);
    if (os.build)
        system += fmt::format(", build {}", *os.build);
    if (os.build && os.revision)
        system += fmt::format(".{}", *os.revision);
    return {
        fmt::format(
            "{}, kernel {}, {}", system, or_unknown(os.kernel), or_unknown(os.architecture)),
        fmt::format("name {}, started {}", or_unknown(os.hostname), day(os.booted_at))};
}

Lines lines_of(const wire::PatchesSection& patches)
{
    return {fmt::format(
        "last update {}; waiting: {}, for security {}; restart pending: {}",
        day(patches.last_update_at), number(patches.pending_count),
        number(patches.pending_security_count), yes_no(patches.reboot_pending, "yes", "no"))};
}

std::string_view text_of(wire::Switch state)
{
    switch (state)
    {
    case wire::Switch::on:
        return "on";
    case wire::Switch::off:
        return "off";
    case wire::Switch::unknown:
        break;
    }
    return "unknown";
}

Lines lines_of(const wire::AntivirusSection& antivirus)
{
    Lines lines;
    for (const wire::AntivirusProduct& product : antivirus.products)
    {
        std::string pattern = "no pattern: its age is not judged";
        if (product.has_pattern)
            pattern = fmt::format(
                "pattern {} of {}", or_unknown(product.pattern_version),
                day(product.pattern_built_at));
        lines.push_back(fmt::format(
            "{} {}: {}, watching: {}", product.name, product.version, pattern,
            text_of(product.realtime)));
        for (const wire::UnknownFact& unknown : product.unknown)
            lines.push_back(
                fmt::format("{}: {} unknown, because {}", product.name, unknown.fact, unknown.why));
    }
    if (lines.empty())
        lines.push_back("no antivirus product that the definitions know");
    return lines;
}

Lines lines_of(const wire::UsbSection& usb)
{
    Lines lines;
    for (const wire::UsbDevice& device : usb.devices)
        lines.push_back(fmt::format(
            "{}:{} {} {} ({})", device.vendor_id, device.product_id, device.vendor, device.product,
            device.device_class));
    lines.push_back("storage devices are " + or_unknown(usb.storage_policy));
    return lines;
}

Lines lines_of(const wire::ProcessesSection& processes)
{
    const auto hashed = [](const wire::Program& program) { return !program.sha256.empty(); };
    return {fmt::format(
        "{} programs, {} with hash", processes.programs.size(), count(processes.programs, hashed))};
}

Lines lines_of(const wire::InterfacesSection& interfaces)
{
    Lines lines;
    for (const wire::Adapter& adapter : interfaces.adapters)
        lines.push_back(fmt::format(
            "{} ({}), link {}, {}", adapter.name, or_unknown(adapter.kind),
            adapter.link_up ? "up" : "down",
            adapter.addresses.empty() ? "no address"
                                      : fmt::format("{}", fmt::join(adapter.addresses, " "))));
    return lines;
}

Lines lines_of(const wire::NeighboursSection& neighbours)
{
    return {fmt::format("{} machines seen", neighbours.neighbours.size() + neighbours.not_listed)};
}

Lines lines_of(const wire::ListenersSection& listeners)
{
    Lines lines;
    for (const wire::Listener& listener : listeners.listeners)
        lines.push_back(fmt::format(
            "{} {} port {}, {}", listener.protocol, listener.address, listener.port,
            or_unknown(listener.program)));
    return lines;
}

Lines lines_of(const wire::PeersSection& peers)
{
    return {fmt::format("{} machines talked to", peers.peers.size() + peers.not_listed)};
}

Lines lines_of(const wire::SoftwareSection& software)
{
    return {fmt::format("{} programs installed", software.software.size())};
}

Lines lines_of(const wire::ServicesSection& services)
{
    const auto starts = [](const wire::Service& service) {
        return service.start_type == "automatic";
    };
    return {fmt::format(
        "{} services, {} start by themselves; {} scheduled tasks", services.services.size(),
        count(services.services, starts), services.tasks.size())};
}

Lines lines_of(const wire::AccountsSection& accounts)
{
    const auto rules = [](const wire::Account& account) { return account.administrator; };
    return {fmt::format(
        "{} accounts, {} of them administrators", accounts.accounts.size(),
        count(accounts.accounts, rules))};
}

Lines lines_of(const wire::SecuritySection& security)
{
    std::optional<bool> firewall;
    for (const wire::FirewallProfile& profile : security.firewall)
    {
        if (profile.enabled)
            firewall = firewall.value_or(false) || *profile.enabled;
    }
    return {fmt::format(
        "firewall {}; remote desktop {}; SSH {}; SMB1 {}; clock {}", yes_no(firewall, "on", "off"),
        yes_no(security.remote_desktop, "on", "off"), yes_no(security.ssh_server, "on", "off"),
        yes_no(security.smb1, "on", "off"),
        yes_no(security.time_synchronised, "synchronised", "not synchronised"))};
}

Lines lines_of(const wire::HardwareSection& hardware)
{
    return {fmt::format(
        "maker {}, model {}, serial {}, {}, {} MiB", or_unknown(hardware.vendor),
        or_unknown(hardware.model), or_unknown(hardware.serial), or_unknown(hardware.cpu),
        hardware.memory_bytes / (1024 * 1024))};
}

Lines lines_of(const wire::LogonsSection& logons)
{
    return {fmt::format("{} logons remembered", logons.logons.size())};
}

Lines lines_of(const wire::SelfSection&)
{
    return {};
}

} // namespace

std::vector<std::string> found_lines(const wire::Facts& facts, std::string_view section)
{
    Lines lines;
    boost::mp11::mp_for_each<wire::FactsMembers>([&](auto member) {
        const auto& found = facts.*member.pointer;
        if (section == member.name && found)
            lines = lines_of(*found);
    });
    return lines;
}

} // namespace mimamori::agent::app
