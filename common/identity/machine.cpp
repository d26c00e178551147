#include "common/identity/machine.hpp"

#include "common/base/utf8.hpp"

#include <algorithm>
#include <array>

namespace mimamori::identity {
namespace {

constexpr std::size_t text_size_max_bytes = 256;

/// What makers leave in SMBIOS instead of a number, in small letters, without blanks, dots, hyphens
/// and underscores. Seen in inventories of real fleets; FusionInventory, OCS and the kernel's DMI
/// matching carry similar lists.
constexpr std::array junk_numbers{
    std::string_view{"tobefilledbyoem"},
    std::string_view{"tobefilled"},
    std::string_view{"filledbyoem"},
    std::string_view{"oem"},
    std::string_view{"oemdefault"},
    std::string_view{"defaultstring"},
    std::string_view{"default"},
    std::string_view{"systemserialnumber"},
    std::string_view{"serialnumber"},
    std::string_view{"serial"},
    std::string_view{"chassisserialnumber"},
    std::string_view{"baseboardserialnumber"},
    std::string_view{"boardserialnumber"},
    std::string_view{"type2boardserialnumber"},
    std::string_view{"systemproductname"},
    std::string_view{"systemmanufacturer"},
    std::string_view{"notspecified"},
    std::string_view{"notavailable"},
    std::string_view{"notapplicable"},
    std::string_view{"notsettable"},
    std::string_view{"notdefined"},
    std::string_view{"undefined"},
    std::string_view{"unknown"},
    std::string_view{"unknow"},
    std::string_view{"invalid"},
    std::string_view{"none"},
    std::string_view{"null"},
    std::string_view{"n/a"},
    std::string_view{"na"},
    std::string_view{"empty"},
    std::string_view{"error"},
    std::string_view{"test"},
    std::string_view{"0123456789"},
    std::string_view{"012345678"},
    std::string_view{"01234567"},
    std::string_view{"0123456789abcdef"},
    std::string_view{"12345678"},
    std::string_view{"123456789"},
    std::string_view{"1234567890"},
    std::string_view{"123456"},
    std::string_view{"12345"},
    std::string_view{"1234"},
    std::string_view{"9876543210"},
    std::string_view{"mb1234567890"},
    std::string_view{"sys1234567890"},
    std::string_view{"bsn12345678901234567890"},
    std::string_view{"ssn12345678901234567890"},
    std::string_view{"csn12345678901234567890"},
    std::string_view{"eb1234567890"},
    std::string_view{"abcdefghijkl"},
};

/// UUIDs that firmware ships with, in small letters with hyphens: the two byte orders of AMI's
/// default, samples from makers' tools, and Dell's form with a service tag of blanks.
constexpr std::array junk_uuids{
    std::string_view{"03000200-0400-0500-0006-000700080009"},
    std::string_view{"00020003-0004-0005-0006-000700080009"},
    std::string_view{"12345678-1234-5678-90ab-cddeefaabbcc"},
    std::string_view{"12345678-1234-5678-1234-567812345678"},
    std::string_view{"01234567-89ab-cdef-0123-456789abcdef"},
    std::string_view{"00112233-4455-6677-8899-aabbccddeeff"},
    std::string_view{"11111111-2222-3333-4444-555555555555"},
    std::string_view{"11111111-1111-1111-1111-111111111111"},
    std::string_view{"fefefefe-fefe-fefe-fefe-fefefefefefe"},
    std::string_view{"4c4c4544-0020-2010-8020-80c04f202020"},
    std::string_view{"4c4c4544-0000-2010-8020-80c04f202020"},
    std::string_view{"00000000-0000-0000-0000-000000000001"},
};

/// Addresses (or their beginnings) of adapters that exist in software, the same on many machines.
/// Those with the "locally administered" bit need no entry.
constexpr std::array junk_macs{
    std::string_view{"00:05:9a:3c:7a:00"}, // Cisco VPN
    std::string_view{"00:09:0f:fe:00:01"}, // Fortinet VPN
    std::string_view{"00:09:0f:aa:00:01"}, // Fortinet VPN
    std::string_view{"00:50:56:c0:00:01"}, // VMware host-only
    std::string_view{"00:50:56:c0:00:08"}, // VMware NAT
    std::string_view{"00:1c:42:00:00:08"}, // Parallels
    std::string_view{"00:1c:42:00:00:09"}, // Parallels
    std::string_view{"00:53:45:00:00:00"}, // Windows RAS
    std::string_view{"20:41:53:59:4e:ff"}, // Windows RAS async
    std::string_view{"44:45:53:54"},       // Windows PPP ("DEST")
    std::string_view{"50:50:54:50:30:30"}, // Windows PPTP
    std::string_view{"80:00:60:0f:e8:00"}, // Windows Mobile sync
    std::string_view{"00:ff:"},            // TAP drivers of VPNs
    std::string_view{"00:00:00:00"},       // never set
};

constexpr std::array junk_hostnames{
    std::string_view{"localhost"}, std::string_view{"localhost.localdomain"},
    std::string_view{"(none)"},    std::string_view{"minwinpc"},
    std::string_view{"debian"},    std::string_view{"ubuntu"},
};

template <std::size_t n>
bool contains(const std::array<std::string_view, n>& all, std::string_view value)
{
    return std::find(all.begin(), all.end(), value) != all.end();
}

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string normal_text(std::string_view text)
{
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    std::string out;
    for (const char c : utf8_prefix(text, text_size_max_bytes))
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

bool is_hex_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/// "00:11:22:33:44:55" from any of the usual spellings; empty for anything else.
std::string normal_mac(std::string_view text)
{
    std::string digits;
    for (const char c : normal_text(text))
    {
        if (c == ':' || c == '-' || c == '.')
            continue;
        if (!is_hex_digit(c))
            return {};
        digits += c;
    }
    if (digits.size() != 12)
        return {};
    for (std::size_t at = 10; at > 0; at -= 2)
        digits.insert(at, ":");
    return digits;
}

std::string normal(FactKind kind, std::string_view value)
{
    std::string text = kind == FactKind::mac ? normal_mac(value) : normal_text(value);
    if (kind == FactKind::uuid)
        std::erase_if(text, [](char c) { return c == '{' || c == '}'; });
    return text;
}

/// "To Be Filled By O.E.M." and "to-be-filled-by-oem" are one.
std::string skeleton_of(std::string_view text)
{
    std::string out;
    for (const char c : text)
    {
        if (!is_blank(c) && c != '.' && c != '-' && c != '_' && c != ':' && c != '*')
            out += c;
    }
    return out;
}

bool is_one_character(std::string_view text)
{
    return text.find_first_not_of(text.front()) == std::string_view::npos;
}

/// A number made of one character, or one from the list, or too short to tell machines apart.
bool is_junk_number(std::string_view value)
{
    constexpr std::size_t size_min = 4;
    const std::string skeleton = skeleton_of(value);
    return skeleton.size() < size_min || is_one_character(skeleton)
           || contains(junk_numbers, skeleton);
}

bool is_junk_uuid(std::string_view value)
{
    constexpr std::size_t digits_of_a_uuid = 32;
    const std::string skeleton = skeleton_of(value);
    if (skeleton.size() != digits_of_a_uuid
        || !std::all_of(skeleton.begin(), skeleton.end(), is_hex_digit))
        return true;
    return is_one_character(skeleton) || contains(junk_uuids, value);
}

bool is_junk_mac(std::string_view value)
{
    if (value.empty())
        return true;
    // Of the first byte: bit 0 is multicast, bit 1 "locally administered" (software, randomised).
    constexpr std::string_view universal_unicast = "048c";
    if (universal_unicast.find(value[1]) == std::string_view::npos)
        return true;
    return std::any_of(junk_macs.begin(), junk_macs.end(), [&](std::string_view known) {
        return value.starts_with(known);
    });
}

bool is_junk_normal(FactKind kind, std::string_view value)
{
    if (value.empty())
        return true;
    switch (kind)
    {
    case FactKind::uuid:
        return is_junk_uuid(value);
    case FactKind::mac:
        return is_junk_mac(value);
    case FactKind::hostname:
        return contains(junk_hostnames, value);
    case FactKind::serial:
    case FactKind::board_serial:
    case FactKind::disk_serial:
        return is_junk_number(value);
    }
    return true;
}

void add(std::vector<Fact>& facts, FactKind kind, std::string_view value)
{
    std::string text = normal(kind, value);
    if (!is_junk_normal(kind, text))
        facts.push_back({kind, std::move(text)});
}

void add_all(std::vector<Fact>& facts, FactKind kind, const std::vector<std::string>& values)
{
    for (std::size_t i = 0; i < std::min(values.size(), facts_of_a_kind_max); ++i)
        add(facts, kind, values[i]);
}

void blank_junk(FactKind kind, std::string& value)
{
    value = std::string{utf8_prefix(value, text_size_max_bytes)};
    if (is_junk(kind, value))
        value.clear();
}

void drop_junk(FactKind kind, std::vector<std::string>& values)
{
    if (values.size() > facts_of_a_kind_max)
        values.resize(facts_of_a_kind_max);
    for (std::string& value : values)
        blank_junk(kind, value);
    std::erase_if(values, [](const std::string& value) { return value.empty(); });
}

} // namespace

std::string_view to_text(FactKind kind)
{
    switch (kind)
    {
    case FactKind::uuid:
        return "uuid";
    case FactKind::serial:
        return "serial";
    case FactKind::board_serial:
        return "board_serial";
    case FactKind::disk_serial:
        return "disk_serial";
    case FactKind::mac:
        return "mac";
    case FactKind::hostname:
        return "hostname";
    }
    return "";
}

bool is_junk(FactKind kind, std::string_view value)
{
    return is_junk_normal(kind, normal(kind, value));
}

std::vector<Fact> fingerprint_of(const wire::MachineFacts& machine)
{
    std::vector<Fact> facts;
    add(facts, FactKind::uuid, machine.uuid);
    add(facts, FactKind::serial, machine.serial);
    add(facts, FactKind::board_serial, machine.board_serial);
    add_all(facts, FactKind::disk_serial, machine.disk_serials);
    add_all(facts, FactKind::mac, machine.macs);
    add(facts, FactKind::hostname, machine.hostname);
    std::sort(facts.begin(), facts.end());
    facts.erase(std::unique(facts.begin(), facts.end()), facts.end());
    return facts;
}

wire::MachineFacts without_junk(wire::MachineFacts machine)
{
    machine.hostname = std::string{utf8_prefix(machine.hostname, text_size_max_bytes)};
    blank_junk(FactKind::uuid, machine.uuid);
    blank_junk(FactKind::serial, machine.serial);
    blank_junk(FactKind::board_serial, machine.board_serial);
    drop_junk(FactKind::disk_serial, machine.disk_serials);
    drop_junk(FactKind::mac, machine.macs);
    for (std::string* text : {&machine.os, &machine.vendor, &machine.model})
        *text = std::string{utf8_prefix(*text, text_size_max_bytes)};
    return machine;
}

} // namespace mimamori::identity
