#include "tests/support/recorded_windows.hpp"

#include "common/base/ascii.hpp"
#include "common/base/encoding.hpp"
#include "tests/support/recorded_windows_facts.hpp"
#include "tests/support/reg_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <toml++/toml.h>

namespace mimamori::tests {
namespace {

std::string text_of(const toml::table& table, std::string_view name)
{
    return std::string{table[name].value_or(std::string_view{})};
}

template <class Number>
Number number_of(const toml::table& table, std::string_view name)
{
    return static_cast<Number>(table[name].value_or(std::int64_t{0}));
}

bool flag_of(const toml::table& table, std::string_view name)
{
    return table[name].value_or(false);
}

std::vector<std::string> texts_of(const toml::table& table, std::string_view name)
{
    std::vector<std::string> all;
    if (const auto* list = table[name].as_array())
    {
        for (const auto& one : *list)
            all.emplace_back(one.value_or(std::string_view{}));
    }
    return all;
}

std::optional<Timestamp> moment_of(const toml::table& table, std::string_view name)
{
    const std::string text = text_of(table, name);
    if (text.empty())
        return std::nullopt;
    const auto at = parse_rfc3339(text);
    if (!at)
        throw std::runtime_error{"recorded moment " + text + ": not understood"};
    return at;
}

/// "10.20.7.31" or a full, colon-separated IPv6 address of eight groups.
AddressBytes address_of(std::string_view text)
{
    AddressBytes bytes;
    const bool v6 = text.find(':') != std::string_view::npos;
    std::istringstream parts{std::string{text}};
    for (std::string part; std::getline(parts, part, v6 ? ':' : '.');)
    {
        const auto value = std::stoul(part, nullptr, v6 ? 16 : 10);
        if (v6)
            bytes.push_back(static_cast<std::uint8_t>(value >> 8U));
        bytes.push_back(static_cast<std::uint8_t>(value));
    }
    return bytes;
}

AddressBytes mac_of(std::string_view text)
{
    std::string digits;
    std::copy_if(
        text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != ':'; });
    return from_hex(digits).value_or(AddressBytes{});
}

PrefixedAddress prefixed_of(const std::string& text)
{
    const auto slash = text.find('/');
    return {
        address_of(std::string_view{text}.substr(0, slash)),
        static_cast<unsigned>(std::stoul(text.substr(slash + 1)))};
}

} // namespace

namespace {

StartType start_of(std::string_view word)
{
    if (word == "boot")
        return StartType::boot;
    if (word == "system")
        return StartType::system;
    if (word == "manual")
        return StartType::manual;
    if (word == "disabled")
        return StartType::disabled;
    return StartType::automatic;
}

ServiceRow service_of(const toml::table& one)
{
    ServiceRow row;
    row.name = text_of(one, "name");
    row.display_name = text_of(one, "display_name");
    row.driver = flag_of(one, "driver");
    row.running = one["running"].value_or(true);
    row.start = start_of(text_of(one, "start"));
    row.delayed = flag_of(one, "delayed");
    row.account = text_of(one, "account");
    row.command = text_of(one, "command");
    return row;
}

ProgramRow program_of(const toml::table& one)
{
    ProgramRow row;
    row.id = number_of<std::uint32_t>(one, "id");
    row.parent = number_of<std::uint32_t>(one, "parent");
    row.path = text_of(one, "path");
    row.name = text_of(one, "name");
    if (row.name.empty())
        row.name = row.path.substr(row.path.rfind('\\') + 1);
    row.user = text_of(one, "user");
    row.session = number_of<std::uint32_t>(one, "session");
    row.started_at = moment_of(one, "started_at").value_or(Timestamp{});
    return row;
}

AdapterRow adapter_of(const toml::table& one)
{
    AdapterRow row;
    row.index = number_of<std::uint32_t>(one, "index");
    row.name = text_of(one, "name");
    row.description = text_of(one, "description");
    row.mac = mac_of(text_of(one, "mac"));
    row.type = static_cast<std::uint32_t>(one["type"].value_or(std::int64_t{6}));
    row.medium = number_of<std::uint32_t>(one, "medium");
    row.hardware = one["hardware"].value_or(true);
    row.link_up = one["link_up"].value_or(true);
    if (const auto dhcp = one["dhcp"].value<bool>())
        row.dhcp = *dhcp;
    for (const std::string& address : texts_of(one, "addresses"))
        row.addresses.push_back(prefixed_of(address));
    for (const std::string& gateway : texts_of(one, "gateways"))
        row.gateways.push_back(address_of(gateway));
    for (const std::string& server : texts_of(one, "dns"))
        row.dns.push_back(address_of(server));
    row.device_id = text_of(one, "device_id");
    return row;
}

DeviceRow device_of(const toml::table& one)
{
    DeviceRow row;
    row.instance_id = text_of(one, "instance_id");
    row.parent_id = text_of(one, "parent_id");
    row.description = text_of(one, "description");
    row.friendly_name = text_of(one, "friendly_name");
    row.manufacturer = text_of(one, "manufacturer");
    row.setup_class = text_of(one, "setup_class");
    row.driver = text_of(one, "driver");
    row.location = text_of(one, "location");
    row.compatible_ids = texts_of(one, "compatible_ids");
    return row;
}

DiskRow disk_of(const toml::table& one)
{
    DiskRow row;
    row.number = number_of<std::uint32_t>(one, "number");
    row.model = text_of(one, "model");
    row.serial = text_of(one, "serial");
    row.size_bytes = number_of<std::uint64_t>(one, "size_bytes");
    row.bus = text_of(one, "bus");
    row.removable = flag_of(one, "removable");
    row.seeks = one["seeks"].value<bool>();
    row.failing = one["failing"].value<bool>();
    return row;
}

} // namespace

