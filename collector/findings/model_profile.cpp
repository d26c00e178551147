#include "collector/findings/model_profile.hpp"

#include "collector/rules/profile_facts.hpp"
#include "common/base/ascii.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/hash.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::findings {

namespace {

using rules::ItemKind;

constexpr std::size_t text_bytes_max = 1'024;

/// What an older form does not have is left out when it is empty, so its hash is the same.
std::string hash_of(ModelProfileFile profile)
{
    profile.sha256.clear();
    return crypto::sha256_hex(wire::to_json(profile));
}

Error wrong(std::string_view what)
{
    return {Errc::invalid_input, fmt::format("profile: {}", what)};
}

bool is_port_key(std::string_view key)
{
    if (!key.starts_with("tcp/") && !key.starts_with("udp/"))
        return false;
    const std::string_view port = key.substr(4);
    if (port.starts_with("dynamic "))
        return port.size() > 8;
    return !port.empty() && port.size() <= 5
           && std::all_of(port.begin(), port.end(), is_ascii_digit);
}

bool is_service_key(std::string_view key)
{
    // A number in it would never be met: keys have "#" for it.
    return !key.empty() && std::none_of(key.begin(), key.end(), [](char c) {
        return is_ascii_control(c) || is_ascii_digit(c) || ascii_lower(c) != c;
    });
}

bool is_hash(std::string_view text)
{
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return is_ascii_digit(c) || (c >= 'a' && c <= 'f');
           });
}

Result<void> check_keys(const ModelProfileFile& profile)
{
    struct Part
    {
        ItemKind kind;
        std::string_view words;
    };

    constexpr Part parts[] = {
        {ItemKind::port, "ports: such as tcp/445"},
        {ItemKind::service, "services: such as cups (cupsd)"},
        {ItemKind::peer, "peers: such as out inside tcp/443 viewer.exe"}};
    for (const Part& part : parts)
    {
        for (const ProfileKey& one : keys_of(profile, part.kind))
        {
            if (!is_profile_key(part.kind, one.key))
                return wrong(part.words);
        }
    }
    return {};
}

} // namespace

bool is_profile_key(ItemKind kind, std::string_view key)
{
    if (key.size() > text_bytes_max || !is_utf8(key))
        return false;
    switch (kind)
    {
    case ItemKind::port:
        return is_port_key(key);
    case ItemKind::service:
        return is_service_key(key);
    case ItemKind::peer:
        break;
    }
    return rules::parse_peer_key(key).has_value();
}

const std::vector<ProfileKey>& keys_of(const ModelProfileFile& profile, ItemKind kind)
{
    switch (kind)
    {
    case ItemKind::port:
        return profile.ports;
    case ItemKind::service:
        return profile.services;
    case ItemKind::peer:
        break;
    }
    return profile.peers;
}

std::vector<ProfileKey>& keys_of(ModelProfileFile& profile, ItemKind kind)
{
    return const_cast<std::vector<ProfileKey>&>(keys_of(std::as_const(profile), kind));
}

void seal(ModelProfileFile& profile)
{
    profile.format = profile_format;
    profile.sha256 = hash_of(profile);
}

Result<void> check_profile(const ModelProfileFile& profile)
{
    if (profile.format != profile_format && profile.format != profile_format_1)
        return wrong("not a profile of this form");
    if (std::max({profile.ports.size(), profile.services.size(), profile.peers.size()})
            > profile_keys_max
        || profile.programs.size() > profile_programs_max)
        return Error{
            Errc::too_large,
            fmt::format(
                "profile: at most {} ports, services and peers each, and {} programs",
                profile_keys_max, profile_programs_max)};
    if (profile.sha256 != hash_of(profile))
        return wrong("it was changed or damaged after it was written");
    if (profile.model.empty() || profile.model.size() > text_bytes_max)
        return wrong("model: 1 to 1024 bytes");
    if (profile.hospital.size() > text_bytes_max)
        return wrong("hospital: at most 1024 bytes");
    if (auto good = check_keys(profile); !good)
        return good;
    for (const ProfileProgram& program : profile.programs)
    {
        for (const std::string* text :
             {&program.path, &program.signer, &program.product, &program.version})
        {
            if (text->size() > text_bytes_max)
                return wrong("programs: a text is too long");
        }
        if (program.path.empty() || !is_hash(program.sha256))
            return wrong("programs: each has a path and the SHA-256 of its content");
    }
    return {};
}

} // namespace mimamori::collector::findings
