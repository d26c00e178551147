#include "agent/antivirus/source_reader.hpp"

#include "agent/antivirus/cvd_header.hpp"
#include "agent/antivirus/formats.hpp"
#include "agent/antivirus/text_sources.hpp"
#include "common/base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::agent::antivirus {
namespace {

constexpr std::size_t text_bytes_max = 256U * 1024;
constexpr std::size_t names_max = 1'000;
constexpr std::size_t matches_max = 64;

/// Whether `name` is what `pattern`, which may hold one '*', stands for.
bool fits(std::string_view pattern, std::string_view name)
{
    const auto star = pattern.find('*');
    if (star == std::string_view::npos)
        return equal_ignoring_case(pattern, name);
    const std::string_view front = pattern.substr(0, star);
    const std::string_view back = pattern.substr(star + 1);
    return name.size() >= front.size() + back.size()
           && equal_ignoring_case(front, name.substr(0, front.size()))
           && equal_ignoring_case(back, name.substr(name.size() - back.size()));
}

/// The folder and the last part of a path.
std::pair<std::string, std::string> split(const std::string& path)
{
    const auto at = path.find_last_of("/\\");
    return {path.substr(0, at), path.substr(at + 1)};
}

} // namespace

SourceReader::SourceReader(const Product& product, MachineView& machine)
    : product_{product}
    , machine_{machine}
{
    for (const Variable& variable : product.variables)
        resolve(variable);
}

void SourceReader::resolve(const Variable& variable)
{
    const auto keep = [&](std::string path) {
        // Wherever it came from: without a '*', and inside of the places.
        if (path.find('*') == std::string::npos && find_place(path, product_.places))
            variables_[variable.name] = {std::move(path), std::nullopt};
        else
            variables_[variable.name].failure = Error{
                Errc::forbidden,
                "the path of ${" + variable.name + "} lies outside of the places that may be read"};
    };
    for (const Source& source : variable.sources)
    {
        const auto values = read(source);
        if (values)
            return keep(machine_.facts().canonical_path(values->front().text));
        if (values.error().code != Errc::not_found)
            variables_[variable.name].failure = values.error();
    }
    if (variables_[variable.name].failure)
        return;
    if (variable.fallback.empty())
        variables_[variable.name].failure =
            Error{Errc::not_found, "nothing tells the path of ${" + variable.name + "}"};
    else
        keep(variable.fallback);
}

Result<PlacedPath> SourceReader::placed(const std::string& path) const
{
    std::string full = path;
    if (path.starts_with("${"))
    {
        const auto end = path.find('}');
        const auto variable = variables_.find(path.substr(2, end - 2));
        if (end == std::string::npos || variable == variables_.end())
            return Error{Errc::invalid_input, path + ": no such variable"};
        if (variable->second.failure)
            return *variable->second.failure;
        full = variable->second.text + path.substr(end + 1);
    }
    auto found = find_place(full, product_.places);
    if (!found)
        return Error{Errc::forbidden, path + ": outside of the places that may be read"};
    return std::move(*found);
}

Result<std::vector<PlacedPath>> SourceReader::matches(const std::string& path) const
{
    auto found = placed(path);
    if (!found)
        return found.error();
    if (found->relative.find('*') == std::string::npos)
        return std::vector{std::move(*found)};
    const char separator = found->place.starts_with('/') ? '/' : '\\';
    auto [folder, pattern] = split(found->relative);
    if (found->relative.find(separator) == std::string::npos)
        folder.clear();
    const auto names = machine_.facts().list_folder_below(found->place, folder, names_max);
    if (!names)
        return names.error();
    std::vector<PlacedPath> all;
    for (const std::string& name : *names)
    {
        const bool plain = name.find_first_of("/\\:") == std::string::npos;
        if (plain && fits(pattern, name) && all.size() < matches_max)
            all.push_back({found->place, folder.empty() ? name : folder + separator + name});
    }
    if (all.empty())
        return detail::not_there(path);
    return all;
}

