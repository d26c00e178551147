#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/tls/certificate.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The site's certification authority. One root, two issuing CAs below it: *agents* (clientAuth
/// only) and *servers* (serverAuth only). Each exists in numbered generations that overlap, so that
/// none ever has to be replaced on a certain day:
///
///     root-1.pem  root-1.key        20 years; the key may be taken away after `init`
///     agents-1.pem  agents-1.key     5 years; the next generation begins a year before the end
///     servers-1.pem  servers-1.key
///
/// Keys are P-256 and mode 0600; a file that others can read is refused.
namespace mimamori::collector::pki {

using std::chrono::days;

inline constexpr days root_lifetime{20 * 365 + 5};
inline constexpr days issuing_lifetime{5 * 365 + 1};

/// The next generation of an issuing CA is made this long before the end of the newest.
inline constexpr days issuing_overlap{365};

/// Servers change over to the next root this long before the end of theirs. Agents learn of a new
/// root with each certificate, and no certificate can be renewed later than 490 days after it was
/// issued: by then every agent that can still come back has it.
inline constexpr days root_overlap{2 * 365};

/// One generation of a CA. The key is absent when it is kept elsewhere.
struct CaGeneration
{
    int number{0};
    tls::Certificate certificate;
    std::optional<tls::PrivateKey> key;
};

/// All generations, oldest first.
struct CaFolder
{
    std::vector<CaGeneration> roots;
    std::vector<CaGeneration> agents;
    std::vector<CaGeneration> servers;
};

/// Makes the first generation of everything in `folder` (created, mode 0700). `site_name` stands in
/// the certificates' names. Returns what `load` would.
///
/// With a `passphrase` the root's key is written encrypted; it is then of no use to the running
/// collector, and the issuing CAs are renewed by `renew_issuing_cas`. Errors: conflict when there
/// is an authority already, io.
Result<CaFolder> create_site_authority(
    const std::filesystem::path& folder,
    std::string_view site_name,
    Timestamp now,
    std::string_view passphrase = {});

/// Reads and checks `folder`: every certificate has its key (but the root's), every issuing CA its
/// root. Errors: not_found when there is no authority, forbidden when others can read a key,
/// invalid_input for damaged or foreign files; the message names the file.
Result<CaFolder> load_ca_folder(const std::filesystem::path& folder);

/// Makes the next generation of both issuing CAs, below the newest root. `root_key_pem` empty: the
/// root's key is in the folder. Errors: as `load_ca_folder`; unauthenticated for a wrong
/// passphrase, invalid_input for a key of another root.
Result<void> renew_issuing_cas(
    const std::filesystem::path& folder,
    Timestamp now,
    std::string_view root_key_pem = {},
    std::string_view passphrase = {});

/// Makes the next root and issuing CAs below it. Agents learn the new root with their next
/// certificate; servers change over `root_overlap` before the old one's end.
Result<void> renew_root(
    const std::filesystem::path& folder,
    std::string_view site_name,
    Timestamp now,
    std::string_view passphrase = {});

/// Whether a new generation of the issuing CAs is due.
bool is_issuing_renewal_due(const CaFolder& cas, Timestamp now);

/// The CA that signs agents now: the newest in force that has its key.
const CaGeneration* signing_agents_ca(const CaFolder& cas, Timestamp now);

/// The CA that signs servers now: the newest below the oldest root that more than `root_overlap`
/// is left of, since that is the root that agents know.
const CaGeneration* signing_servers_ca(const CaFolder& cas, Timestamp now);

/// A key of ours that others can read is no secret any more. Errors: forbidden, io.
Result<void> check_private_file(const std::filesystem::path& path);

/// The root that `issuing` was signed by.
const CaGeneration* root_of(const CaFolder& cas, const tls::Certificate& issuing);

} // namespace mimamori::collector::pki
