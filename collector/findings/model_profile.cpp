#include "collector/findings/model_profile.hpp"

#include "common/crypto/hash.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::findings {

namespace {

constexpr std::size_t text_bytes_max = 1'024;

std::string hash_of(ModelProfileFile profile)
{
    profile.sha256.clear();
    return crypto::sha256_hex(wire::to_json(profile));
}

Error wrong(std::string_view what)
{
    return {Errc::invalid_input, fmt::format("profile: {}", what)};
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_port_key(std::string_view key)
{
    if (!key.starts_with("tcp/") && !key.starts_with("udp/"))
        return false;
    const std::string_view port = key.substr(4);
    if (port.starts_with("dynamic "))
        return port.size() > 8;
    return !port.empty() && port.size() <= 5 && std::all_of(port.begin(), port.end(), is_digit);
}

bool is_hash(std::string_view text)
{
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'f');
           });
}

} // namespace

void seal(ModelProfileFile& profile)
{
    profile.format = profile_format;
    profile.sha256 = hash_of(profile);
}

Result<void> check_profile(const ModelProfileFile& profile)
{
    if (profile.format != profile_format)
        return wrong("not a profile of this form");
    if (profile.ports.size() > profile_ports_max || profile.programs.size() > profile_programs_max)
        return Error{
            Errc::too_large, fmt::format(
                                 "profile: at most {} ports and {} programs", profile_ports_max,
                                 profile_programs_max)};
    if (profile.sha256 != hash_of(profile))
        return wrong("it was changed or damaged after it was written");
    if (profile.model.empty() || profile.model.size() > text_bytes_max)
        return wrong("model: 1 to 1024 bytes");
    if (profile.hospital.size() > text_bytes_max)
        return wrong("hospital: at most 1024 bytes");
    for (const ProfilePort& port : profile.ports)
    {
        if (port.key.size() > text_bytes_max || !is_port_key(port.key))
            return wrong("ports: such as tcp/445");
    }
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