void RecordedWindows::Facts::read_system(const toml::table& table)
{
    const auto take = [&](std::string_view name, std::string& into) {
        if (const auto text = table[name].value<std::string>())
            into = *text;
    };
    if (table.contains("build"))
        version = SystemVersion{
            number_of<std::uint32_t>(table, "major"), number_of<std::uint32_t>(table, "minor"),
            number_of<std::uint32_t>(table, "build"),
            number_of<std::uint32_t>(table, "service_pack"), flag_of(table, "server")};
    take("architecture", architecture);
    take("hostname", hostname);
    take("domain", domain);
    take("workgroup", workgroup);
    take("tpm", tpm);
    if (architecture == "x86_64")
        folders["%programfiles(x86)%"] = R"(C:\Program Files (x86))";
    if (const auto at = moment_of(table, "booted_at"))
        booted_at = at;
    if (const auto value = table["uefi"].value<bool>())
        uefi = *value;
    if (const auto value = table["memory_bytes"].value<std::int64_t>())
        memory_bytes = static_cast<std::uint64_t>(*value);
    if (const auto hex = text_of(table, "smbios_hex"); !hex.empty())
    {
        std::string digits;
        std::copy_if(hex.begin(), hex.end(), std::back_inserter(digits), [](char c) {
            return c != ' ' && c != '\n';
        });
        const auto bytes = from_hex(digits);
        if (!bytes)
            throw std::runtime_error{"smbios_hex: not hexadecimal"};
        smbios.assign(bytes->begin(), bytes->end());
    }
}

void RecordedWindows::Facts::read_file(const toml::table& one)
{
    RecordedFile file;
    file.path = text_of(one, "path");
    file.written_at = moment_of(one, "written_at").value_or(Timestamp{});
    file.bytes = text_of(one, "text");
    file.link = flag_of(one, "link");
    file.user_writable = flag_of(one, "user_writable");
    file.signer = text_of(one, "signer");
    if (flag_of(one, "utf16"))
        file.bytes = "\xFF\xFE" + utf16_of_utf8(file.bytes);
    if (one.contains("version"))
        file.info = VersionInfo{
            text_of(one, "version"), text_of(one, "product"), text_of(one, "company"), {}};
    files[lower(file.path)] = std::move(file);
}

