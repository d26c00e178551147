#include "common/tls/certificate.hpp"

#include "common/base/encoding.hpp"
#include "common/tls/openssl.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>

namespace mimamori::tls {
namespace {

constexpr std::size_t bundle_max{16};
constexpr std::size_t request_size_max_bytes{8U * 1024};
constexpr int rsa_bits_min{2048};

/// OpenSSL's password callback. Without one it would ask on the terminal.
int give_passphrase(char* into, int size, int, void* given)
{
    const auto& passphrase = *static_cast<const std::string_view*>(given);
    if (passphrase.empty() || passphrase.size() > static_cast<std::size_t>(size))
        return -1;
    std::memcpy(into, passphrase.data(), passphrase.size());
    return static_cast<int>(passphrase.size());
}

bool is_on_curve(const EVP_PKEY* key, std::string_view curve)
{
    std::array<char, 64> name{};
    std::size_t size = 0;
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC
           && EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) == 1
           && std::string_view{name.data(), size} == curve;
}

bool is_supported(const EVP_PKEY* key)
{
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
        return EVP_PKEY_get_bits(key) >= rsa_bits_min;
    return is_on_curve(key, SN_X9_62_prime256v1) || is_on_curve(key, SN_secp384r1);
}

Sha256 fingerprint_of_key(EVP_PKEY* key)
{
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    const Owned<unsigned char, [](unsigned char* p) { OPENSSL_free(p); }> owner{der};
    return size > 0 ? sha256({der, static_cast<std::size_t>(size)}) : Sha256{};
}

/// The same from a certificate, as its bytes stand there: making them anew from the key takes
/// thirty times as long, and each handshake needs it.
Sha256 fingerprint_of_key_in(X509* certificate)
{
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    const Owned<unsigned char, [](unsigned char* p) { OPENSSL_free(p); }> owner{der};
    return size > 0 ? sha256({der, static_cast<std::size_t>(size)}) : Sha256{};
}

std::shared_ptr<EVP_PKEY> share(EVP_PKEY* key)
{
    return {key, EVP_PKEY_free};
}

/// Text for people and for comparing; nothing when it holds control characters.
std::string text_of(const ASN1_STRING* value)
{
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, value);
    const Owned<unsigned char, [](unsigned char* p) { OPENSSL_free(p); }> owner{utf8};
    if (size < 0)
    {
        ERR_clear_error();
        return {};
    }
    const std::string text{reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size)};
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    return std::any_of(text.begin(), text.end(), is_control) ? std::string{} : text;
}

std::string common_name_of(const X509_NAME* name)
{
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0)
        return {};
    return text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

Timestamp time_of(const ASN1_TIME* time)
{
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1)
        return Timestamp{};
    using namespace std::chrono;
    const year_month_day day{
        year{parts.tm_year + 1900}, month{static_cast<unsigned>(parts.tm_mon + 1)},
        std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
    return sys_days{day} + hours{parts.tm_hour} + minutes{parts.tm_min} + seconds{parts.tm_sec};
}

std::string serial_of(const X509* certificate)
{
    const Owned<BIGNUM, BN_free> number{
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr)};
    if (!number)
        return {};
    Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number.get())));
    BN_bn2bin(number.get(), bytes.data());
    std::string text = to_hex(bytes);
    text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
    return text.empty() ? "0" : text;
}

std::string address_of(const ASN1_OCTET_STRING* bytes)
{
    const unsigned char* const data = ASN1_STRING_get0_data(bytes);
    const int size = ASN1_STRING_length(bytes);
    std::string text;
    for (int i = 0; i < size; ++i)
    {
        // IPv6 in full form: good enough to read and to compare with our own.
        if (size == 16 && i % 2 == 0)
        {
            std::array<char, 8> group{};
            const int value = data[i] * 256 + data[i + 1];
            std::snprintf(group.data(), group.size(), "%s%x", i == 0 ? "" : ":", value);
            text += group.data();
        }
        if (size == 4)
            text += (i == 0 ? "" : ".") + std::to_string(data[i]);
    }
    return text;
}

void read_alternative_names(const X509* certificate, CertificateInfo& info)
{
    const GeneralNamesOwner names{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i)
    {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DNS)
            info.dns_names.push_back(text_of(name->d.dNSName));
        if (name->type == GEN_IPADD)
            info.addresses.push_back(address_of(name->d.iPAddress));
    }
}

} // namespace

PublicKey::PublicKey(std::shared_ptr<evp_pkey_st> key)
    : key_{std::move(key)}
{}

Sha256 PublicKey::fingerprint() const
{
    return fingerprint_of_key(key_.get());
}

