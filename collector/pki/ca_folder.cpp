#include "collector/pki/ca_folder.hpp"

#include "common/base/utf8.hpp"
#include "common/platform/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace mimamori::collector::pki {
namespace {

namespace fs = std::filesystem;

constexpr int generations_max = 99;

/// Agents and collectors of a site may differ by this much without harm.
constexpr std::chrono::minutes backdating{5};

std::string stem_of(std::string_view family, int number)
{
    return fmt::format("{}-{}", family, number);
}

/// Absent and encrypted keys are the same to us: somebody keeps them.
Result<std::optional<tls::PrivateKey>> read_key(
    const fs::path& path, const tls::Certificate& certificate)
{
    const auto pem = platform::read_file(path, tls::pem_size_max_bytes);
    if (!pem && pem.error().code == Errc::not_found)
        return std::optional<tls::PrivateKey>{};
    if (!pem)
        return pem.error();
    if (auto checked = check_private_file(path); !checked)
        return std::move(checked).error();
    auto key = tls::PrivateKey::from_pem(*pem);
    if (!key && key.error().code == Errc::unauthenticated)
        return std::optional<tls::PrivateKey>{};
    if (!key)
        return std::move(key).error().in("read " + path.string());
    if (key->public_key().fingerprint() != certificate.public_key().fingerprint())
        return Error{Errc::invalid_input, path.string() + " does not belong to its certificate"};
    return std::optional{std::move(*key)};
}

Result<std::vector<CaGeneration>> read_family(const fs::path& folder, std::string_view family)
{
    std::vector<CaGeneration> generations;
    for (int number = 1; number <= generations_max; ++number)
    {
        const fs::path path = folder / (stem_of(family, number) + ".pem");
        const auto pem = platform::read_file(path, tls::pem_size_max_bytes);
        if (!pem && pem.error().code == Errc::not_found)
            continue; // Old generations may have been taken away.
        if (!pem)
            return pem.error();
        auto certificate = tls::Certificate::from_pem(*pem);
        if (!certificate)
            return std::move(certificate).error().in("read " + path.string());
        if (!certificate->info().is_ca)
            return Error{Errc::invalid_input, path.string() + " is not the certificate of a CA"};
        auto key = read_key(folder / (stem_of(family, number) + ".key"), *certificate);
        if (!key)
            return std::move(key).error();
        generations.push_back({number, std::move(*certificate), std::move(*key)});
    }
    if (generations.empty())
        return Error{
            Errc::not_found,
            fmt::format("{} is not there", (folder / (stem_of(family, 1) + ".pem")).string())};
    return generations;
}

/// The key first: a certificate without its key would stop the next start.
Result<void> write_generation(
    const fs::path& folder,
    std::string_view family,
    int number,
    const std::string& key_pem,
    const tls::Certificate& certificate)
{
    const std::string stem = stem_of(family, number);
    if (auto done = platform::replace_file(
            folder / (stem + ".key"), key_pem, platform::FileAccess::owner_only);
        !done)
        return done;
    return platform::replace_file(folder / (stem + ".pem"), certificate.to_pem());
}

int next_number(const std::vector<CaGeneration>& generations)
{
    return generations.empty() ? 1 : generations.back().number + 1;
}

Result<void> make_issuing_ca(
    const fs::path& folder,
    const tls::Issuer& root,
    tls::CaPurpose purpose,
    int number,
    Timestamp now)
{
    const std::string_view family = purpose == tls::CaPurpose::agents ? "agents" : "servers";
    auto key = tls::PrivateKey::generate();
    if (!key)
        return std::move(key).error();
    // Named after its root, so that people see what belongs together.
    const std::string name =
        fmt::format("{}, {} {}", root.certificate.info().common_name, family, number);
    const tls::Validity validity{now - backdating, now + issuing_lifetime};
    const auto certificate = tls::issue_ca(root, key->public_key(), name, purpose, validity);
    if (!certificate)
        return certificate.error();
    return write_generation(folder, family, number, key->to_pem(), *certificate);
}

Result<void> make_issuing_cas(
    const fs::path& folder, const tls::Issuer& root, const CaFolder& old, Timestamp now)
{
    if (auto made =
            make_issuing_ca(folder, root, tls::CaPurpose::agents, next_number(old.agents), now);
        !made)
        return std::move(made).error().in("make the agents' CA");
    if (auto made =
            make_issuing_ca(folder, root, tls::CaPurpose::servers, next_number(old.servers), now);
        !made)
        return std::move(made).error().in("make the servers' CA");
    return {};
}

/// A root and issuing CAs below it, of the generation after `old`.
Result<void> make_generation(
    const fs::path& folder,
    const CaFolder& old,
    std::string_view site_name,
    Timestamp now,
    std::string_view passphrase)
{
    const int number = next_number(old.roots);
    auto key = tls::PrivateKey::generate();
    if (!key)
        return std::move(key).error();
    // A common name holds 64 characters, and those of the CAs below end in ", servers 99".
    constexpr std::size_t site_name_max_bytes = 30;
    const std::string name =
        fmt::format("mimamori {} root {}", utf8_prefix(site_name, site_name_max_bytes), number);
    const auto root = tls::make_root(*key, name, {now - backdating, now + root_lifetime});
    if (!root)
        return root.error();
    auto key_pem =
        passphrase.empty() ? Result<std::string>{key->to_pem()} : key->to_encrypted_pem(passphrase);
    if (!key_pem)
        return std::move(key_pem).error();
    // The root first: an issuing CA without its root would stop the next start, a root without
    // issuing CAs does not.
    if (auto written = write_generation(folder, "root", number, *key_pem, *root); !written)
        return written;
    return make_issuing_cas(folder, {*root, *key}, old, now);
}

Result<void> make_private_folder(const fs::path& folder)
{
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (!failed)
        fs::permissions(folder, fs::perms::owner_all, failed);
    if (failed)
        return Error{Errc::io, fmt::format("create {}: {}", folder.string(), failed.message())};
    return {};
}

bool is_in_force(const CaGeneration& ca, Timestamp now)
{
    const tls::CertificateInfo info = ca.certificate.info();
    return info.not_before <= now && now < info.not_after;
}

/// The newest of `all` in force that has a key and of which `accepted` is true.
template <class Accepted>
const CaGeneration* newest_usable(
    const std::vector<CaGeneration>& all, Timestamp now, Accepted accepted)
{
    const auto found = std::find_if(all.rbegin(), all.rend(), [&](const CaGeneration& ca) {
        return ca.key && is_in_force(ca, now) && accepted(ca);
    });
    return found == all.rend() ? nullptr : &*found;
}

} // namespace

