#include "agent/probes/text.hpp"
#include "agent/probes/windows/fact_reader.hpp"
#include "agent/probes/windows/sections.hpp"
#include "agent/windows/moments.hpp"
#include "common/base/ascii.hpp"
#include "common/wire/report.hpp"

#include <algorithm>
#include <map>

namespace mimamori::agent::probes::windows {
namespace {

constexpr std::string_view servicing_key =
    R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing)";
constexpr std::string_view update_key =
    R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update)";
constexpr std::string_view policy_key = R"(HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate)";

/// "KB5044273" of "Package_for_KB5044273~31bf3856ad364e35~amd64~~10.0.1.5"; empty when the package
/// is no update with a number.
std::string kb_of_package(std::string_view package)
{
    constexpr std::string_view mark = "_for_KB";
    const auto at = package.find(mark);
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = package.substr(at + mark.size());
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_ascii_digit);
    const auto digits = static_cast<std::size_t>(end - rest.begin());
    constexpr std::size_t digits_max = 9;
    if (digits == 0 || digits > digits_max)
        return {};
    return "KB" + std::string{rest.substr(0, digits)};
}

/// Updates by number with the day of installation, as far as it is known.
using Updates = std::map<std::string, std::optional<Timestamp>>;

void note(Updates& updates, const std::string& id, std::optional<Timestamp> at)
{
    auto& known = updates[id];
    if (at && (!known || *known < *at))
        known = at;
}

std::optional<Timestamp> installed_at(FactReader& registry, const std::string& package)
{
    const auto high = registry.number_in(View::native, package, "InstallTimeHigh");
    const auto low = registry.number_in(View::native, package, "InstallTimeLow");
    if (!high || !low || *high > 0xFFFF'FFFF || *low > 0xFFFF'FFFF)
        return std::nullopt;
    const auto at = agent::windows::moment_of_filetime(*high << 32U | *low);
    if (!at)
        return std::nullopt;
    return *at;
}

/// The packages of the servicing stack: numbers, and the moment of the newest of any kind.
void read_packages(FactReader& registry, wire::PatchesSection& patches, Updates& updates)
{
    constexpr std::size_t packages_max = 50'000;
    constexpr std::uint64_t is_installed = 112;
    const std::string packages = std::string{servicing_key} + R"(\Packages)";
    for (const std::string& name : registry.keys("installed", View::native, packages, packages_max))
    {
        const std::string kb = kb_of_package(name);
        const bool rollup = name.starts_with("Package_for_RollupFix");
        if (kb.empty() && !rollup)
            continue;
        const std::string key = packages + '\\' + name;
        if (registry.number_in(View::native, key, "CurrentState") != is_installed)
            continue;
        const auto at = installed_at(registry, key);
        if (!kb.empty())
            note(updates, kb, at);
        if (at && (!patches.last_update_at || *patches.last_update_at < *at))
            patches.last_update_at = at;
    }
    registry.note_broken("installed");
}

/// "10/14/2026", "20261014" or sixteen hexadecimal digits of a FILETIME.
std::optional<Timestamp> quick_fix_day(std::string_view text)
{
    constexpr std::size_t filetime_digits = 16;
    if (text.size() == filetime_digits)
    {
        const auto ticks = to_number<std::uint64_t>(text, 16);
        const auto at = agent::windows::moment_of_filetime(ticks.value_or(0));
        if (at)
            return *at;
    }
    const auto day = agent::windows::parse_local_date(text);
    if (!day)
        return std::nullopt;
    return Timestamp{*day};
}

/// Adds the numbers that only this class tells: those of cumulative updates.
void read_quick_fixes(const Machine& machine, wire::PatchesSection& patches, Updates& updates)
{
    const agent::windows::WmiQuestion question{
        R"(root\cimv2)", "Win32_QuickFixEngineering", {"HotFixID", "InstalledOn"}, {}};
    const auto fixes = machine.wmi.ask(question);
    if (!fixes)
    {
        note_unknown(patches.from, "installed", fixes.error());
        return;
    }
    note_source(patches.from, "WMI Win32_QuickFixEngineering");
    for (const auto& fix : *fixes)
    {
        const auto id = fix.find("HotFixID");
        constexpr std::size_t id_bytes_max = 16;
        if (id == fix.end() || !id->second.starts_with("KB") || id->second.size() > id_bytes_max)
            continue; // "File 1" and the like.
        const auto on = fix.find("InstalledOn");
        const std::string kb = fact_text(id->second, id_bytes_max);
        // The servicing stack knows the moment, this class only a day in local form.
        const bool dated = updates.contains(kb) && updates[kb].has_value();
        note(updates, kb, on == fix.end() || dated ? std::nullopt : quick_fix_day(on->second));
    }
}

