#include "agent/probes/os.hpp"

#include "agent/probes/text.hpp"
#include "agent/probes/windows/fact_reader.hpp"
#include "agent/probes/windows/sections.hpp"
#include "common/base/ascii.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::probes::windows {
namespace {

constexpr std::uint64_t first_build_of_windows_11 = 22'000;

/// Builds for which Microsoft sold updates after the end of support, so that asking is worth its
/// cost: it wakes the licence service.
constexpr std::array<std::uint32_t, 5> builds_with_programme{7'601, 9'200, 9'600, 14'393, 19'045};

/// The years of the programme for Windows 10 by the ids of their licences, the same on all editions
/// (learn.microsoft.com, enable-extended-security-updates).
constexpr std::array<std::string_view, 3> windows_10_years{
    "f520e45e-7413-4a34-a497-d2765967d094",
    "1043add5-23b1-4afb-9a0f-64343c8f3f8d",
    "83d49986-add3-41d7-ba33-87c7bfb5c0fb",
};

void read_product(FactReader& registry, bool server, wire::OsSection& os)
{
    auto product = registry.text("product", version_key, "ProductName");
    if (product)
    {
        // Windows 11 goes on calling itself "Windows 10" here.
        constexpr std::string_view old_name = "Windows 10";
        const bool misnamed = !server && os.build && *os.build >= first_build_of_windows_11;
        if (misnamed && product->starts_with(old_name))
            product->replace(0, old_name.size(), "Windows 11");
        os.product = fact_text(*product, 256);
    }
    if (const auto edition = registry.text("edition", version_key, "EditionID"))
        os.edition = fact_text(*edition, 128);

    auto version = registry.text("version", version_key, "DisplayVersion", Missing::is_an_answer);
    if (!version) // Frozen at "2009" later, so it is the second choice.
        version = registry.text("version", version_key, "ReleaseId", Missing::is_an_answer);
    if (version)
        os.version = fact_text(*version, 64);
}

void read_build(const Machine& machine, FactReader& registry, wire::OsSection& os)
{
    const auto version = machine.system.version();
    if (version)
    {
        note_source(os.from, "RtlGetVersion");
        os.build = version->build;
        os.kernel = std::to_string(version->major) + '.' + std::to_string(version->minor) + '.'
                    + std::to_string(version->build);
        if (os.version.empty() && version->service_pack > 0)
            os.version = "SP" + std::to_string(version->service_pack);
    }
    else
    {
        const auto text = registry.text("build", version_key, "CurrentBuildNumber");
        const auto number = text ? to_number<std::uint32_t>(trimmed(*text)) : std::nullopt;
        if (number)
            os.build = *number;
        else if (text)
            note_unknown(os.from, "build", "CurrentBuildNumber is not a number");
        note_unknown(os.from, "kernel", version.error());
    }
    constexpr std::uint32_t first_with_revision = 10'240;
    const auto missing =
        os.build && *os.build < first_with_revision ? Missing::is_an_answer : Missing::is_unknown;
    const auto revision = registry.number("revision", version_key, "UBR", missing);
    if (revision && *revision <= 0xFFFF'FFFF)
        os.revision = static_cast<std::uint32_t>(*revision);
    else if (revision)
        note_unknown(os.from, "revision", "UBR is too large to be a revision");
}

/// Whether this is a server: the system's own word, else what the registry says.
bool read_is_server(const Machine& machine, FactReader& registry, wire::OsSection& os)
{
    if (const auto version = machine.system.version())
        return version->server;
    const auto type = registry.text("channel", version_key, "InstallationType");
    if (!type)
        return false;
    note_source(os.from, version_key);
    return type->starts_with("Server");
}

std::string channel_of(const wire::OsSection& os, bool server)
{
    if (server)
        return "server";
    if (os.edition.empty())
        return {};
    const auto starts = [&](std::string_view front) {
        return equal_ignoring_case(os.edition.substr(0, front.size()), front);
    };
    const bool embedded = starts("Embedded") || contains_ignoring_case(os.product, "Embedded")
                          || contains_ignoring_case(os.product, "POSReady")
                          || contains_ignoring_case(os.product, "WEPOS");
    if (embedded)
        return "embedded";
    if (starts("IoTEnterpriseS"))
        return "iot_ltsc";
    // "EnterpriseS", "EnterpriseSN", "EnterpriseSEval".
    return starts("EnterpriseS") ? "ltsc" : "general";
}

void read_times(
    const ProbeContext& context, const Machine& machine, FactReader& registry, wire::OsSection& os)
{
    const auto installed_s = registry.number("installed_at", version_key, "InstallDate");
    constexpr std::uint64_t from_1990_s = 631'152'000;
    constexpr std::uint64_t to_2100_s = 4'102'444'800;
    if (installed_s && *installed_s >= from_1990_s && *installed_s < to_2100_s)
        os.installed_at = from_seconds(static_cast<std::int64_t>(*installed_s));
    else if (installed_s)
        note_unknown(os.from, "installed_at", "InstallDate is no moment between 1990 and 2100");

    const auto booted = machine.system.booted_at();
    if (booted)
        os.booted_at = settle_boot_time(context.memory.boot, "windows", *booted);
    else
        note_unknown(os.from, "booted_at", booted.error());
}

void read_place(const Machine& machine, FactReader& registry, wire::OsSection& os)
{
    constexpr std::string_view locale_key = R"(HKU\.DEFAULT\Control Panel\International)";
    constexpr std::string_view zone_key =
        R"(HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation)";
    if (const auto locale = registry.text("locale", locale_key, "LocaleName"))
        os.locale = fact_text(*locale, 64);
    if (const auto zone = registry.text("time_zone", zone_key, "TimeZoneKeyName"))
        os.time_zone = fact_text(*zone, 64);

    const auto hostname = machine.system.hostname();
    if (hostname)
        os.hostname = fact_text(*hostname, 256);
    else
        note_unknown(os.from, "hostname", hostname.error());
    const auto membership = machine.system.membership();
    if (!membership)
        note_unknown(os.from, "domain", membership.error());
    else if (membership->domain)
        os.domain = fact_text(membership->name, 256);
}

/// The year of the programme that a licence stands for; nothing: another licence.
std::optional<unsigned> programme_year(const agent::windows::WmiRow& licence)
{
    if (const auto id = licence.find("ID"); id != licence.end())
    {
        for (unsigned year = 0; year < windows_10_years.size(); ++year)
        {
            if (equal_ignoring_case(id->second, windows_10_years[year]))
                return year + 1;
        }
    }
    // "Windows(R) 7, Client-ESU-Year2 add-on": the older ones say it in their names.
    const auto name = licence.find("Name");
    constexpr std::string_view mark = "ESU-Year";
    if (name == licence.end())
        return std::nullopt;
    const auto at = name->second.find(mark);
    if (at == std::string::npos || at + mark.size() >= name->second.size())
        return std::nullopt;
    const char year = name->second[at + mark.size()];
    if (year < '1' || year > '9')
        return std::nullopt;
    return static_cast<unsigned>(year - '0');
}

void read_extended_support(const Machine& machine, wire::OsSection& os)
{
    const bool worth_asking =
        os.build
        && std::find(builds_with_programme.begin(), builds_with_programme.end(), *os.build)
               != builds_with_programme.end();
    if (!worth_asking)
        return;
    const agent::windows::WmiQuestion question{
        R"(root\cimv2)",
        "SoftwareLicensingProduct",
        {"ID", "Name", "LicenseStatus"},
        "PartialProductKey IS NOT NULL"};
    const auto licences = machine.wmi.ask(question);
    if (!licences)
    {
        note_unknown(os.from, "extended_support", licences.error());
        return;
    }
    note_source(os.from, "WMI SoftwareLicensingProduct");
    unsigned newest = 0;
    for (const auto& licence : *licences)
    {
        const auto status = licence.find("LicenseStatus");
        const bool licensed = status != licence.end() && status->second == "1";
        if (licensed)
            newest = std::max(newest, programme_year(licence).value_or(0));
    }
    if (newest > 0)
        os.extended_support = "licensed:" + std::to_string(newest);
    else if (!os.domain.empty())
        os.extended_support = "none";
    else // A consumer's programme hangs on an account, not on a licence.
        note_unknown(
            os.from, "extended_support",
            "no licence of the extra programme; outside of a domain it may hang on an account");
}

} // namespace

wire::OsSection read_os(const ProbeContext& context)
{
    const Machine& machine = *context.live.windows();
    wire::OsSection os;
    os.family = "windows";
    FactReader registry{machine.registry, os.from};
    read_build(machine, registry, os);
    const bool server = read_is_server(machine, registry, os);
    read_product(registry, server, os);
    os.channel = channel_of(os, server);
    if (os.channel.empty())
        note_unknown(os.from, "channel", "the edition was not read");
    const auto architecture = machine.system.architecture();
    if (architecture)
        os.architecture = *architecture;
    else
        note_unknown(os.from, "architecture", architecture.error());
    read_times(context, machine, registry, os);
    read_place(machine, registry, os);
    read_extended_support(machine, os);
    return os;
}

} // namespace mimamori::agent::probes::windows
