#include "collector/pki/web_certificate.hpp"

#include "collector/pki/ca_folder.hpp"
#include "common/log/log.hpp"
#include "common/platform/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace mimamori::collector::pki {
namespace {

namespace fs = std::filesystem;

constexpr days web_ca_lifetime{10 * 365};

/// What browsers accept at most is 398 days.
constexpr days web_lifetime{397};

constexpr int generations_max = 99;

struct KeyAndChain
{
    tls::PrivateKey key;
    std::vector<tls::Certificate> chain;
};

Result<KeyAndChain> read_pair(const fs::path& certificate_file, const fs::path& key_file)
{
    const auto pem = platform::read_file(certificate_file, tls::pem_size_max_bytes);
    if (!pem)
        return pem.error();
    auto chain = tls::Certificate::all_from_pem(*pem);
    if (!chain)
        return std::move(chain).error().in("read " + certificate_file.string());
    const auto key_pem = platform::read_file(key_file, tls::pem_size_max_bytes);
    if (!key_pem)
        return key_pem.error();
    if (auto checked = check_private_file(key_file); !checked)
        return std::move(checked).error();
    auto key = tls::PrivateKey::from_pem(*key_pem);
    if (!key)
        return std::move(key).error().in("read " + key_file.string());
    if (key->public_key().fingerprint() != chain->front().public_key().fingerprint())
        return Error{
            Errc::invalid_input, key_file.string() + " is not the key of the first certificate in "
                                     + certificate_file.string()};
    return KeyAndChain{std::move(*key), std::move(*chain)};
}

Result<void> write_pair(
    const fs::path& folder,
    const std::string& stem,
    const tls::PrivateKey& key,
    const tls::Certificate& certificate)
{
    if (auto done = platform::replace_file(
            folder / (stem + ".key"), key.to_pem(), platform::FileAccess::owner_only);
        !done)
        return done;
    return platform::replace_file(folder / (stem + ".pem"), certificate.to_pem());
}

/// Names in one order, for comparing and as a CA's memory of what it may vouch for.
std::string text_of(const tls::ServerNames& names)
{
    std::vector<std::string> all = names.dns_names;
    all.insert(all.end(), names.addresses.begin(), names.addresses.end());
    std::sort(all.begin(), all.end());
    return fmt::format("{}\n", fmt::join(all, "\n"));
}

std::string stem_of(int number)
{
    return fmt::format("web_ca-{}", number);
}

Result<KeyAndChain> make_web_ca(
    const fs::path& folder, int number, const tls::ServerNames& names, Timestamp now)
{
    auto key = tls::PrivateKey::generate();
    if (!key)
        return std::move(key).error();
    auto ca = tls::make_web_ca(
        *key, fmt::format("mimamori web {}", number), names, {now, now + web_ca_lifetime});
    if (!ca)
        return std::move(ca).error();
    if (auto kept = platform::replace_file(folder / (stem_of(number) + ".names"), text_of(names));
        !kept)
        return std::move(kept).error();
    if (auto kept = write_pair(folder, stem_of(number), *key, *ca); !kept)
        return std::move(kept).error();
    log::warn(
        "web port: made a new CA; put {} into the browsers",
        (folder / (stem_of(number) + ".pem")).string());
    return KeyAndChain{std::move(*key), {std::move(*ca)}};
}

/// The newest CA that may vouch for `names` and outlives a new certificate, or a new one.
Result<KeyAndChain> find_web_ca(const WebCertificateOptions& options, Timestamp now)
{
    int newest = 0;
    for (int number = generations_max; number >= 1; --number)
    {
        const fs::path stem = options.folder / stem_of(number);
        const auto names = platform::read_file(stem.string() + ".names");
        if (!names)
            continue;
        newest = std::max(newest, number);
        if (*names != text_of(options.names))
            continue;
        auto ca = read_pair(stem.string() + ".pem", stem.string() + ".key");
        if (!ca)
            return ca;
        if (ca->chain.front().info().not_after > now + web_lifetime)
            return ca;
    }
    return make_web_ca(options.folder, newest + 1, options.names, now);
}

bool is_for(const tls::CertificateInfo& info, const tls::ServerNames& names)
{
    return text_of({info.dns_names, info.addresses}) == text_of(names);
}

Result<KeyAndChain> own_certificate(
    const WebCertificateOptions& options, const KeyAndChain& ca, Timestamp now)
{
    const fs::path certificate_file = options.folder / "web.pem";
    const fs::path key_file = options.folder / "web.key";
    std::error_code ignored;
    if (fs::exists(certificate_file, ignored))
    {
        auto kept = read_pair(certificate_file, key_file);
        if (!kept)
            return kept;
        const tls::Certificate& leaf = kept->chain.front();
        const tls::CertificateInfo info = leaf.info();
        const auto renew_at = info.not_before + (info.not_after - info.not_before) * 2 / 3;
        if (now < renew_at && is_for(info, options.names) && leaf.is_issued_by(ca.chain.front()))
            return kept;
    }
    auto key = tls::PrivateKey::generate();
    if (!key)
        return std::move(key).error();
    auto leaf = tls::issue_server(
        {ca.chain.front(), ca.key}, key->public_key(), options.names, {now, now + web_lifetime});
    if (!leaf)
        return std::move(leaf).error();
    if (auto kept = write_pair(options.folder, "web", *key, *leaf); !kept)
        return std::move(kept).error();
    return KeyAndChain{std::move(*key), {std::move(*leaf)}};
}

Expiry expiry_of(Expiry::What what, const tls::Certificate& certificate, bool renews_itself)
{
    const tls::CertificateInfo info = certificate.info();
    return {what, info.common_name, info.not_after, renews_itself};
}

} // namespace

Result<WebCertificate> load_web_certificate(const WebCertificateOptions& options, Timestamp now)
{
    if (options.certificate_file.empty() != options.key_file.empty())
        return Error{
            Errc::invalid_input, "the web port needs both a certificate file and a key file"};
    if (!options.certificate_file.empty())
    {
        auto pair = read_pair(options.certificate_file, options.key_file);
        if (!pair)
            return std::move(pair).error().in("web port");
        const Expiry expiry = expiry_of(Expiry::What::web_port, pair->chain.front(), false);
        return WebCertificate{{std::move(pair->key), std::move(pair->chain)}, {expiry}};
    }

    auto ca = find_web_ca(options, now);
    if (!ca)
        return std::move(ca).error().in("web port");
    auto leaf = own_certificate(options, *ca, now);
    if (!leaf)
        return std::move(leaf).error().in("web port");
    const std::vector<Expiry> expiries{
        expiry_of(Expiry::What::web_ca, ca->chain.front(), false),
        expiry_of(Expiry::What::web_port, leaf->chain.front(), true)};
    std::vector<tls::Certificate> chain = std::move(leaf->chain);
    chain.push_back(ca->chain.front());
    return WebCertificate{{std::move(leaf->key), std::move(chain)}, expiries};
}

} // namespace mimamori::collector::pki
