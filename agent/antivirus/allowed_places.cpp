#include "agent/antivirus/allowed_places.hpp"

#include "common/base/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mimamori::agent::antivirus {
namespace {

constexpr std::size_t path_bytes_max = 256;
constexpr std::size_t text_bytes_max = 128;
constexpr std::size_t list_max = 32;
constexpr std::size_t key_parts_max = 16;

// clang-format off
constexpr std::array file_roots{
    std::string_view{"/etc/clamav"},
    std::string_view{"/etc/clamd.conf"},
    std::string_view{"/etc/clamd.d"},
    std::string_view{"/etc/freshclam.conf"},
    std::string_view{"/opt/McAfee"},
    std::string_view{"/opt/TrendMicro"},
    std::string_view{"/opt/bitdefender-security-tools"},
    std::string_view{"/opt/ds_agent"},
    std::string_view{"/opt/eset"},
    std::string_view{"/opt/kaspersky"},
    std::string_view{"/opt/microsoft/mdatp"},
    std::string_view{"/opt/sentinelone"},
    std::string_view{"/opt/sophos-av"},
    std::string_view{"/opt/sophos-spl"},
    std::string_view{"/opt/traps"},
    std::string_view{"/var/lib/clamav"},
    std::string_view{"/var/log/clamav"},
    std::string_view{"/var/log/clamd.log"},
    std::string_view{"/var/log/freshclam.log"},
    std::string_view{"/var/opt/McAfee"},
    std::string_view{"/var/opt/ds_agent"},
    std::string_view{"/var/opt/eset"},
    std::string_view{"/var/opt/kaspersky"},
    std::string_view{"/var/opt/microsoft/mdatp"},
    std::string_view{R"(%ProgramData%\Avast Software)"},
    std::string_view{R"(%ProgramData%\Bitdefender)"},
    std::string_view{R"(%ProgramData%\ESET)"},
    std::string_view{R"(%ProgramData%\F-Secure)"},
    std::string_view{R"(%ProgramData%\Kaspersky Lab)"},
    std::string_view{R"(%ProgramData%\Malwarebytes)"},
    std::string_view{R"(%ProgramData%\McAfee)"},
    std::string_view{R"(%ProgramData%\Microsoft\Windows Defender)"},
    std::string_view{R"(%ProgramData%\Sophos)"},
    std::string_view{R"(%ProgramData%\Symantec)"},
    std::string_view{R"(%ProgramFiles%\AVG)"},
    std::string_view{R"(%ProgramFiles%\Avast Software)"},
    std::string_view{R"(%ProgramFiles%\Bitdefender)"},
    std::string_view{R"(%ProgramFiles%\Cisco\AMP)"},
    std::string_view{R"(%ProgramFiles%\CrowdStrike)"},
    std::string_view{R"(%ProgramFiles%\Cybereason ActiveProbe)"},
    std::string_view{R"(%ProgramFiles%\ESET)"},
    std::string_view{R"(%ProgramFiles%\Kaspersky Lab)"},
    std::string_view{R"(%ProgramFiles%\McAfee)"},
    std::string_view{R"(%ProgramFiles%\Palo Alto Networks\Traps)"},
    std::string_view{R"(%ProgramFiles%\SentinelOne)"},
    std::string_view{R"(%ProgramFiles%\Sophos)"},
    std::string_view{R"(%ProgramFiles%\Trend Micro)"},
    std::string_view{R"(%ProgramFiles%\Trend)"},
    std::string_view{R"(%ProgramFiles%\VIPRE Business Agent)"},
    std::string_view{R"(%ProgramFiles(x86)%\Kaspersky Lab)"},
    std::string_view{R"(%ProgramFiles(x86)%\McAfee)"},
    std::string_view{R"(%ProgramFiles(x86)%\Sophos)"},
    std::string_view{R"(%ProgramFiles(x86)%\Trend Micro)"},
    std::string_view{R"(%ProgramFiles(x86)%\Trend)"},
};

constexpr std::array registry_roots{
    std::string_view{R"(HKLM\SOFTWARE\Avira\Antivirus)"},
    std::string_view{R"(HKLM\SOFTWARE\BitDefender)"},
    std::string_view{R"(HKLM\SOFTWARE\Cybereason)"},
    std::string_view{R"(HKLM\SOFTWARE\ESET)"},
    std::string_view{R"(HKLM\SOFTWARE\F-Secure)"},
    std::string_view{R"(HKLM\SOFTWARE\KasperskyLab)"},
    std::string_view{R"(HKLM\SOFTWARE\McAfee)"},
    std::string_view{R"(HKLM\SOFTWARE\Microsoft\Microsoft Antimalware)"},
    std::string_view{R"(HKLM\SOFTWARE\Microsoft\Windows Defender)"},
    std::string_view{R"(HKLM\SOFTWARE\Network Associates)"},
    std::string_view{R"(HKLM\SOFTWARE\Sophos)"},
    std::string_view{R"(HKLM\SOFTWARE\Symantec)"},
    std::string_view{R"(HKLM\SOFTWARE\TrendMicro)"},
    std::string_view{R"(HKLM\SYSTEM\CurrentControlSet\Services\swin)"},
};

constexpr std::array wmi_classes{
    std::string_view{R"(root\Microsoft\Windows\Defender:MSFT_MpComputerStatus)"},
    std::string_view{R"(root\SecurityCenter2:AntiVirusProduct)"},
};

constexpr std::array packages{
    std::string_view{"bitdefender-security-tools"},
    std::string_view{"clamav"},
    std::string_view{"clamav-base"},
    std::string_view{"clamav-daemon"},
    std::string_view{"clamav-freshclam"},
    std::string_view{"clamav-lib"},
    std::string_view{"cortex-agent"},
    std::string_view{"ds-agent"},
    std::string_view{"ds_agent"},
    std::string_view{"eea"},
    std::string_view{"efs"},
    std::string_view{"esets"},
    std::string_view{"kesl"},
    std::string_view{"libclamav11"},
    std::string_view{"libclamav12"},
    std::string_view{"libclamav9"},
    std::string_view{"mcafeetp"},
    std::string_view{"mdatp"},
    std::string_view{"sentinelagent"},
};

constexpr std::array windows_tokens{
    std::string_view{"%ProgramFiles%"},
    std::string_view{"%ProgramFiles(x86)%"},
    std::string_view{"%ProgramData%"},
};

// clang-format on

bool is_unix_path(std::string_view path)
{
    return path.starts_with('/');
}

char separator_of(std::string_view path)
{
    return is_unix_path(path) ? '/' : '\\';
}

/// What follows `root` in `path`, if `path` is `root` or lies below it. Windows ignores case.
std::optional<std::string_view> below(std::string_view path, std::string_view root)
{
    if (path.size() < root.size() || is_unix_path(path) != is_unix_path(root))
        return std::nullopt;
    const std::string_view front = path.substr(0, root.size());
    if (is_unix_path(path) ? front != root : !equal_ignoring_case(front, root))
        return std::nullopt;
    const std::string_view rest = path.substr(root.size());
    if (rest.empty())
        return rest;
    if (rest.front() != separator_of(path))
        return std::nullopt;
    return rest.substr(1);
}

template <class List>
bool is_below_one_of(std::string_view path, const List& roots)
{
    return std::any_of(roots.begin(), roots.end(), [&](std::string_view root) {
        return below(path, root).has_value();
    });
}

template <class List>
bool contains(const List& list, std::string_view text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_short_text(std::string_view text)
{
    return text.size() <= text_bytes_max
           && std::none_of(text.begin(), text.end(), is_ascii_control);
}

bool is_plain_key(std::string_view key)
{
    if (key.size() > path_bytes_max || std::any_of(key.begin(), key.end(), is_ascii_control))
        return false;
    std::size_t parts = 0;
    while (true)
    {
        const std::string_view part = key.substr(0, key.find('\\'));
        const bool star = part.find('*') != std::string_view::npos;
        if (part.empty() || (star && part != "*") || ++parts > key_parts_max)
            return false;
        if (part.size() == key.size())
            return true;
        key.remove_prefix(part.size() + 1);
    }
}

/// Whether a path that still holds `${variable}` may be taken: what the variable brings is checked
/// when it is known.
bool may_become_placed(std::string_view path, const Product& product)
{
    if (!path.starts_with("${"))
        return find_place(path, product.places).has_value();
    const auto end = path.find('}');
    if (end == std::string_view::npos)
        return false;
    const std::string_view name = path.substr(2, end - 2);
    const bool declared = std::any_of(
        product.variables.begin(), product.variables.end(),
        [&](const Variable& variable) { return variable.name == name; });
    return declared && path.find("${", end) == std::string_view::npos
           && path.find("..") == std::string_view::npos && path.size() <= path_bytes_max;
}

std::string refuse_lengths(const Source& source)
{
    for (const auto* texts :
         {&source.values, &source.names, &source.find, &source.on, &source.off, &source.contains})
    {
        if (texts->size() > list_max || !std::all_of(texts->begin(), texts->end(), is_short_text))
            return "a list or a text in it is too long";
    }
    for (const auto* text :
         {&source.key, &source.value, &source.section, &source.name, &source.absent, &source.why,
          &source.where})
    {
        if (text->size() > path_bytes_max
            || std::any_of(text->begin(), text->end(), is_ascii_control))
            return "a text is too long or has control characters";
    }
    if (source.paths.size() > list_max || source.separator.size() > 1 || source.part > list_max)
        return "paths, separator or part is out of range";
    if (!source.encoding.empty() && source.encoding != "utf16le")
        return "encoding '" + source.encoding + "' is not known";
    return {};
}

std::string refuse_source(const Source& source, const Product& product, bool nested)
{
    if (std::string why = refuse_lengths(source); !why.empty())
        return why;
    for (const std::string& path : source.paths)
    {
        if (!may_become_placed(path, product))
            return path + " is not in a place of this product";
    }
    const bool registry =
        source.method == Method::registry || source.method == Method::registry_key_name;
    if (registry && !is_placed_key(source.key, product.places))
        return source.key + " is not in a place of this product";
    if (source.method == Method::wmi
        && !is_placed_wmi(source.wmi_namespace, source.wmi_class, product.places))
        return source.wmi_class + " is not in a place of this product";
    if (source.method == Method::package)
    {
        for (const std::string& name : source.names)
        {
            if (!contains(packages, name))
                return "package " + name + " is not one of an antivirus product that we know";
        }
    }
    if (nested && !source.when.empty())
        return "a condition of a condition";
    for (const Source& condition : source.when)
    {
        if (std::string why = refuse_source(condition, product, true); !why.empty())
            return why;
    }
    return {};
}

std::string refuse_sources(const std::vector<Source>& sources, const Product& product)
{
    if (sources.size() > list_max)
        return "too many sources";
    for (const Source& source : sources)
    {
        if (std::string why = refuse_source(source, product, false); !why.empty())
            return why;
    }
    return {};
}

std::string refuse_places(const Places& places)
{
    for (const std::string& file : places.files)
    {
        const bool plain = is_plain_path(file) && file.find('*') == std::string::npos;
        if (!plain || !is_below_one_of(file, file_roots))
            return "place " + file + " is not one that this program may read";
    }
    for (const std::string& key : places.registry)
    {
        if (!is_plain_key(key) || !is_below_one_of(key, registry_roots))
            return "place " + key + " is not one that this program may read";
    }
    for (const std::string& wmi_class : places.wmi)
    {
        if (!contains(wmi_classes, wmi_class))
            return "place " + wmi_class + " is not one that this program may read";
    }
    return {};
}

bool is_product_id(std::string_view id)
{
    constexpr std::size_t id_bytes_max = 40;
    return !id.empty() && id.size() <= id_bytes_max
           && std::all_of(id.begin(), id.end(), [](char c) {
                  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
              });
}

} // namespace

bool is_plain_path(std::string_view path)
{
    if (path.empty() || path.size() > path_bytes_max)
        return false;
    const char separator = separator_of(path);
    std::string_view rest = path;
    if (separator == '\\')
    {
        const auto token =
            std::find_if(windows_tokens.begin(), windows_tokens.end(), [&](std::string_view known) {
                return path.starts_with(known);
            });
        if (token == windows_tokens.end())
            return false;
        rest.remove_prefix(token->size());
        if (rest.empty() || rest.front() != separator)
            return false;
    }
    rest.remove_prefix(1);
    while (true)
    {
        const std::string_view part = rest.substr(0, rest.find(separator));
        const bool is_last = part.size() == rest.size();
        const auto stars = std::count(part.begin(), part.end(), '*');
        const bool odd = std::any_of(part.begin(), part.end(), [&](char c) {
            return is_ascii_control(c) || c == ':' || c == '%' || c == '/' || c == '\\';
        });
        if (part.empty() || part == "." || part == ".." || odd || stars > (is_last ? 1 : 0))
            return false;
        if (is_last)
            return true;
        rest.remove_prefix(part.size() + 1);
    }
}

std::optional<PlacedPath> find_place(std::string_view path, const Places& places)
{
    if (!is_plain_path(path))
        return std::nullopt;
    for (const std::string& place : places.files)
    {
        if (const auto relative = below(path, place))
            return PlacedPath{place, std::string{*relative}};
    }
    return std::nullopt;
}

bool is_placed_key(std::string_view key, const Places& places)
{
    return is_plain_key(key) && is_below_one_of(key, places.registry);
}

bool is_placed_wmi(std::string_view wmi_namespace, std::string_view wmi_class, const Places& places)
{
    const std::string full = std::string{wmi_namespace} + ':' + std::string{wmi_class};
    return contains(places.wmi, full);
}

std::span<const std::string_view> known_packages()
{
    return packages;
}

std::string reason_to_refuse(const Product& product)
{
    constexpr std::size_t variables_max = 8;
    if (!is_product_id(product.id))
        return "its id is not 1 to 40 of a-z, 0-9 and '-'";
    if (!is_short_text(product.vendor) || !is_short_text(product.name))
        return "vendor or name is too long or has control characters";
    if (product.presence.empty())
        return "nothing tells whether it is there";
    if (product.variables.size() > variables_max || product.realtime.size() > list_max
        || product.places.files.size() > list_max || product.places.registry.size() > list_max
        || product.places.wmi.size() > list_max)
        return "too many variables, places or conditions";
    if (std::string why = refuse_places(product.places); !why.empty())
        return why;
    for (const Variable& variable : product.variables)
    {
        if (!is_short_text(variable.name) || variable.fallback.size() > path_bytes_max)
            return "a variable's name or fallback is too long";
        if (std::string why = refuse_sources(variable.sources, product); !why.empty())
            return why;
    }
    for (const auto* sources :
         {&product.presence, &product.version, &product.engine_version, &product.pattern_version,
          &product.pattern_built_at, &product.pattern_applied_at, &product.update_tried_at,
          &product.last_scan_at, &product.licence_until})
    {
        if (std::string why = refuse_sources(*sources, product); !why.empty())
            return why;
    }
    for (const Condition& condition : product.realtime)
    {
        if (std::string why = refuse_sources(condition.all, product); !why.empty())
            return why;
    }
    return {};
}

} // namespace mimamori::agent::antivirus