Result<std::vector<RawValue>> SourceReader::read(const Source& source)
{
    // clang-format off
    switch (source.method)
    {
    case Method::cvd_header:        return read_databases(source);
    case Method::file_time:         return read_times(source);
    case Method::text:
    case Method::config:
    case Method::ini:               return read_texts(source);
    case Method::registry:
    case Method::registry_key_name: return read_registry(source);
    case Method::wmi:               return read_wmi(source);
    case Method::package:           return read_package(source);
    case Method::uninstall:         return read_uninstall(source);
    case Method::none:              return Error{Errc::unsupported, source.why};
    case Method::unknown:
        return Error{Errc::unsupported, "a method that this version of the agent does not know"};
    case Method::file_exists:
    case Method::process:
    case Method::service:           break;
    }
    // clang-format on
    return Error{Errc::unsupported, label(source) + ": tells a state, not a value"};
}

Result<std::vector<RawValue>> SourceReader::read_databases(const Source& source)
{
    std::optional<RawValue> newest;
    Timestamp newest_built_at{};
    for (const std::string& path : source.paths)
    {
        const auto found = placed(path);
        if (!found)
            return found.error();
        const auto bytes = machine_.read_file(*found, FileEnd::head, cvd_header_bytes);
        if (!bytes && bytes.error().code == Errc::not_found)
            continue;
        if (!bytes)
            return bytes.error();
        const auto header = parse_cvd_header(*bytes);
        if (!header)
            return header.error().in("read " + shown(*found));
        if (newest && header->built_at <= newest_built_at)
            continue;
        newest_built_at = header->built_at;
        newest = RawValue{std::to_string(header->version), header->built_at, shown(*found)};
        if (source.get == HeaderPart::version)
            newest->at.reset();
        if (source.get == HeaderPart::applied)
        {
            const auto written_at = machine_.facts().file_time_below(found->place, found->relative);
            if (!written_at)
                return written_at.error();
            newest->at = *written_at;
        }
    }
    if (!newest)
        return detail::not_there(label(source));
    return std::vector{std::move(*newest)};
}

Result<std::vector<RawValue>> SourceReader::read_times(const Source& source)
{
    std::vector<RawValue> values;
    for (const std::string& path : source.paths)
    {
        const auto found = matches(path);
        if (!found && found.error().code == Errc::not_found)
            continue;
        if (!found)
            return found.error();
        for (const PlacedPath& match : *found)
        {
            const auto at = machine_.facts().file_time_below(match.place, match.relative);
            if (at)
                values.push_back({{}, *at, {}});
            else if (at.error().code != Errc::not_found)
                return at.error();
        }
    }
    if (values.empty())
        return detail::not_there(label(source));
    return values;
}

Result<std::vector<RawValue>> SourceReader::read_texts(const Source& source)
{
    Error missing = detail::not_there(label(source));
    for (const std::string& path : source.paths)
    {
        const auto found = matches(path);
        if (!found && found.error().code == Errc::not_found)
            continue;
        if (!found)
            return found.error();
        std::vector<RawValue> values;
        for (const PlacedPath& match : *found)
        {
            auto value = read_text(source, match);
            if (value && found->size() == 1 && path.find('*') == std::string::npos)
                value->from = shown(match);
            if (value)
                values.push_back(std::move(*value));
            else if (value.error().code != Errc::not_found)
                return value.error();
            else
                missing = value.error();
        }
        if (!values.empty())
            return values;
    }
    return missing;
}

Result<RawValue> SourceReader::read_text(const Source& source, const PlacedPath& path)
{
    const FileEnd end = source.last ? FileEnd::tail : FileEnd::head;
    auto bytes = machine_.read_file(path, end, text_bytes_max);
    if (!bytes)
        return bytes.error();
    const std::string text =
        source.encoding == "utf16le" ? ascii_of_utf16le(*bytes) : std::move(*bytes);
    Result<std::string> piece = text;
    if (source.method == Method::config)
    {
        piece = config_value(text, source.key);
        if (!piece && !source.absent.empty())
            piece = source.absent;
    }
    if (source.method == Method::ini)
        piece = ini_value(text, source.section, source.key);
    if (piece)
        piece = extract(*piece, source);
    if (!piece)
        return piece.error().in("read " + shown(path));
    return RawValue{std::move(*piece), std::nullopt, {}};
}

