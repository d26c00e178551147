#include "agent/probes/os.hpp"

#include "agent/probes/text.hpp"
#include "common/wire/json_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mimamori::agent::probes {

// The members of Ubuntu Pro's status.json that we need.
struct UbuntuProService
{
    std::string name;
    std::string status;
};
BOOST_DESCRIBE_STRUCT(UbuntuProService, (), (name, status))

struct UbuntuProStatus
{
    std::optional<bool> attached;
    std::vector<UbuntuProService> services;
};
BOOST_DESCRIBE_STRUCT(UbuntuProStatus, (), (attached, services))

void apply_os_release(std::string_view text, wire::OsSection& os)
{
    const auto values = parse_assignments(text);
    const auto value = [&](std::string_view key) {
        const auto found = values.find(key);
        return found == values.end() ? std::string{} : fact_text(found->second);
    };
    os.product = value("PRETTY_NAME");
    if (os.product.empty())
        os.product = value("NAME");
    os.distribution = value("ID");
    os.version = value("VERSION_ID");
    os.edition = value("VARIANT_ID");
    if (os.product.empty())
        note_unknown(os.from, "product", "os-release has neither PRETTY_NAME nor NAME");
}

void apply_release_line(std::string_view line, wire::OsSection& os)
{
    os.product = fact_text(line);
    const std::string lower = to_lower(line);
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> names{{
        {"centos", "centos"},
        {"red hat enterprise", "rhel"},
        {"oracle", "ol"},
        {"scientific", "scientific"},
    }};
    for (const auto& [name, id] : names)
    {
        if (lower.find(name) != std::string::npos)
        {
            os.distribution = id;
            break;
        }
    }
    if (const auto release = lower.find("release "); release != std::string::npos)
    {
        std::string_view rest = line.substr(release + 8);
        os.version = fact_text(next_word(rest));
    }
    else
        note_unknown(os.from, "version", "the release file names no version");
}

std::string architecture_of(std::string_view machine)
{
    if (machine.size() == 4 && machine.front() == 'i' && machine.substr(2) == "86")
        return "x86";
    return fact_text(machine, 64);
}

std::optional<Timestamp> parse_boot_time(std::string_view proc_stat)
{
    while (const auto line = next_line(proc_stat))
    {
        if (!line->starts_with("btime "))
            continue;
        const auto seconds = to_number<std::int64_t>(trimmed(line->substr(6)));
        if (!seconds || *seconds <= 0 || *seconds > 253'402'300'799)
            return std::nullopt;
        return from_seconds(*seconds);
    }
    return std::nullopt;
}

Timestamp settle_boot_time(BootMemory& memory, std::string_view boot_id, Timestamp computed)
{
    using std::chrono::minutes;
    const bool same_boot = !boot_id.empty() && memory.boot_id == boot_id;
    const auto difference = std::chrono::abs(computed - memory.booted_at);
    if (!same_boot || difference > minutes{2})
    {
        memory.boot_id = boot_id;
        memory.booted_at = std::chrono::floor<minutes>(computed);
    }
    return memory.booted_at;
}

std::string parse_locale(std::string_view text)
{
    const auto values = parse_assignments(text);
    const auto lang = values.find("LANG");
    return lang == values.end() ? std::string{} : fact_text(lang->second, 64);
}

std::string zone_of_link(std::string_view target)
{
    constexpr std::string_view folder = "zoneinfo/";
    const auto at = target.rfind(folder);
    if (at == std::string_view::npos)
        return {};
    return fact_text(target.substr(at + folder.size()), 64);
}

std::string parse_sssd_domain(std::string_view text)
{
    std::string domains;
    for (const auto& line : parse_ini(text))
    {
        const bool is_domain = line.section.starts_with("domain/");
        const bool directory = line.value == "ad" || line.value == "ipa" || line.value == "ldap";
        if (!is_domain || line.key != "id_provider" || !directory)
            continue;
        if (!domains.empty())
            domains += ", ";
        domains += line.section.substr(std::string_view{"domain/"}.size());
    }
    return fact_text(domains, 256);
}

std::string parse_samba_domain(std::string_view text)
{
    bool member = false;
    std::string_view realm;
    std::string_view workgroup;
    for (const auto& line : parse_ini(text))
    {
        if (to_lower(line.section) != "global")
            continue;
        const std::string key = to_lower(line.key);
        const std::string value = to_lower(line.value);
        if (key == "security")
            member = value == "ads" || value == "domain";
        else if (key == "realm")
            realm = line.value;
        else if (key == "workgroup")
            workgroup = line.value;
    }
    if (!member)
        return {};
    return fact_text(realm.empty() ? workgroup : realm, 256);
}

std::string parse_ubuntu_pro(std::string_view text)
{
    const auto status = wire::from_json<UbuntuProStatus>(text);
    if (!status || !status->attached)
        return {};
    const bool esm = std::any_of(
        status->services.begin(), status->services.end(), [](const UbuntuProService& service) {
            return service.name == "esm-infra" && service.status == "enabled";
        });
    return *status->attached && esm ? "licensed" : "none";
}

} // namespace mimamori::agent::probes