PrivateKey::PrivateKey(std::shared_ptr<evp_pkey_st> key)
    : key_{std::move(key)}
{}

Result<PrivateKey> PrivateKey::generate()
{
    EVP_PKEY* const key = EVP_EC_gen(SN_X9_62_prime256v1);
    if (key == nullptr)
        return openssl_error(Errc::internal, "make a key");
    return PrivateKey{share(key)};
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem, std::string_view passphrase)
{
    if (pem.size() > pem_size_max_bytes)
        return Error{Errc::too_large, "read a private key: too large"};
    const BioOwner bio = bio_over(pem);
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase);
    if (key == nullptr)
    {
        const bool encrypted = pem.find("ENCRYPTED") != std::string_view::npos;
        return openssl_error(
            encrypted ? Errc::unauthenticated : Errc::invalid_input, "read a private key");
    }
    PrivateKey read{share(key)};
    if (!is_supported(key))
        return Error{
            Errc::unsupported,
            "read a private key: neither P-256, P-384 nor RSA of 2048 bits or more"};
    return read;
}

std::string PrivateKey::to_pem() const
{
    const BioOwner bio{BIO_new(BIO_s_secmem())};
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_in(bio.get());
}

Result<std::string> PrivateKey::to_encrypted_pem(std::string_view passphrase) const
{
    if (passphrase.empty() || passphrase.size() > 1024)
        return Error{Errc::invalid_input, "encrypt a private key: bad length of the passphrase"};
    constexpr std::uint64_t cost = 16'384;
    const Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> plain{EVP_PKEY2PKCS8(key_.get())};
    X509_ALGOR* const scrypt =
        PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr, cost, 8, 1);
    if (!plain || scrypt == nullptr)
        return openssl_error(Errc::internal, "encrypt a private key");
    // PKCS8_set0_pbe owns `scrypt` when it succeeds.
    const Owned<X509_SIG, X509_SIG_free> sealed{PKCS8_set0_pbe(
        passphrase.data(), static_cast<int>(passphrase.size()), plain.get(), scrypt)};
    if (!sealed)
    {
        X509_ALGOR_free(scrypt);
        return openssl_error(Errc::internal, "encrypt a private key");
    }
    const BioOwner bio{BIO_new(BIO_s_mem())};
    if (PEM_write_bio_PKCS8(bio.get(), sealed.get()) != 1)
        return openssl_error(Errc::internal, "encrypt a private key");
    return text_in(bio.get());
}

PublicKey PrivateKey::public_key() const
{
    return PublicKey{key_};
}

Certificate::Certificate(std::shared_ptr<x509_st> certificate)
    : certificate_{std::move(certificate)}
{
    // Fills OpenSSL's cache of the extensions now, before several threads read them.
    X509_check_purpose(certificate_.get(), -1, 0);
}

Result<Certificate> Certificate::from_pem(std::string_view pem)
{
    auto all = all_from_pem(pem);
    if (!all)
        return std::move(all).error();
    return all->front();
}

Result<std::vector<Certificate>> Certificate::all_from_pem(std::string_view pem)
{
    if (pem.size() > pem_size_max_bytes)
        return Error{Errc::too_large, "read certificates: too large"};
    const BioOwner bio = bio_over(pem);
    std::string_view no_passphrase;
    std::vector<Certificate> all;
    while (X509* const next =
               PEM_read_bio_X509(bio.get(), nullptr, give_passphrase, &no_passphrase))
    {
        all.push_back(Certificate{std::shared_ptr<X509>{next, X509_free}});
        if (all.size() > bundle_max)
            return Error{Errc::too_large, "read certificates: more than 16"};
    }
    const unsigned long why = ERR_peek_last_error();
    const bool at_end =
        ERR_GET_LIB(why) == ERR_LIB_PEM && ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
    if (all.empty() || !at_end)
        return openssl_error(Errc::invalid_input, "read certificates");
    ERR_clear_error();
    return all;
}

Result<Certificate> Certificate::from_der(std::string_view der)
{
    if (der.size() > pem_size_max_bytes)
        return Error{Errc::too_large, "read a certificate: too large"};
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const auto* const end = at + der.size();
    X509* const read = d2i_X509(nullptr, &at, static_cast<long>(der.size()));
    if (read == nullptr)
        return openssl_error(Errc::invalid_input, "read a certificate");
    Certificate certificate{std::shared_ptr<X509>{read, X509_free}};
    if (at != end)
        return Error{Errc::invalid_input, "read a certificate: something follows it"};
    return certificate;
}

