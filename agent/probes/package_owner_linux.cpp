#include "agent/probes/package_owner.hpp"
#include "agent/probes/rpm_database.hpp"
#include "agent/probes/text.hpp"

#include <unordered_map>

namespace mimamori::agent::probes {
namespace {

constexpr std::string_view info_folder = "/var/lib/dpkg/info";

/// Goes through the list files; `wanted` maps a listed name to the path that was asked for.
void find_in_dpkg_lists(
    const Tree& tree,
    const std::unordered_map<std::string_view, std::string_view>& wanted,
    std::map<std::string, PackageOwner>& owners)
{
    const auto files = tree.names(info_folder);
    if (!files)
        return;
    for (const std::string& file : *files)
    {
        const auto package = package_of_list_file(file);
        if (package.empty())
            continue;
        const auto list = tree.read(std::string{info_folder} + '/' + file, 64U * 1024 * 1024);
        if (!list)
            continue;
        std::string_view rest = *list;
        while (const auto line = next_line(rest))
        {
            if (const auto found = wanted.find(*line); found != wanted.end())
                owners[std::string{found->second}].package = "dpkg:" + std::string{package};
        }
    }
}

/// Fills in the versions from dpkg's status file.
void find_dpkg_versions(const Tree& tree, std::map<std::string, PackageOwner>& owners)
{
    std::unordered_map<std::string_view, std::string> versions;
    for (const auto& [path, owner] : owners)
        versions.emplace(std::string_view{owner.package}.substr(5), std::string{});
    const auto status = tree.read("/var/lib/dpkg/status", 64U * 1024 * 1024);
    if (!status || versions.empty())
        return;
    std::string_view rest = *status;
    std::string* version = nullptr;
    while (const auto line = next_line(rest))
    {
        if (line->empty())
            version = nullptr;
        else if (line->starts_with("Package: "))
        {
            const auto found = versions.find(line->substr(9));
            version = found == versions.end() ? nullptr : &found->second;
        }
        else if (version != nullptr && line->starts_with("Version: "))
            *version = fact_text(line->substr(9), 256);
    }
    for (auto& [path, owner] : owners)
        owner.version = versions[std::string_view{owner.package}.substr(5)];
}

} // namespace

std::map<std::string, PackageOwner> find_package_owners(
    const Tree& tree, const std::set<std::string>& paths)
{
    std::map<std::string, PackageOwner> owners;
    std::vector<std::pair<std::string, std::string_view>> names;
    for (const std::string& path : paths)
    {
        for (std::string& name : listed_names(path))
            names.emplace_back(std::move(name), path);
    }
    std::unordered_map<std::string_view, std::string_view> wanted;
    for (const auto& [name, path] : names)
        wanted.emplace(name, path);
    if (wanted.empty())
        return owners;
    find_in_dpkg_lists(tree, wanted, owners);
    find_dpkg_versions(tree, owners);
    if (!tree.exists("/var/lib/rpm") && !tree.exists("/usr/lib/sysimage/rpm"))
        return owners;
    for (const auto& [name, path] : names)
    {
        const std::string asked{path};
        if (owners.contains(asked))
            continue;
        if (auto package = rpm_owner(tree, name))
            owners[asked] = {"rpm:" + package->name, std::move(package->version)};
    }
    return owners;
}

} // namespace mimamori::agent::probes
