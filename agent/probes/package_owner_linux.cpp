#include "agent/probes/package_owner.hpp"
#include "agent/probes/rpm_database.hpp"
#include "agent/probes/text.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <unordered_map>

namespace mimamori::agent::probes {
namespace {

constexpr std::string_view info_folder = "/var/lib/dpkg/info";
constexpr std::size_t list_bytes_max = 64U * 1024 * 1024;

std::string list_path(const std::string& list)
{
    return std::string{info_folder} + '/' + list;
}

/// Whether `name` stands in the list file.
bool is_listed(const Tree& tree, const std::string& list, std::string_view name)
{
    const auto text = tree.read(list_path(list), list_bytes_max);
    if (!text)
        return false;
    std::string_view rest = *text;
    while (const auto line = next_line(rest))
    {
        if (*line == name)
            return true;
    }
    return false;
}

std::uint32_t hash_of(std::string_view path)
{
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(path));
}

/// Fills in the versions from dpkg's status file.
void find_dpkg_versions(const Tree& tree, std::map<std::string, PackageOwner>& owners)
{
    std::unordered_map<std::string_view, std::string> versions;
    for (const auto& [path, owner] : owners)
        versions.emplace(std::string_view{owner.package}.substr(5), std::string{});
    if (versions.empty())
        return;
    const auto status = tree.read("/var/lib/dpkg/status", list_bytes_max);
    if (!status)
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

/// Makes the index anew if packages changed. Whether there is one.
bool PackageOwners::refresh(const Tree& tree)
{
    const auto folder = tree.status(info_folder);
    if (!folder)
        return false;
    // dpkg writes each list under another name and renames it, which changes the folder.
    const std::string inputs = std::to_string(folder->inode) + ' '
                               + std::to_string(folder->changed_ns) + ' '
                               + std::to_string(folder->status_changed_ns);
    if (inputs == inputs_)
        return true;
    auto files = tree.names(info_folder);
    if (!files)
        return false;
    lists_.clear();
    marks_.clear();
    for (std::string& file : *files)
    {
        if (package_of_list_file(file).empty())
            continue;
        const auto text = tree.read(list_path(file), list_bytes_max);
        if (!text)
            continue;
        const auto number = static_cast<std::uint32_t>(lists_.size());
        lists_.push_back(std::move(file));
        std::string_view rest = *text;
        while (const auto line = next_line(rest))
        {
            if (is_indexed(*line))
                marks_.push_back({hash_of(*line), number});
        }
    }
    std::sort(marks_.begin(), marks_.end(), [](const Mark& a, const Mark& b) {
        return std::tie(a.path_hash, a.list) < std::tie(b.path_hash, b.list);
    });
    marks_.shrink_to_fit();
    inputs_ = inputs;
    return true;
}

/// The package that lists `name`; a hash alone is not believed.
std::optional<std::string> PackageOwners::package_of(
    const Tree& tree, const std::string& name) const
{
    const auto named = [](const std::string& list) {
        return "dpkg:" + std::string{package_of_list_file(list)};
    };
    if (!is_indexed(name))
    {
        const auto list = std::find_if(lists_.begin(), lists_.end(), [&](const auto& each) {
            return is_listed(tree, each, name);
        });
        return list == lists_.end() ? std::nullopt : std::optional{named(*list)};
    }
    const std::uint32_t hash = hash_of(name);
    const auto before = [](const Mark& mark, std::uint32_t value) {
        return mark.path_hash < value;
    };
    auto mark = std::lower_bound(marks_.begin(), marks_.end(), hash, before);
    for (; mark != marks_.end() && mark->path_hash == hash; ++mark)
    {
        if (is_listed(tree, lists_[mark->list], name))
            return named(lists_[mark->list]);
    }
    return std::nullopt;
}

std::map<std::string, PackageOwner> PackageOwners::find(
    const Tree& tree, const std::set<std::string>& paths)
{
    std::map<std::string, PackageOwner> owners;
    const bool has_dpkg = refresh(tree);
    const bool has_rpm = tree.exists("/var/lib/rpm") || tree.exists("/usr/lib/sysimage/rpm");
    for (const std::string& path : paths)
    {
        for (const std::string& name : listed_names(path))
        {
            if (auto package = has_dpkg ? package_of(tree, name) : std::nullopt)
            {
                owners[path].package = std::move(*package);
                break;
            }
        }
    }
    find_dpkg_versions(tree, owners);
    for (const std::string& path : paths)
    {
        if (!has_rpm || owners.contains(path))
            continue;
        for (const std::string& name : listed_names(path))
        {
            if (auto package = rpm_owner(tree, name))
            {
                owners[path] = {"rpm:" + package->name, std::move(package->version)};
                break;
            }
        }
    }
    return owners;
}

} // namespace mimamori::agent::probes