void read_restart(FactReader& registry, wire::PatchesSection& patches)
{
    const auto servicing =
        registry.has_key("reboot_pending", std::string{servicing_key} + R"(\RebootPending)");
    const auto update =
        registry.has_key("reboot_pending", std::string{update_key} + R"(\RebootRequired)");
    constexpr std::string_view names_key = R"(HKLM\SYSTEM\CurrentControlSet\Control\ComputerName)";
    const auto name_now = registry.text(
        "reboot_pending", std::string{names_key} + R"(\ActiveComputerName)", "ComputerName",
        Missing::is_an_answer);
    const auto name_then = registry.text(
        "reboot_pending", std::string{names_key} + R"(\ComputerName)", "ComputerName",
        Missing::is_an_answer);

    if (servicing.value_or(false))
        patches.reboot_reasons.emplace_back("an update is not finished (CBS RebootPending)");
    if (update.value_or(false))
        patches.reboot_reasons.emplace_back("Windows Update asks for it (RebootRequired)");
    if (name_now && name_then && !equal_ignoring_case(*name_now, *name_then))
        patches.reboot_reasons.emplace_back("the computer was renamed");
    if (!patches.reboot_reasons.empty())
        patches.reboot_pending = true;
    else if (servicing && update)
        patches.reboot_pending = false;
}

void read_policy(const Machine& machine, FactReader& registry, wire::PatchesSection& patches)
{
    const std::string automatic = std::string{policy_key} + R"(\AU)";
    auto unknown_before = registry.unknown_count();
    constexpr auto optional = Missing::is_an_answer;
    const auto use_server = registry.number("update_sources", automatic, "UseWUServer", optional);
    const auto server = registry.text("update_sources", policy_key, "WUServer", optional);
    if (use_server.value_or(0) == 1 && server)
        patches.update_sources.push_back(fact_text(*server, 256));
    else if (registry.unknown_count() == unknown_before)
        patches.update_sources.emplace_back("Microsoft Update");

    unknown_before = registry.unknown_count();
    const auto services = machine.services.list();
    if (!services)
        note_unknown(patches.from, "update_policy", services.error());
    const bool service_off =
        services && std::any_of(services->begin(), services->end(), [](const auto& service) {
            return equal_ignoring_case(service.name, "wuauserv")
                   && service.start == agent::windows::StartType::disabled;
        });
    const auto none = registry.number("update_policy", automatic, "NoAutoUpdate", optional);
    auto option = registry.number("update_policy", automatic, "AUOptions", optional);
    if (!option) // What a person chose; Windows 7 and 8.1 only.
        option = registry.number("update_policy", update_key, "AUOptions", optional);
    constexpr std::uint64_t never = 1;
    constexpr std::uint64_t ask_before_download = 2;
    constexpr std::uint64_t ask_before_installation = 3;
    if (service_off || none.value_or(0) == 1 || option == never)
        patches.update_policy = "disabled";
    else if (option == ask_before_download || option == ask_before_installation)
        patches.update_policy = "manual";
    else if (registry.unknown_count() == unknown_before)
        patches.update_policy = "automatic";
}

void read_results(FactReader& registry, wire::PatchesSection& patches)
{
    const auto moment = [&](std::string_view fact, std::string_view name, Missing missing) {
        std::optional<Timestamp> found;
        const std::string key = std::string{update_key} + R"(\Results\)" + std::string{name};
        const auto text = registry.text(fact, key, "LastSuccessTime", missing);
        if (!text)
            return found;
        const auto at = agent::windows::moment_of_iso(*text);
        if (at)
            found = *at;
        else
            note_unknown(patches.from, fact, key + " LastSuccessTime: " + at.error().message);
        return found;
    };
    // Windows 10 writes neither any more.
    patches.lists_updated_at = moment("lists_updated_at", "Detect", Missing::is_unknown);
    const auto installed = moment("last_update_at", "Install", Missing::is_an_answer);
    if (installed && (!patches.last_update_at || *patches.last_update_at < *installed))
        patches.last_update_at = installed;
}

} // namespace

wire::PatchesSection read_patches(const ProbeContext& context)
{
    const Machine& machine = *context.live.windows();
    wire::PatchesSection patches;
    FactReader registry{machine.registry, patches.from};
    Updates updates;
    read_packages(registry, patches, updates);
    read_quick_fixes(machine, patches, updates);
    for (const auto& [id, at] : updates)
    {
        wire::InstalledPatch patch{id, std::nullopt};
        if (at)
            patch.installed_on = std::chrono::floor<std::chrono::days>(*at);
        patches.installed.push_back(std::move(patch));
    }
    cut_list(patches.installed, wire::ReportLimits::elements_max, patches.from, "installed");
    read_restart(registry, patches);
    read_policy(machine, registry, patches);
    read_results(registry, patches);
    if (!patches.last_update_at)
        note_unknown(patches.from, "last_update_at", "no installed update tells its moment");
    note_unknown(
        patches.from, "pending_count",
        "which updates wait is known only after a search of minutes, which is not started");
    return patches;
}

} // namespace mimamori::agent::probes::windows
