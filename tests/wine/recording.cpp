#include "tests/wine/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <toml++/toml.h>

namespace mimamori::tests {
namespace {

constexpr const char* reg_header = "Windows Registry Editor Version 5.00";

/// In a .reg file.
std::string quoted(const std::string& text)
{
    std::string all = "\"";
    for (const char c : text)
    {
        if (c == '"' || c == '\\')
            all += '\\';
        all += c;
    }
    return all + '"';
}

/// What the system is told by its kernel, where Wine takes it from.
std::string version_keys(const toml::table& system)
{
    const auto major = system["major"].value_or(std::int64_t{10});
    const auto minor = system["minor"].value_or(std::int64_t{0});
    const bool is_server = system["server"].value_or(false);
    return fmt::format(
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]\r\n"
        "\"CurrentVersion\"=\"{0}.{1}\"\r\n" // Windows 10 itself has "6.3" here; nobody of us asks.
        "\"CurrentMajorVersionNumber\"=dword:{0:08x}\r\n"
        "\"CurrentMinorVersionNumber\"=dword:{1:08x}\r\n\r\n"
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions]\r\n"
        "\"ProductType\"=\"{2}\"\r\n\r\n"
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Windows]\r\n"
        "\"CSDVersion\"=dword:{3:08x}\r\n\r\n",
        major, minor, is_server ? "ServerNT" : "WinNT",
        system["service_pack"].value_or(std::int64_t{0}) * 256);
}

std::string service_key(const toml::table& service)
{
    return fmt::format(
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\{}]\r\n"
        "\"Type\"=dword:00000010\r\n\"Start\"=dword:00000003\r\n\"ErrorControl\"=dword:00000001\r\n"
        "\"ImagePath\"=\"C:\\\\nothing.exe\"\r\n\"ObjectName\"={}\r\n\r\n",
        service["name"].value<std::string>().value(),
        quoted(service["account"].value_or(std::string{"LocalSystem"})));
}

/// "C:\Program Files\X" on this machine; folders are made.
void put_file(const WinePrefix& prefix, const toml::table& file)
{
    std::string path = file["path"].value<std::string>().value();
    std::replace(path.begin(), path.end(), '\\', '/');
    const auto place = prefix.drive_c() / path.substr(path.find('/') + 1);
    std::filesystem::create_directories(place.parent_path());
    std::ofstream{place, std::ios::binary} << file["text"].value_or(std::string{});
}

template <class Take>
void each(const toml::table& facts, const char* name, Take take)
{
    const auto* list = facts[name].as_array();
    if (list == nullptr)
        return;
    for (const auto& item : *list)
        take(*item.as_table());
}

} // namespace

void lay(const WinePrefix& prefix, const std::vector<std::string>& recordings)
{
    std::string registry = std::string{reg_header} + "\r\n\r\n";
    for (const auto& name : recordings)
    {
        const std::string base = MIMAMORI_SOURCE_DIR "/tests/recorded/windows/" + name;
        const auto text = text_of(base + ".reg");
        if (!text.empty())
        {
            if (!text.starts_with(reg_header))
                throw std::runtime_error{name + ": not a .reg file"};
            registry += text.substr(text.find('\n') + 1) + "\r\n";
        }
        else if (!std::filesystem::exists(base + ".toml"))
            throw std::runtime_error{"no recording " + name};
        if (!std::filesystem::exists(base + ".toml"))
            continue;
        const auto facts = toml::parse_file(base + ".toml");
        if (const auto* system = facts["system"].as_table())
            registry += version_keys(*system);
        each(facts, "service", [&](const toml::table& one) { registry += service_key(one); });
        each(facts, "file", [&](const toml::table& one) { put_file(prefix, one); });
    }
    prefix.import_registry(registry);
    prefix.restart(); // Services are read when the system starts.
}

} // namespace mimamori::tests