void RecordedWindows::Facts::read_group(const toml::table& one)
{
    GroupRow group;
    group.name = text_of(one, "name");
    group.sid = text_of(one, "sid");
    if (const auto* members = one["members"].as_array())
    {
        for (const auto& node : *members)
        {
            const toml::table& member = *node.as_table();
            group.members.push_back(
                {text_of(member, "name"), text_of(member, "sid"), flag_of(member, "group")});
        }
    }
    groups.push_back(std::move(group));
}

void RecordedWindows::Facts::read_class(const toml::table& one)
{
    RecordedClass& found = wmi[lower(text_of(one, "namespace") + ':' + text_of(one, "class"))];
    found.hangs = flag_of(one, "hangs");
    const auto* rows = one["rows"].as_array();
    if (rows == nullptr)
        return;
    for (const auto& node : *rows)
    {
        WmiRow row;
        for (const auto& [name, value] : *node.as_table())
            row[std::string{name.str()}] = value.value_or(std::string{});
        found.rows.push_back(std::move(row));
    }
}

void RecordedWindows::Facts::read_network(std::string_view kind, const toml::table& one)
{
    if (kind == "adapter")
        adapters.push_back(adapter_of(one));
    else if (kind == "route")
        routes.push_back(
            {prefixed_of(text_of(one, "destination")), address_of(text_of(one, "gateway")),
             number_of<std::uint32_t>(one, "adapter")});
    else if (kind == "neighbour")
        neighbours.push_back(
            {address_of(text_of(one, "address")), mac_of(text_of(one, "mac")),
             number_of<std::uint32_t>(one, "adapter"), one["answered"].value_or(true),
             one["reachable"].value_or(false)});
    else if (kind == "socket")
    {
        SocketRow row;
        row.protocol = text_of(one, "protocol");
        row.local_address = address_of(text_of(one, "local_address"));
        row.local_port = number_of<std::uint16_t>(one, "local_port");
        row.remote_address = address_of(text_of(one, "remote_address"));
        row.remote_port = number_of<std::uint16_t>(one, "remote_port");
        row.use = row.remote_port == 0 ? SocketUse::listening : SocketUse::established;
        row.process = number_of<std::uint32_t>(one, "process");
        sockets.push_back(std::move(row));
    }
    else
        throw std::runtime_error{"recorded facts: " + std::string{kind} + " is not known"};
}

void RecordedWindows::Facts::read_row(std::string_view kind, const toml::table& one)
{
    if (kind == "wmi")
        read_class(one);
    else if (kind == "service")
        services.push_back(service_of(one));
    else if (kind == "process")
        programs.push_back(program_of(one));
    else if (kind == "device")
        devices.push_back(device_of(one));
    else if (kind == "volume")
        volumes.push_back(
            {text_of(one, "letter"), text_of(one, "label"), text_of(one, "file_system"),
             text_of(one, "kind"), text_of(one, "disk_id")});
    else if (kind == "disk")
        disks.push_back(disk_of(one));
    else if (kind == "user")
        users.push_back(
            {text_of(one, "name"), text_of(one, "sid"), number_of<std::uint32_t>(one, "flags"),
             moment_of(one, "last_logon_at"), moment_of(one, "password_set_at")});
    else if (kind == "group")
        read_group(one);
    else if (kind == "file")
        read_file(one);
    else if (kind == "event")
        events[text_of(one, "channel")].push_back(text_of(one, "xml"));
    else
        read_network(kind, one);
}

void RecordedWindows::Facts::read(const toml::table& table)
{
    for (const auto& [name, node] : table)
    {
        if (name == "system")
        {
            read_system(*node.as_table());
            continue;
        }
        const auto* rows = node.as_array();
        if (rows == nullptr)
            throw std::runtime_error{"recorded facts: " + std::string{name.str()} + " is no list"};
        for (const auto& one : *rows)
            read_row(name.str(), *one.as_table());
    }
}

RecordedWindows::RecordedWindows()
    : facts_{std::make_unique<Facts>()}
    , parts_{std::make_unique<Parts>(*facts_)}
{}

RecordedWindows::~RecordedWindows() = default;

