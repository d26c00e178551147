#pragma once

#include "agent/antivirus/platform_facts.hpp"
#include "agent/windows/machine.hpp"

namespace mimamori::agent::antivirus {

/// A Windows machine as antivirus sources may see it. Builds and is tested everywhere.
class WindowsFacts final : public PlatformFacts
{
public:
    /// `machine` outlives this.
    explicit WindowsFacts(const windows::Machine& machine);

    std::string_view platform() const override { return "windows"; }

    Result<std::string> read_file_below(
        std::string_view place,
        std::string_view relative,
        FileEnd end,
        std::size_t bytes_max) const override;
    Result<Timestamp> file_time_below(
        std::string_view place, std::string_view relative) const override;
    Result<std::vector<std::string>> list_folder_below(
        std::string_view place, std::string_view relative, std::size_t names_max) const override;
    Result<std::vector<std::string>> process_names() const override;
    Result<std::vector<ServiceState>> services() const override;

    /// Unsupported: Windows has no package manager of that kind.
    Result<std::map<std::string, std::string>> package_versions(
        std::span<const std::string_view> names) const override;
    Result<Timestamp> local_to_utc(Timestamp local) const override;

    /// "C:\Program Files\Sophos" as "%ProgramFiles%\Sophos".
    std::string canonical_path(std::string path) const override;

    Result<RegistryValue> registry_value(
        RegistryView view, const std::string& key, const std::string& value) const override;
    Result<std::vector<std::string>> registry_keys(
        RegistryView view, const std::string& key, std::size_t names_max) const override;
    Result<std::vector<WmiInstance>> wmi_instances(
        const std::string& wmi_namespace,
        const std::string& wmi_class,
        const std::vector<std::string>& properties) const override;

private:
    Result<std::string> folder_of(std::string_view place) const;

    const windows::Machine& machine_;
};

} // namespace mimamori::agent::antivirus
