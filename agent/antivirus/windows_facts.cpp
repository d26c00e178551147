#include "agent/antivirus/windows_facts.hpp"

#include "common/base/ascii.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::antivirus {
namespace {

// The longer names first: "C:\Program Files (x86)" begins with "C:\Program Files".
constexpr std::array<std::string_view, 3> tokens{
    "%ProgramFiles(x86)%", "%ProgramFiles%", "%ProgramData%"};

windows::View view_of(RegistryView view)
{
    return view == RegistryView::wow ? windows::View::wow : windows::View::native;
}

/// Text and numbers as text, binary values as their bytes.
Result<std::string> as_text(const windows::RegistryValue& value)
{
    using windows::ValueType;
    if (value.type == ValueType::dword || value.type == ValueType::qword)
    {
        const auto number = windows::number_of(value);
        if (!number)
            return number.error();
        return std::to_string(*number);
    }
    if (value.type == ValueType::binary)
        return value.data;
    if (value.type == ValueType::texts)
    {
        const auto texts = windows::texts_of(value);
        if (!texts)
            return texts.error();
        return texts->empty() ? std::string{} : texts->front();
    }
    return windows::text_of(value);
}

} // namespace

WindowsFacts::WindowsFacts(const windows::Machine& machine)
    : machine_{machine}
{}

Result<std::string> WindowsFacts::folder_of(std::string_view place) const
{
    const auto end = place.find('%', 1);
    if (!place.starts_with('%') || end == std::string_view::npos)
        return Error{Errc::unsupported, std::string{place} + ": not a place of Windows"};
    auto folder = machine_.files.known_folder(place.substr(0, end + 1));
    if (!folder)
        return folder.error();
    return *folder + std::string{place.substr(end + 1)};
}

Result<std::string> WindowsFacts::read_file_below(
    std::string_view place, std::string_view relative, FileEnd end, std::size_t bytes_max) const
{
    const auto folder = folder_of(place);
    if (!folder)
        return folder.error();
    const auto part = end == FileEnd::head ? windows::Part::head : windows::Part::tail;
    return machine_.files.read_below(*folder, relative, part, bytes_max);
}

Result<Timestamp> WindowsFacts::file_time_below(
    std::string_view place, std::string_view relative) const
{
    const auto folder = folder_of(place);
    if (!folder)
        return folder.error();
    const auto status = machine_.files.status_below(*folder, relative);
    if (!status)
        return status.error();
    return status->written_at;
}

Result<std::vector<std::string>> WindowsFacts::list_folder_below(
    std::string_view place, std::string_view relative, std::size_t names_max) const
{
    const auto folder = folder_of(place);
    if (!folder)
        return folder.error();
    return machine_.files.names_below(*folder, relative, names_max);
}

Result<std::vector<std::string>> WindowsFacts::process_names() const
{
    const auto programs = machine_.programs.list();
    if (!programs)
        return programs.error();
    std::vector<std::string> names;
    for (const auto& program : *programs)
    {
        // Session 0 is where services live; people's programs may have any name.
        if (program.session == 0)
            names.push_back(program.name);
    }
    return names;
}

Result<std::vector<ServiceState>> WindowsFacts::services() const
{
    const auto rows = machine_.services.list();
    if (!rows)
        return rows.error();
    std::vector<ServiceState> services;
    services.reserve(rows->size());
    for (const auto& row : *rows)
        services.push_back({row.name, row.running});
    return services;
}

Result<std::map<std::string, std::string>> WindowsFacts::package_versions(
    std::span<const std::string_view>) const
{
    return Error{Errc::unsupported, "Windows has no package manager"};
}

Result<Timestamp> WindowsFacts::local_to_utc(Timestamp local) const
{
    return machine_.system.local_to_utc(local);
}

std::string WindowsFacts::canonical_path(std::string path) const
{
    std::replace(path.begin(), path.end(), '/', '\\');
    while (path.ends_with('\\'))
        path.pop_back();
    for (const std::string_view token : tokens)
    {
        const auto folder = machine_.files.known_folder(token);
        if (!folder || path.size() < folder->size()
            || !equal_ignoring_case(std::string_view{path}.substr(0, folder->size()), *folder))
            continue;
        const std::string rest = path.substr(folder->size());
        if (rest.empty() || rest.front() == '\\')
            return std::string{token} + rest;
    }
    return path;
}

Result<RegistryValue> WindowsFacts::registry_value(
    RegistryView view, const std::string& key, const std::string& value) const
{
    const windows::View face = view_of(view);
    if (value.empty())
    {
        const auto there = windows::key_exists(machine_.registry, face, key);
        if (!there)
            return there.error();
        if (!*there)
            return Error{Errc::not_found, "registry " + key + ": not there"};
        return RegistryValue{};
    }
    const auto found = machine_.registry.value(face, key, value);
    if (!found)
        return found.error();
    auto text = as_text(*found);
    if (!text)
        return Error{
            text.error().code,
            "registry " + windows::place_of(key, value) + ' ' + text.error().message};
    return RegistryValue{std::move(*text)};
}

Result<std::vector<std::string>> WindowsFacts::registry_keys(
    RegistryView view, const std::string& key, std::size_t names_max) const
{
    return machine_.registry.keys(view_of(view), key, names_max);
}

Result<std::vector<WmiInstance>> WindowsFacts::wmi_instances(
    const std::string& wmi_namespace,
    const std::string& wmi_class,
    const std::vector<std::string>& properties) const
{
    const windows::WmiQuestion question{wmi_namespace, wmi_class, properties, {}};
    return machine_.wmi.ask(question);
}

} // namespace mimamori::agent::antivirus
