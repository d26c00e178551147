#pragma once

// What recorded_windows.cpp reads and recorded_windows_parts.cpp tells: for these two only.

#include "common/base/ascii.hpp"
#include "tests/support/recorded_windows.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <utility>
#include <vector>

namespace mimamori::tests {

using namespace agent::windows;

inline std::string lower(std::string_view text)
{
    std::string all{text};
    std::transform(all.begin(), all.end(), all.begin(), ascii_lower);
    return all;
}

struct RecordedFile
{
    std::string path;
    std::string bytes;
    Timestamp written_at{};
    bool link{false};
    bool user_writable{false};
    std::string signer;
    std::optional<VersionInfo> info;
};

struct RecordedKey
{
    std::string name;
    Timestamp written_at{};
    std::map<std::string, std::pair<std::string, RegistryValue>> values;
};

struct RecordedClass
{
    std::vector<WmiRow> rows;
    bool hangs{false};
};

struct RecordedWindows::Facts
{
    std::map<std::string, RecordedKey> keys; // by lower-case name
    std::map<std::string, RecordedFile> files;
    std::map<std::string, std::string> folders{
        {"%programfiles%", R"(C:\Program Files)"},
        {"%programdata%", R"(C:\ProgramData)"},
        {"%systemroot%", R"(C:\Windows)"}};
    std::map<std::string, RecordedClass> wmi;
    std::vector<ServiceRow> services;
    std::vector<ProgramRow> programs;
    std::vector<DeviceRow> devices;
    std::vector<VolumeRow> volumes;
    std::vector<DiskRow> disks;
    std::vector<AdapterRow> adapters;
    std::vector<RouteRow> routes;
    std::vector<NeighbourRow> neighbours;
    std::vector<SocketRow> sockets;
    std::vector<UserRow> users;
    std::vector<GroupRow> groups;
    std::map<std::string, std::vector<std::string>> events;
    std::optional<SystemVersion> version;
    std::string architecture;
    std::string hostname;
    std::string domain;
    std::string workgroup;
    std::string tpm;
    std::optional<Timestamp> booted_at;
    std::optional<bool> uefi;
    std::string smbios;
    std::uint64_t memory_bytes{0};
    std::set<std::string> failing;
    std::set<std::string> denied_keys; // lower case
    std::set<std::string> asked_wmi;

    Result<void> ready(const std::string& part) const
    {
        if (failing.contains(part))
            return Error{Errc::io, part + ": taken away"};
        return {};
    }

    /// Whether this key, in its full lower-case form, may be read.
    Result<void> registry_ready(const std::string& full, std::string_view place) const
    {
        if (auto all = ready("registry"); !all)
            return all;
        for (const std::string& denied : denied_keys)
        {
            if (full == denied || full.starts_with(denied + '\\'))
                return Error{Errc::forbidden, "read " + std::string{place} + ": Access is denied"};
        }
        return {};
    }

    std::string full_key(View view, std::string_view key) const
    {
        std::string full = lower(key);
        constexpr std::string_view software = R"(hklm\software)";
        const bool below = full == software || full.starts_with(std::string{software} + '\\');
        if (view == View::wow && architecture == "x86_64" && below)
            full.insert(software.size(), R"(\wow6432node)");
        return full;
    }

    /// Whether the key is there, itself or by what is below it.
    bool has_key(const std::string& full) const
    {
        const auto at = keys.lower_bound(full);
        return at != keys.end() && (at->first == full || at->first.starts_with(full + '\\'));
    }

    RecordedKey& make_key(std::string_view key)
    {
        RecordedKey& made = keys[lower(key)];
        if (made.name.empty())
            made.name = key;
        return made;
    }

    void read(const toml::table& table);
    void read_system(const toml::table& table);
    void read_network(std::string_view kind, const toml::table& one);
    void read_row(std::string_view kind, const toml::table& one);
    void read_file(const toml::table& one);
    void read_group(const toml::table& one);
    void read_class(const toml::table& one);
};

/// The interfaces over the facts.
struct RecordedWindows::Parts
{
    explicit Parts(Facts& facts);
    ~Parts();

    struct Implementation;
    std::unique_ptr<Implementation> implementation;
    Machine machine;

private:
    Parts(std::unique_ptr<Implementation> of);
};

} // namespace mimamori::tests