void RecordedWindows::add(std::string_view name)
{
    const std::filesystem::path folder{MIMAMORI_SOURCE_DIR "/tests/recorded/windows"};
    bool any = false;
    const auto lay = [&](const char* ending, auto take) {
        std::ifstream file{folder / (std::string{name} + ending), std::ios::binary};
        if (!file)
            return;
        any = true;
        try
        {
            take(std::string{std::istreambuf_iterator<char>{file}, {}});
        }
        catch (const std::exception& failure)
        {
            throw std::runtime_error{std::string{name} + ending + ": " + failure.what()};
        }
    };
    // The architecture, which says where 32-bit programs write, comes with the other facts.
    lay(".toml", [&](const std::string& text) { add_facts(text); });
    lay(".reg", [&](const std::string& text) { add_registry(text); });
    if (!any)
        throw std::runtime_error{std::string{name} + ": no such recording"};
}

void RecordedWindows::add_registry(std::string_view reg)
{
    // 32-bit Windows has one face of the registry, and what is recorded for the other belongs
    // there.
    const auto placed = [&](const std::string& key) {
        constexpr std::string_view wow = R"(\WOW6432Node)";
        const auto at = key.find(wow);
        if (facts_->architecture != "x86" || at == std::string::npos)
            return key;
        return key.substr(0, at) + key.substr(at + wow.size());
    };
    read_reg_file(reg, [&](const std::string& key, const std::string& name, RegistryValue value) {
        RecordedKey& made = facts_->make_key(placed(key));
        if (value.type != ValueType::none || !name.empty())
            made.values[lower(name)] = {name, std::move(value)};
    });
}

void RecordedWindows::add_facts(std::string_view toml)
{
    facts_->read(toml::parse(toml));
}

void RecordedWindows::set_value(std::string_view key, std::string_view name, RegistryValue value)
{
    facts_->make_key(key).values[lower(name)] = {std::string{name}, std::move(value)};
}

void RecordedWindows::set_text(std::string_view key, std::string_view name, std::string_view text)
{
    set_value(key, name, {ValueType::text, utf16_of_utf8(text) + std::string(2, '\0')});
}

void RecordedWindows::set_number(std::string_view key, std::string_view name, std::uint32_t number)
{
    std::string bytes;
    for (unsigned shift = 0; shift < 32; shift += 8)
        bytes += static_cast<char>(number >> shift & 0xFFU);
    set_value(key, name, {ValueType::dword, std::move(bytes)});
}

void RecordedWindows::remove_value(std::string_view key, std::string_view name)
{
    facts_->make_key(key).values.erase(lower(name));
}

void RecordedWindows::remove_key(std::string_view key)
{
    const std::string gone = lower(key);
    std::erase_if(facts_->keys, [&](const auto& one) {
        return one.first == gone || one.first.starts_with(gone + '\\');
    });
}

void RecordedWindows::remove_wmi_namespace(std::string_view name)
{
    const std::string front = lower(name) + ':';
    std::erase_if(facts_->wmi, [&](const auto& one) { return one.first.starts_with(front); });
}

void RecordedWindows::deny_key(std::string_view key)
{
    facts_->denied_keys.insert(lower(key));
}

void RecordedWindows::hang_wmi(std::string_view name, std::string_view wmi_class)
{
    facts_->wmi[lower(std::string{name} + ':' + std::string{wmi_class})].hangs = true;
}

void RecordedWindows::fail(std::string_view part)
{
    facts_->failing.emplace(part);
}

const Machine& RecordedWindows::machine() const
{
    return parts_->machine;
}

const std::set<std::string>& RecordedWindows::asked_wmi() const
{
    return facts_->asked_wmi;
}

Result<agent::probes::KernelName> RecordedWindows::kernel_name() const
{
    return Error{Errc::unsupported, "uname: Windows has none"};
}

Result<std::string> RecordedWindows::netlink_dump(agent::probes::NetlinkTable) const
{
    return Error{Errc::unsupported, "netlink: Windows has none"};
}

Result<agent::probes::TimeState> RecordedWindows::time_state() const
{
    return Error{Errc::unsupported, "adjtimex: Windows has none"};
}

Result<std::vector<agent::probes::UnitState>> RecordedWindows::units() const
{
    return Error{Errc::unsupported, "systemd: Windows has none"};
}

} // namespace mimamori::tests