Result<void> check_private_file(const fs::path& path)
{
    std::error_code failed;
    const fs::perms mode = fs::status(path, failed).permissions();
    if (failed)
        return Error{Errc::io, fmt::format("look at {}: {}", path.string(), failed.message())};
    if ((mode & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none)
        return Error{
            Errc::forbidden, fmt::format(
                                 "{} can be read by others (mode {:o}); it must be 0600",
                                 path.string(), static_cast<unsigned>(mode))};
    return {};
}

Result<CaFolder> create_site_authority(
    const fs::path& folder, std::string_view site_name, Timestamp now, std::string_view passphrase)
{
    std::error_code ignored;
    for (const char* family : {"root", "agents", "servers"})
    {
        const fs::path path = folder / (stem_of(family, 1) + ".pem");
        if (fs::exists(path, ignored))
            return Error{Errc::conflict, path.string() + " is there already"};
    }
    if (auto made = make_private_folder(folder); !made)
        return std::move(made).error();
    if (auto made = make_generation(folder, {}, site_name, now, passphrase); !made)
        return std::move(made).error();
    return load_ca_folder(folder);
}

Result<CaFolder> load_ca_folder(const fs::path& folder)
{
    CaFolder cas;

    struct Family
    {
        std::string_view name;
        std::vector<CaGeneration>& generations;
    };

    for (const Family& family :
         {Family{"root", cas.roots}, Family{"agents", cas.agents}, Family{"servers", cas.servers}})
    {
        auto read = read_family(folder, family.name);
        if (!read)
            return std::move(read).error();
        family.generations = std::move(*read);
    }
    for (const auto* issuing : {&cas.agents, &cas.servers})
    {
        for (const CaGeneration& ca : *issuing)
        {
            if (root_of(cas, ca.certificate) == nullptr)
                return Error{
                    Errc::invalid_input, fmt::format(
                                             "\"{}\" in {} was signed by no root there",
                                             ca.certificate.info().common_name, folder.string())};
        }
    }
    return cas;
}

Result<void> renew_issuing_cas(
    const fs::path& folder,
    Timestamp now,
    std::string_view root_key_pem,
    std::string_view passphrase)
{
    auto cas = load_ca_folder(folder);
    if (!cas)
        return std::move(cas).error();
    const CaGeneration& root = cas->roots.back();
    std::optional<tls::PrivateKey> key = root.key;
    if (!root_key_pem.empty())
    {
        auto given = tls::PrivateKey::from_pem(root_key_pem, passphrase);
        if (!given)
            return std::move(given).error().in("the root's key");
        key = std::move(*given);
    }
    if (!key)
        return Error{
            Errc::not_found, fmt::format("the key of root {} is not in the folder", root.number)};
    return make_issuing_cas(folder, {root.certificate, *key}, *cas, now);
}

Result<void> renew_root(
    const fs::path& folder, std::string_view site_name, Timestamp now, std::string_view passphrase)
{
    const auto cas = load_ca_folder(folder);
    if (!cas)
        return cas.error();
    return make_generation(folder, *cas, site_name, now, passphrase);
}

bool is_issuing_renewal_due(const CaFolder& cas, Timestamp now)
{
    const auto ends_soon = [&](const std::vector<CaGeneration>& all) {
        return std::all_of(all.begin(), all.end(), [&](const CaGeneration& ca) {
            return ca.certificate.info().not_after - now < issuing_overlap;
        });
    };
    return ends_soon(cas.agents) || ends_soon(cas.servers);
}

const CaGeneration* root_of(const CaFolder& cas, const tls::Certificate& issuing)
{
    const auto found =
        std::find_if(cas.roots.begin(), cas.roots.end(), [&](const CaGeneration& root) {
            return issuing.is_issued_by(root.certificate);
        });
    return found == cas.roots.end() ? nullptr : &*found;
}

const CaGeneration* signing_agents_ca(const CaFolder& cas, Timestamp now)
{
    return newest_usable(cas.agents, now, [](const CaGeneration&) { return true; });
}

const CaGeneration* signing_servers_ca(const CaFolder& cas, Timestamp now)
{
    for (const CaGeneration& root : cas.roots)
    {
        if (root.certificate.info().not_after - now <= root_overlap)
            continue;
        const auto is_below = [&](const CaGeneration& ca) {
            return ca.certificate.is_issued_by(root.certificate);
        };
        if (const auto* found = newest_usable(cas.servers, now, is_below))
            return found;
    }
    return newest_usable(cas.servers, now, [](const CaGeneration&) { return true; });
}

} // namespace mimamori::collector::pki
