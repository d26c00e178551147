#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/tls/digest.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

// OpenSSL's types stay out of our headers.
struct evp_pkey_st;
struct x509_st;
struct X509_req_st;

namespace mimamori::tls {

/// The longest PEM or DER text that is read as a key, request or bundle of certificates.
inline constexpr std::size_t pem_size_max_bytes{256U * 1024};

/// The public half of a key pair. Copies share one immutable key.
class PublicKey
{
public:
    /// SHA-256 of the SubjectPublicKeyInfo (DER): names the key across all its certificates.
    Sha256 fingerprint() const;

    /// For common/tls only.
    explicit PublicKey(std::shared_ptr<evp_pkey_st> key);

    evp_pkey_st* native() const { return key_.get(); }

private:
    std::shared_ptr<evp_pkey_st> key_;
};

/// An ECDSA P-256 key pair; `from_pem` reads RSA (2048 bits and more) and P-384 too, since a
/// hospital's own web certificate may use them. Copies share one immutable key.
class PrivateKey
{
public:
    /// Makes a new P-256 key.
    static Result<PrivateKey> generate();

    /// Reads PKCS#8 or the older forms. Errors: invalid_input; unsupported for other kinds of keys;
    /// unauthenticated when the key is encrypted and `passphrase` does not open it.
    static Result<PrivateKey> from_pem(std::string_view pem, std::string_view passphrase = {});

    /// PKCS#8, not encrypted: a secret, for files of mode 0600 only.
    std::string to_pem() const;

    /// PKCS#8, encrypted with AES-256 under `passphrase` (for a root key kept offline).
    Result<std::string> to_encrypted_pem(std::string_view passphrase) const;

    PublicKey public_key() const;

    /// For common/tls only.
    explicit PrivateKey(std::shared_ptr<evp_pkey_st> key);

    evp_pkey_st* native() const { return key_.get(); }

private:
    std::shared_ptr<evp_pkey_st> key_;
};

/// What a certificate says, in plain types.
struct CertificateInfo
{
    std::string common_name;        ///< Of the subject; for an agent its AgentId.
    std::string issuer_common_name; ///< Of the issuer.
    std::string serial;             ///< Lower-case hexadecimal, without leading zeros.
    Timestamp not_before;
    Timestamp not_after;
    Sha256 fingerprint{};     ///< Of the DER.
    Sha256 key_fingerprint{}; ///< Of the SubjectPublicKeyInfo.
    bool is_ca{false};
    bool client_auth{false};            ///< The extended key usage names clientAuth.
    bool server_auth{false};            ///< The extended key usage names serverAuth.
    std::vector<std::string> dns_names; ///< Of the subject's alternative names.
    std::vector<std::string> addresses; ///< "192.0.2.1", "2001:db8::1".
};

/// One X.509 certificate. Copies share one immutable certificate.
class Certificate
{
public:
    /// The first certificate in `pem`. Errors: invalid_input, too_large.
    static Result<Certificate> from_pem(std::string_view pem);

    /// Every certificate in `pem`, in order, at least one and at most 16.
    static Result<std::vector<Certificate>> all_from_pem(std::string_view pem);

    static Result<Certificate> from_der(std::string_view der);

    std::string to_pem() const;
    std::string to_der() const;

    /// SHA-256 of the DER.
    Sha256 fingerprint() const;

    CertificateInfo info() const;

    PublicKey public_key() const;

    /// Whether `issuer` has signed this one (names, key identifiers and signature).
    bool is_issued_by(const Certificate& issuer) const;

    /// For common/tls only.
    explicit Certificate(std::shared_ptr<x509_st> certificate);

    x509_st* native() const { return certificate_.get(); }

private:
    std::shared_ptr<x509_st> certificate_;
};

/// A request for a certificate (PKCS#10). Its subject is a wish: the issuer decides.
class CertificateRequest
{
public:
    static Result<CertificateRequest> create(const PrivateKey& key, std::string_view common_name);

    /// Reads a request of at most 8 KiB and proves that the sender holds the key. Errors:
    /// invalid_input for anything unreadable or wrongly signed; unsupported unless P-256.
    static Result<CertificateRequest> from_pem(std::string_view pem);

    std::string to_pem() const;

    std::string common_name() const;

    PublicKey public_key() const;

private:
    explicit CertificateRequest(std::shared_ptr<X509_req_st> request);

    std::shared_ptr<X509_req_st> request_;
};

/// Who signs: a CA's certificate and its key. Both must outlive the call.
struct Issuer
{
    const Certificate& certificate;
    const PrivateKey& key;
};

/// From when until when a certificate is good.
struct Validity
{
    Timestamp from;
    Timestamp until;
};

/// What the certificates below an issuing CA are for. Carried as its extended key usage, so an
/// agent's certificate can never pass as a server's.
enum class CaPurpose
{
    agents,
    servers
};

/// The names a server certificate is for; at least one.
struct ServerNames
{
    std::vector<std::string> dns_names;
    std::vector<std::string> addresses; ///< Numeric.
};

/// A self-signed root for our own protocol: may sign CAs only (path length 1).
Result<Certificate> make_root(
    const PrivateKey& key, std::string_view common_name, const Validity& validity);

/// An issuing CA below `root` (path length 0, extended key usage by `purpose`).
Result<Certificate> issue_ca(
    const Issuer& root,
    const PublicKey& key,
    std::string_view common_name,
    CaPurpose purpose,
    const Validity& validity);

/// An agent's certificate: clientAuth only, `common_name` is the AgentId.
Result<Certificate> issue_agent(
    const Issuer& issuer,
    const PublicKey& key,
    std::string_view common_name,
    const Validity& validity);

/// A server's certificate: serverAuth only, `names` as subject alternative names.
Result<Certificate> issue_server(
    const Issuer& issuer, const PublicKey& key, const ServerNames& names, const Validity& validity);

/// A self-signed CA for browsers that can only vouch for names in `permitted`: DNS names cover
/// their subdomains, addresses stand for themselves. Signs servers directly (path length 0).
Result<Certificate> make_web_ca(
    const PrivateKey& key,
    std::string_view common_name,
    const ServerNames& permitted,
    const Validity& validity);

} // namespace mimamori::tls
