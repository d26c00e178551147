#pragma once

#include "agent/antivirus/platform_facts.hpp"
#include "common/base/ascii.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::agent::antivirus {

/// A machine whose facts were written down. Like Windows it ignores the case of names and keeps two
/// views of the registry. It remembers every file and key it was asked for.
class RecordedFacts final : public PlatformFacts
{
public:
    explicit RecordedFacts(std::string platform = "windows")
        : platform_{std::move(platform)}
    {}

    void add_file(const std::string& path, std::string content, Timestamp written_at = {})
    {
        files_[lower(path)] = {std::move(content), written_at};
    }

    void add_value(
        RegistryView view, const std::string& key, const std::string& value, std::string text)
    {
        registry_[{view, lower(key)}].second[lower(value)] = std::move(text);
        registry_[{view, lower(key)}].first = key;
    }

    /// In the native view.
    void add_value(const std::string& key, const std::string& value, std::string text)
    {
        add_value(RegistryView::native, key, value, std::move(text));
    }

    void add_service(const std::string& name, std::optional<bool> running)
    {
        services_.push_back({name, running});
    }

    void add_process(const std::string& name) { processes_.push_back(name); }

    /// In the first instance that does not have the property yet.
    void add_wmi(const std::string& wmi_class, const std::string& property, std::string text)
    {
        auto& instances = wmi_[wmi_class];
        for (WmiInstance& instance : instances)
        {
            if (instance.emplace(property, text).second)
                return;
        }
        instances.push_back({{property, std::move(text)}});
    }

    void add_package(const std::string& name, std::string version)
    {
        packages_[name] = std::move(version);
    }

    void add_folder_name(std::string written, std::string canonical)
    {
        folder_names_.emplace_back(std::move(written), std::move(canonical));
    }

    const std::set<std::string>& asked() const { return asked_; }

    std::string_view platform() const override { return platform_; }

    Result<std::string> read_file_below(
        std::string_view place,
        std::string_view relative,
        FileEnd end,
        std::size_t bytes_max) const override
    {
        const auto file = find(place, relative);
        if (!file)
            return file.error();
        const std::string& bytes = (*file)->first;
        if (bytes.size() <= bytes_max)
            return bytes;
        return end == FileEnd::head ? bytes.substr(0, bytes_max)
                                    : bytes.substr(bytes.size() - bytes_max);
    }

    Result<Timestamp> file_time_below(
        std::string_view place, std::string_view relative) const override
    {
        const auto file = find(place, relative);
        if (!file)
            return file.error();
        return (*file)->second;
    }

    Result<std::vector<std::string>> list_folder_below(
        std::string_view place, std::string_view relative, std::size_t) const override
    {
        const std::string folder = lower(joined(place, relative)) + separator();
        std::vector<std::string> names;
        for (const auto& file : files_)
        {
            if (file.first.starts_with(folder))
                names.push_back(file.first.substr(folder.size()));
        }
        return names;
    }

    Result<std::vector<std::string>> process_names() const override { return processes_; }

    Result<std::vector<ServiceState>> services() const override { return services_; }

    Result<std::map<std::string, std::string>> package_versions(
        std::span<const std::string_view> names) const override
    {
        std::map<std::string, std::string> found;
        for (const std::string_view name : names)
        {
            if (const auto package = packages_.find(std::string{name}); package != packages_.end())
                found.insert(*package);
        }
        return found;
    }

    Result<Timestamp> local_to_utc(Timestamp local) const override
    {
        return local - std::chrono::hours{9}; // Japan.
    }

    std::string canonical_path(std::string path) const override
    {
        for (const auto& [written, canonical] : folder_names_)
        {
            if (path.starts_with(written))
                return canonical + path.substr(written.size());
        }
        return path;
    }

    Result<RegistryValue> registry_value(
        RegistryView view, const std::string& key, const std::string& value) const override
    {
        asked_.insert(key);
        const auto found = registry_.find({view, lower(key)});
        const Error missing{Errc::not_found, "registry " + key + ": not there"};
        if (found == registry_.end())
            return missing;
        if (value.empty())
            return RegistryValue{};
        const auto text = found->second.second.find(lower(value));
        if (text == found->second.second.end())
            return missing;
        return RegistryValue{text->second};
    }

    Result<std::vector<std::string>> registry_keys(
        RegistryView view, const std::string& key, std::size_t) const override
    {
        asked_.insert(key);
        const std::string front = lower(key) + '\\';
        std::set<std::string> names;
        for (const auto& entry : registry_)
        {
            const auto& [entry_view, entry_key] = entry.first;
            if (entry_view != view || !entry_key.starts_with(front))
                continue;
            const std::string rest = entry.second.first.substr(front.size());
            names.insert(rest.substr(0, rest.find('\\')));
        }
        if (names.empty())
            return Error{Errc::not_found, "registry " + key + ": not there"};
        return std::vector<std::string>{names.begin(), names.end()};
    }

    Result<std::vector<WmiInstance>> wmi_instances(
        const std::string&,
        const std::string& wmi_class,
        const std::vector<std::string>&) const override
    {
        asked_.insert(wmi_class);
        const auto found = wmi_.find(wmi_class);
        if (found == wmi_.end())
            return Error{Errc::not_found, "WMI " + wmi_class + ": not there"};
        return found->second;
    }

private:
    using File = std::pair<std::string, Timestamp>;

    char separator() const { return platform_ == "windows" ? '\\' : '/'; }

    static std::string lower(std::string text)
    {
        std::transform(text.begin(), text.end(), text.begin(), ascii_lower);
        return text;
    }

    std::string joined(std::string_view place, std::string_view relative) const
    {
        std::string path{place};
        if (!relative.empty())
            path += separator() + std::string{relative};
        return path;
    }

    Result<const File*> find(std::string_view place, std::string_view relative) const
    {
        const std::string path = joined(place, relative);
        asked_.insert(path);
        const auto file = files_.find(lower(path));
        if (file == files_.end())
            return Error{Errc::not_found, "open " + path + ": No such file or directory"};
        return &file->second;
    }

    std::string platform_;
    std::map<std::string, File> files_;
    std::map<
        std::pair<RegistryView, std::string>,
        std::pair<std::string, std::map<std::string, std::string>>>
        registry_;
    std::vector<ServiceState> services_;
    std::vector<std::string> processes_;
    std::map<std::string, std::vector<WmiInstance>> wmi_;
    std::map<std::string, std::string> packages_;
    std::vector<std::pair<std::string, std::string>> folder_names_;
    mutable std::set<std::string> asked_;
};

} // namespace mimamori::agent::antivirus
