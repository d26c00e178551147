#include "collector/ctl/signing.hpp"

#include "collector/knowledge/knowledge_file.hpp"
#include "common/base/encoding.hpp"
#include "common/crypto/signature.hpp"
#include "common/platform/file.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/signed_document.hpp"

#include <fmt/format.h>

#include <system_error>

namespace mimamori::collector::ctl {
namespace {

constexpr std::size_t key_bytes_max = 4096;

} // namespace

Result<std::string> make_site_key(const std::filesystem::path& file)
{
    std::error_code ec;
    if (std::filesystem::exists(file, ec))
        return Error{Errc::conflict, file.string() + " is there already"};
    const auto key = crypto::Ed25519PrivateKey::generate();
    const auto kept = platform::replace_file(file, key.to_pem(), platform::FileAccess::owner_only);
    if (!kept)
        return kept.error();
    return to_hex(key.public_key());
}

Result<std::string> sign_knowledge(
    const std::filesystem::path& key_file,
    const std::filesystem::path& knowledge_file,
    const std::filesystem::path& out)
{
    const auto pem = platform::read_file(key_file, key_bytes_max);
    if (!pem)
        return pem.error();
    const auto key = crypto::Ed25519PrivateKey::from_pem(*pem);
    if (!key)
        return Error{key.error()}.in(key_file.string());
    auto payload = platform::read_file(knowledge_file, wire::signed_payload_bytes_max);
    if (!payload)
        return payload.error();
    const auto json = wire::parse_json(*payload, knowledge::knowledge_limits);
    if (!json)
        return Error{json.error()}.in(knowledge_file.string());
    knowledge::KnowledgeHead head;
    if (auto done = wire::decode(*json, head, {}); !done)
        return Error{done.error()}.in(knowledge_file.string());
    const auto document =
        wire::sign_document(head.name, head.version, head.expires, std::move(*payload), *key);
    const auto kept = platform::replace_file(out, wire::to_json(document));
    if (!kept)
        return kept.error();
    return fmt::format(
        "{} {} signed with key {}, good until {}\n", head.name, head.version, document.key_id,
        to_iso_date(head.expires));
}

} // namespace mimamori::collector::ctl
