#include "agent/antivirus/definitions_store.hpp"

#include "common/platform/file.hpp"
#include "common/wire/signed_document.hpp"

#include <utility>

namespace mimamori::agent::antivirus {

DefinitionsStore::DefinitionsStore(
    std::filesystem::path file, std::vector<crypto::Ed25519PublicKey> keys)
    : file_{std::move(file)}
    , keys_{std::move(keys)}
    , current_{std::shared_ptr<const Definitions>{}, &embedded_definitions()} // Never freed.
{}

Result<Definitions> DefinitionsStore::checked(std::string_view signed_text, Date today) const
{
    const auto document = wire::parse_signed_document(signed_text);
    if (!document)
        return document.error();
    const wire::SignedDocumentPolicy policy{
        .name = "antivirus_sources",
        .newest_version = current_->version,
        .today = today,
        .keys = keys_,
    };
    if (auto passed = wire::check_signed_document(*document, policy); !passed)
        return passed.error();
    auto definitions = parse_definitions(document->payload);
    if (!definitions)
        return definitions.error();
    if (definitions->name != document->name || definitions->version != document->version
        || definitions->expires != document->expires)
        return Error{
            Errc::invalid_input,
            "antivirus definitions: name, version or expiry differ from the signed ones"};
    return definitions;
}

Result<void> DefinitionsStore::load()
{
    const auto text = platform::read_file(file_, 2 * wire::signed_payload_bytes_max);
    if (!text && text.error().code == Errc::not_found)
        return {};
    if (!text)
        return text.error();
    // The first day there is: see the header about expiry.
    auto definitions = checked(*text, Date{});
    if (!definitions)
        return definitions.error().in("read " + file_.string());
    current_ = std::make_shared<const Definitions>(std::move(*definitions));
    return {};
}

Result<void> DefinitionsStore::offer(std::string_view signed_text, Date today)
{
    auto definitions = checked(signed_text, today);
    if (!definitions)
        return definitions.error();
    if (auto kept = platform::replace_file(file_, signed_text, platform::FileAccess::owner_only);
        !kept)
        return kept.error().in("keep antivirus definitions");
    current_ = std::make_shared<const Definitions>(std::move(*definitions));
    return {};
}

} // namespace mimamori::agent::antivirus
