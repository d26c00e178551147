#include "common/wire/signed_document.hpp"

#include "common/base/utf8.hpp"
#include "common/wire/json_reader.hpp"

#include <fmt/format.h>

#include "embed/publisher_key_files.hpp"
#include <algorithm>
#include <utility>

namespace mimamori::wire {
namespace {

bool is_document_name(std::string_view name)
{
    constexpr std::size_t name_bytes_max = 64;
    return !name.empty() && name.size() <= name_bytes_max
           && std::all_of(name.begin(), name.end(), [](char c) {
                  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
              });
}

} // namespace

std::string signed_bytes(const SignedDocument& document)
{
    return fmt::format(
        "mimamori signed document 1\n{}\n{}\n{}\n{}", document.name, document.version,
        to_iso_date(document.expires), document.payload);
}

SignedDocument sign_document(
    std::string name,
    std::uint64_t version,
    Date expires,
    std::string payload,
    const crypto::Ed25519PrivateKey& key)
{
    SignedDocument document;
    document.name = std::move(name);
    document.version = version;
    document.expires = expires;
    document.key_id = crypto::key_id_of(key.public_key());
    document.payload = std::move(payload);
    document.signature = to_hex(key.sign(signed_bytes(document)));
    return document;
}

Result<SignedDocument> parse_signed_document(std::string_view text)
{
    // JSON writes a quote in two bytes; most of a payload's bytes stay one.
    const JsonLimits limits{
        .bytes_max = 2 * signed_payload_bytes_max,
        .depth_max = 2,
        .values_max = 32,
        .elements_max = 32,
        .string_bytes_max = signed_payload_bytes_max,
    };
    auto document = from_json<SignedDocument>(text, limits);
    if (!document)
        return std::move(document).error().in("signed document");
    if (!is_document_name(document->name))
        return Error{Errc::invalid_input, "signed document: name: " + for_log(document->name)};
    return document;
}

Result<void> check_signed_document(
    const SignedDocument& document, const SignedDocumentPolicy& policy)
{
    // The signature first: nothing of an unsigned text is worth an answer.
    const auto bytes = from_hex(document.signature);
    crypto::Ed25519Signature signature{};
    if (!bytes || bytes->size() != signature.size())
        return Error{Errc::forbidden, "signed document: the signature is malformed"};
    std::copy(bytes->begin(), bytes->end(), signature.begin());

    const auto key =
        std::find_if(policy.keys.begin(), policy.keys.end(), [&](const auto& candidate) {
            return crypto::key_id_of(candidate) == document.key_id;
        });
    if (key == policy.keys.end())
        return Error{
            Errc::forbidden,
            "signed document: key " + for_log(document.key_id) + " is not one we accept"};
    if (!crypto::verify_ed25519(*key, signed_bytes(document), signature))
        return Error{
            Errc::forbidden,
            "signed document: the signature of key " + document.key_id + " does not fit"};

    if (document.name != policy.name)
        return Error{
            Errc::invalid_input,
            fmt::format("signed document: this is {}, not {}", document.name, policy.name)};
    if (document.expires < policy.today)
        return Error{
            Errc::invalid_input, fmt::format(
                                     "signed document: {} {} expired on {}", document.name,
                                     document.version, to_iso_date(document.expires))};
    if (document.version <= policy.newest_version)
        return Error{
            Errc::conflict, fmt::format(
                                "signed document: {} {} is not newer than {}", document.name,
                                document.version, policy.newest_version)};
    return {};
}

Result<std::vector<crypto::Ed25519PublicKey>> parse_key_list(std::string_view text)
{
    std::vector<crypto::Ed25519PublicKey> keys;
    for (std::size_t number = 1; !text.empty(); ++number)
    {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos || line.front() == '#')
            continue;
        line = line.substr(0, line.find_first_of(" \t\r"));
        auto key = crypto::parse_ed25519_key(line);
        if (!key)
            return std::move(key).error().in(fmt::format("line {}", number));
        keys.push_back(*key);
    }
    return keys;
}

std::vector<crypto::Ed25519PublicKey> publisher_keys()
{
    const auto* file = find_embedded(embedded::files(), "publisher_keys.txt");
    return parse_key_list(file->text()).value();
}

} // namespace mimamori::wire
