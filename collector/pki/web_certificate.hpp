#pragma once

#include "collector/pki/expiry.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/tls/context.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mimamori::collector::pki {

/// Where the web port's certificate comes from. It has nothing to do with the agents' CAs, whose
/// root is never put into a browser.
struct WebCertificateOptions
{
    /// The hospital's own: PEM files, leaf first. Both or neither.
    std::filesystem::path certificate_file;
    std::filesystem::path key_file;

    /// Neither: a CA of ours in this folder that can vouch for `names` only (web_ca-1.pem, to be
    /// put into browsers), and a certificate by it (web.pem).
    std::filesystem::path folder;
    tls::ServerNames names;
};

/// The web port's key and certificates.
struct WebCertificate
{
    tls::Identity identity;
    std::vector<Expiry> expiries;
};

/// Reads the web port's certificate; makes or renews our own when it is missing, two thirds over,
/// or for other names. A name outside of what our CA may vouch for begins a new CA. Call it at
/// start, daily and when the hospital's files change. Errors: not_found and invalid_input name the
/// file; forbidden when others can read the key.
Result<WebCertificate> load_web_certificate(const WebCertificateOptions& options, Timestamp now);

} // namespace mimamori::collector::pki
