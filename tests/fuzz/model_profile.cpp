#include "collector/findings/model_profile.hpp"

#include "collector/rules/profile_facts.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mimamori;
using namespace mimamori::collector;
using rules::ItemKind;

/// What devices tell becomes keys that profiles can have.
void try_keys(const std::string& text)
{
    wire::Service service;
    service.name = text;
    service.command = text;
    wire::RemotePeer peer{text, static_cast<std::uint16_t>(text.size() * 997), "out", text};
    const std::string key = rules::peer_key(rules::peer_kind(peer));
    const auto parsed = rules::parse_peer_key(key);
    if (!parsed || rules::peer_key(*parsed) != key)
        std::abort();
    if (const auto any = rules::parse_peer_key(text); any && rules::peer_key(*any) != text)
        std::abort();
    const std::string named = rules::service_key(service);
    for (const char c : named)
    {
        if (c >= '0' && c <= '9')
            std::abort();
    }
}

} // namespace

/// A profile of another hospital is taken, or refused; what was taken can be written and read
/// again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{reinterpret_cast<const char*>(data), size};
    try_keys(text);
    auto profile = wire::from_json<findings::ModelProfileFile>(text);
    if (!profile)
        return 0;
    findings::seal(*profile); // Else the hash would refuse nearly all.
    if (!findings::check_profile(*profile))
        return 0;
    for (const ItemKind kind : {ItemKind::port, ItemKind::service, ItemKind::peer})
    {
        for (const findings::ProfileKey& one : findings::keys_of(*profile, kind))
        {
            if (!findings::is_profile_key(kind, one.key))
                std::abort();
        }
    }
    const auto again = wire::from_json<findings::ModelProfileFile>(wire::to_json(*profile));
    if (!again || !(*again == *profile) || !findings::check_profile(*again))
        std::abort();
    return 0;
}