std::string Certificate::to_pem() const
{
    const BioOwner bio{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(bio.get(), certificate_.get());
    return text_in(bio.get());
}

std::string Certificate::to_der() const
{
    const BioOwner bio{BIO_new(BIO_s_mem())};
    i2d_X509_bio(bio.get(), certificate_.get());
    return text_in(bio.get());
}

Sha256 Certificate::fingerprint() const
{
    Sha256 digest{};
    unsigned size = 0;
    X509_digest(certificate_.get(), EVP_sha256(), digest.data(), &size);
    return digest;
}

CertificateInfo Certificate::info() const
{
    X509* const certificate = certificate_.get();
    const std::uint32_t flags = X509_get_extension_flags(certificate);
    const std::uint32_t usage =
        (flags & EXFLAG_XKUSAGE) != 0 ? X509_get_extended_key_usage(certificate) : 0;

    CertificateInfo info;
    info.common_name = common_name_of(X509_get_subject_name(certificate));
    info.issuer_common_name = common_name_of(X509_get_issuer_name(certificate));
    info.serial = serial_of(certificate);
    info.not_before = time_of(X509_get0_notBefore(certificate));
    info.not_after = time_of(X509_get0_notAfter(certificate));
    info.fingerprint = fingerprint();
    if (X509_get0_pubkey(certificate) != nullptr)
        info.key_fingerprint = fingerprint_of_key_in(certificate);
    info.is_ca = X509_check_ca(certificate) == 1;
    info.client_auth = (usage & XKU_SSL_CLIENT) != 0;
    info.server_auth = (usage & XKU_SSL_SERVER) != 0;
    read_alternative_names(certificate, info);
    ERR_clear_error();
    return info;
}

PublicKey Certificate::public_key() const
{
    return PublicKey{share(X509_get_pubkey(certificate_.get()))};
}

bool Certificate::is_issued_by(const Certificate& issuer) const
{
    const bool names = X509_check_issued(issuer.native(), native()) == X509_V_OK;
    const bool signature = names && X509_verify(native(), X509_get0_pubkey(issuer.native())) == 1;
    ERR_clear_error();
    return signature;
}

CertificateRequest::CertificateRequest(std::shared_ptr<X509_req_st> request)
    : request_{std::move(request)}
{}

Result<CertificateRequest> CertificateRequest::create(
    const PrivateKey& key, std::string_view common_name)
{
    CertificateRequest made{std::shared_ptr<X509_REQ>{X509_REQ_new(), X509_REQ_free}};
    X509_REQ* const request = made.request_.get();
    X509_NAME* const subject = X509_REQ_get_subject_name(request);
    const bool built = X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1
                       && X509_NAME_add_entry_by_NID(
                              subject, NID_commonName, MBSTRING_UTF8,
                              reinterpret_cast<const unsigned char*>(common_name.data()),
                              static_cast<int>(common_name.size()), -1, 0)
                              == 1
                       && X509_REQ_set_pubkey(request, key.native()) == 1
                       && X509_REQ_sign(request, key.native(), EVP_sha256()) > 0;
    if (!built)
        return openssl_error(Errc::invalid_input, "make a certificate request");
    return made;
}

Result<CertificateRequest> CertificateRequest::from_pem(std::string_view pem)
{
    if (pem.size() > request_size_max_bytes)
        return Error{Errc::invalid_input, "read a certificate request: too large"};
    const BioOwner bio = bio_over(pem);
    std::string_view no_passphrase;
    X509_REQ* const read =
        PEM_read_bio_X509_REQ(bio.get(), nullptr, give_passphrase, &no_passphrase);
    if (read == nullptr)
        return openssl_error(Errc::invalid_input, "read a certificate request");
    CertificateRequest request{std::shared_ptr<X509_REQ>{read, X509_REQ_free}};
    EVP_PKEY* const key = X509_REQ_get0_pubkey(read);
    if (key == nullptr)
        return openssl_error(Errc::invalid_input, "read a certificate request: its key");
    if (!is_on_curve(key, SN_X9_62_prime256v1))
        return Error{Errc::unsupported, "read a certificate request: the key is not P-256"};
    if (X509_REQ_verify(read, key) != 1)
        return openssl_error(Errc::invalid_input, "read a certificate request: its signature");
    return request;
}

std::string CertificateRequest::to_pem() const
{
    const BioOwner bio{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509_REQ(bio.get(), request_.get());
    return text_in(bio.get());
}

std::string CertificateRequest::common_name() const
{
    return common_name_of(X509_REQ_get_subject_name(request_.get()));
}

PublicKey CertificateRequest::public_key() const
{
    return PublicKey{share(X509_REQ_get_pubkey(request_.get()))};
}

} // namespace mimamori::tls