Result<std::vector<RawValue>> SourceReader::read_package(const Source& source)
{
    const auto& packages = machine_.packages();
    if (!packages)
        return packages.error();
    for (const std::string& name : source.names)
    {
        if (const auto found = packages->find(name); found != packages->end())
            return std::vector{RawValue{found->second, std::nullopt, "package " + name}};
    }
    return detail::not_there(label(source));
}

Result<bool> SourceReader::process_runs(const std::string& name)
{
    const auto& names = machine_.process_names();
    if (!names)
        return names.error();
    constexpr std::size_t comm_bytes_max = 15; // What Linux keeps of a process's own name.
    return std::any_of(names->begin(), names->end(), [&](const std::string& running) {
        return equal_ignoring_case(running, name)
               || (running.size() == comm_bytes_max && name.starts_with(running));
    });
}

Result<bool> SourceReader::service_state(const std::string& name, StateQuestion question)
{
    const auto& services = machine_.services();
    if (!services)
        return services.error();
    bool hidden = false;
    for (const ServiceState& service : *services)
    {
        std::string_view plain{service.name};
        if (constexpr std::string_view suffix = ".service"; plain.ends_with(suffix))
            plain.remove_suffix(suffix.size());
        if (!fits(name, plain))
            continue;
        if (question == StateQuestion::is_present || service.running.value_or(false))
            return true;
        hidden = hidden || !service.running;
    }
    if (hidden)
        return Error{Errc::unavailable, "service " + name + ": whether it runs cannot be seen"};
    return false;
}

Result<bool> SourceReader::file_exists(const Source& source)
{
    std::optional<Error> failure;
    for (const std::string& path : source.paths)
    {
        const auto found = matches(path);
        if (!found)
        {
            if (found.error().code != Errc::not_found)
                failure = found.error();
            continue;
        }
        const auto at =
            machine_.facts().file_time_below(found->front().place, found->front().relative);
        if (at)
            return true;
        if (at.error().code != Errc::not_found)
            failure = at.error();
    }
    if (failure)
        return *failure;
    return false;
}

Result<bool> SourceReader::state(const Source& source, StateQuestion question)
{
    if (source.method == Method::process)
        return process_runs(source.name);
    if (source.method == Method::service)
        return service_state(source.name, question);
    if (source.method == Method::file_exists)
        return file_exists(source);

    const auto values = read(source);
    const bool only_presence = source.method == Method::package
                               || source.method == Method::uninstall
                               || question == StateQuestion::is_present;
    if (!values)
    {
        if (only_presence && values.error().code == Errc::not_found)
            return false;
        return values.error();
    }
    if (only_presence)
        return true;
    bool any_on = false;
    for (const RawValue& value : *values)
    {
        const auto on = parse_state(source, value.text);
        if (!on)
            return on.error().in(label(source));
        any_on = any_on || *on;
    }
    return any_on;
}

std::string SourceReader::label(const Source& source) const
{
    const auto path_label = [&] {
        const std::string first = source.paths.empty() ? std::string{} : source.paths.front();
        const auto found = placed(first);
        std::string text = found ? shown(*found) : first;
        if (source.paths.size() > 1)
            text += fmt::format(" and {} others", source.paths.size() - 1);
        return text;
    };
    switch (source.method)
    {
    case Method::process:
        return "process " + source.name;
    case Method::service:
        return "service " + source.name;
    case Method::package:
        return "package " + (source.names.empty() ? std::string{} : source.names.front());
    case Method::uninstall:
        return "installed program " + source.name;
    case Method::wmi:
        return "WMI " + source.wmi_class + '.' + source.value;
    case Method::registry:
        return "registry " + source.key + '\\'
               + (source.values.empty() ? source.value : source.values.front());
    case Method::registry_key_name:
        return "registry " + source.key;
    case Method::config:
    case Method::ini:
        return path_label() + ' ' + source.key;
    case Method::none:
    case Method::unknown:
        return "no source";
    case Method::cvd_header:
    case Method::file_time:
    case Method::file_exists:
    case Method::text:
        return path_label();
    }
    return {};
}

} // namespace mimamori::agent::antivirus
