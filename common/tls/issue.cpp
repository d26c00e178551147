#include "common/tls/certificate.hpp"
#include "common/tls/openssl.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace mimamori::tls {
namespace {

using SubtreeOwner = Owned<GENERAL_SUBTREE, GENERAL_SUBTREE_free>;
using ConstraintsOwner = Owned<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;

/// One extension by OpenSSL's name for its kind and a text of ours (never of others).
struct TextExtension
{
    int kind;
    const char* value;
};

// clang-format off
constexpr std::array root_extensions{
    TextExtension{NID_basic_constraints, "critical,CA:TRUE,pathlen:1"},
    TextExtension{NID_key_usage, "critical,keyCertSign,cRLSign"},
    TextExtension{NID_subject_key_identifier, "hash"}};
constexpr std::array agents_ca_extensions{
    TextExtension{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
    TextExtension{NID_key_usage, "critical,keyCertSign,cRLSign"},
    TextExtension{NID_ext_key_usage, "clientAuth"},
    TextExtension{NID_subject_key_identifier, "hash"},
    TextExtension{NID_authority_key_identifier, "keyid:always"}};
constexpr std::array servers_ca_extensions{
    TextExtension{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
    TextExtension{NID_key_usage, "critical,keyCertSign,cRLSign"},
    TextExtension{NID_ext_key_usage, "serverAuth"},
    TextExtension{NID_subject_key_identifier, "hash"},
    TextExtension{NID_authority_key_identifier, "keyid:always"}};
constexpr std::array web_ca_extensions{
    TextExtension{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
    TextExtension{NID_key_usage, "critical,keyCertSign,cRLSign"},
    TextExtension{NID_ext_key_usage, "serverAuth"},
    TextExtension{NID_subject_key_identifier, "hash"}};
constexpr std::array agent_extensions{
    TextExtension{NID_basic_constraints, "critical,CA:FALSE"},
    TextExtension{NID_key_usage, "critical,digitalSignature"},
    TextExtension{NID_ext_key_usage, "clientAuth"},
    TextExtension{NID_subject_key_identifier, "hash"},
    TextExtension{NID_authority_key_identifier, "keyid:always"}};
constexpr std::array server_extensions{
    TextExtension{NID_basic_constraints, "critical,CA:FALSE"},
    TextExtension{NID_key_usage, "critical,digitalSignature"},
    TextExtension{NID_ext_key_usage, "serverAuth"},
    TextExtension{NID_subject_key_identifier, "hash"},
    TextExtension{NID_authority_key_identifier, "keyid:always"}};

// clang-format on

bool set_name(X509* certificate, std::string_view common_name)
{
    X509_NAME* const subject = X509_get_subject_name(certificate);
    return !common_name.empty()
           && X509_NAME_add_entry_by_NID(
                  subject, NID_commonName, MBSTRING_UTF8,
                  reinterpret_cast<const unsigned char*>(common_name.data()),
                  static_cast<int>(common_name.size()), -1, 0)
                  == 1;
}

/// 127 random bits: never negative, never zero, unique without a counter.
bool set_serial(X509* certificate)
{
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), bytes.size()) != 1)
        return false;
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
    const Owned<BIGNUM, BN_free> number{BN_bin2bn(bytes.data(), bytes.size(), nullptr)};
    return number
           && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_validity(X509* certificate, const Validity& validity)
{
    const auto seconds = [](Timestamp moment) {
        return static_cast<std::time_t>(
            std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count());
    };
    return ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(validity.from)) != nullptr
           && ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(validity.until)) != nullptr;
}

bool add_extensions(X509* certificate, X509* issuer, std::span<const TextExtension> extensions)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    for (const TextExtension& wanted : extensions)
    {
        const ExtensionOwner extension{
            X509V3_EXT_conf_nid(nullptr, &context, wanted.kind, wanted.value)};
        if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
            return false;
    }
    return true;
}

bool is_dns_name(std::string_view name)
{
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || c == '-' || c == '.' || c == '_';
    };
    return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), is_good);
}

GeneralNameOwner dns_general_name(std::string_view name)
{
    GeneralNameOwner made{GENERAL_NAME_new()};
    ASN1_IA5STRING* const text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, name.data(), static_cast<int>(name.size()));
    GENERAL_NAME_set0_value(made.get(), GEN_DNS, text);
    return made;
}

GeneralNameOwner address_general_name(std::string_view bytes)
{
    GeneralNameOwner made{GENERAL_NAME_new()};
    ASN1_OCTET_STRING* const octets = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(
        octets, reinterpret_cast<const unsigned char*>(bytes.data()),
        static_cast<int>(bytes.size()));
    GENERAL_NAME_set0_value(made.get(), GEN_IPADD, octets);
    return made;
}

/// 4 or 16 bytes.
Result<std::string> address_bytes(const std::string& address)
{
    const Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> octets{a2i_IPADDRESS(address.c_str())};
    if (!octets)
        return openssl_error(Errc::invalid_input, "\"" + address + "\" is not an address");
    return std::string(
        reinterpret_cast<const char*>(ASN1_STRING_get0_data(octets.get())),
        static_cast<std::size_t>(ASN1_STRING_length(octets.get())));
}

Result<void> check_names(const ServerNames& names)
{
    if (names.dns_names.empty() && names.addresses.empty())
        return Error{Errc::invalid_input, "a server certificate needs a name or an address"};
    for (const std::string& name : names.dns_names)
    {
        if (!is_dns_name(name))
            return Error{Errc::invalid_input, "\"" + name + "\" is not a DNS name"};
    }
    for (const std::string& address : names.addresses)
    {
        if (auto bytes = address_bytes(address); !bytes)
            return std::move(bytes).error();
    }
    return Result<void>{};
}

Result<void> add_alternative_names(X509* certificate, const ServerNames& names)
{
    const GeneralNamesOwner all{GENERAL_NAMES_new()};
    for (const std::string& name : names.dns_names)
        sk_GENERAL_NAME_push(all.get(), dns_general_name(name).release());
    for (const std::string& address : names.addresses)
        sk_GENERAL_NAME_push(
            all.get(), address_general_name(address_bytes(address).value()).release());
    if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, all.get(), 0, 0) != 1)
        return openssl_error(Errc::internal, "write the server's names");
    return Result<void>{};
}

void add_subtree(STACK_OF(GENERAL_SUBTREE) * *subtrees, GeneralNameOwner base)
{
    if (*subtrees == nullptr)
        *subtrees = sk_GENERAL_SUBTREE_new_null();
    SubtreeOwner subtree{GENERAL_SUBTREE_new()};
    GENERAL_NAME_free(subtree->base);
    subtree->base = base.release();
    sk_GENERAL_SUBTREE_push(*subtrees, subtree.release());
}

Result<void> add_name_constraints(X509* certificate, const ServerNames& permitted)
{
    const ConstraintsOwner constraints{NAME_CONSTRAINTS_new()};
    for (const std::string& name : permitted.dns_names)
        add_subtree(&constraints->permittedSubtrees, dns_general_name(name));
    for (const std::string& address : permitted.addresses)
    {
        // An address is written with its mask: itself alone.
        std::string range = address_bytes(address).value();
        range.append(range.size(), '\xff');
        add_subtree(&constraints->permittedSubtrees, address_general_name(range));
    }
    // A kind of name that is not constrained would be free, so the absent kind is shut out whole.
    if (permitted.dns_names.empty())
        add_subtree(&constraints->excludedSubtrees, dns_general_name(""));
    if (permitted.addresses.empty())
    {
        add_subtree(&constraints->excludedSubtrees, address_general_name(std::string(8, '\0')));
        add_subtree(&constraints->excludedSubtrees, address_general_name(std::string(32, '\0')));
    }
    if (X509_add1_ext_i2d(certificate, NID_name_constraints, constraints.get(), 1, 0) != 1)
        return openssl_error(Errc::internal, "write the name constraints");
    return Result<void>{};
}

/// A certificate without extensions and signature. `issuer` is empty for a self-signed one.
Result<Certificate> begin(
    const Issuer* issuer, const PublicKey& key, std::string_view common_name, Validity validity)
{
    if (issuer != nullptr)
    {
        if (X509_check_private_key(issuer->certificate.native(), issuer->key.native()) != 1)
            return openssl_error(Errc::invalid_input, "the issuer's key is not its certificate's");
        validity.until = std::min(validity.until, issuer->certificate.info().not_after);
    }
    if (validity.from >= validity.until)
        return Error{Errc::invalid_input, "the certificate would never be valid"};

    std::shared_ptr<X509> made{X509_new(), X509_free};
    const bool built = made && X509_set_version(made.get(), X509_VERSION_3) == 1
                       && set_serial(made.get()) && set_validity(made.get(), validity)
                       && set_name(made.get(), common_name)
                       && X509_set_pubkey(made.get(), key.native()) == 1;
    if (!built)
        return openssl_error(Errc::invalid_input, "begin a certificate");
    const X509_NAME* const issuer_name = issuer != nullptr
                                             ? X509_get_subject_name(issuer->certificate.native())
                                             : X509_get_subject_name(made.get());
    if (X509_set_issuer_name(made.get(), issuer_name) != 1)
        return openssl_error(Errc::internal, "begin a certificate");
    return Certificate{std::move(made)};
}

/// Signs, and reads the result anew so that nothing cached before the extensions remains.
Result<Certificate> finish(const Certificate& draft, const PrivateKey& key)
{
    if (X509_sign(draft.native(), key.native(), EVP_sha256()) <= 0)
        return openssl_error(Errc::internal, "sign a certificate");
    return Certificate::from_der(draft.to_der());
}

Result<Certificate> issue(
    const Issuer& issuer,
    const PublicKey& key,
    std::string_view common_name,
    const Validity& validity,
    std::span<const TextExtension> extensions,
    const ServerNames* names)
{
    auto draft = begin(&issuer, key, common_name, validity);
    if (!draft)
        return draft;
    if (!add_extensions(draft->native(), issuer.certificate.native(), extensions))
        return openssl_error(Errc::internal, "write the certificate's extensions");
    if (names != nullptr)
    {
        if (auto added = add_alternative_names(draft->native(), *names); !added)
            return std::move(added).error();
    }
    return finish(*draft, issuer.key);
}

} // namespace

Result<Certificate> make_root(
    const PrivateKey& key, std::string_view common_name, const Validity& validity)
{
    auto draft = begin(nullptr, key.public_key(), common_name, validity);
    if (!draft)
        return draft;
    if (!add_extensions(draft->native(), draft->native(), root_extensions))
        return openssl_error(Errc::internal, "write the root's extensions");
    return finish(*draft, key);
}

Result<Certificate> issue_ca(
    const Issuer& root,
    const PublicKey& key,
    std::string_view common_name,
    CaPurpose purpose,
    const Validity& validity)
{
    const auto& extensions =
        purpose == CaPurpose::agents ? agents_ca_extensions : servers_ca_extensions;
    return issue(root, key, common_name, validity, extensions, nullptr);
}

Result<Certificate> issue_agent(
    const Issuer& issuer,
    const PublicKey& key,
    std::string_view common_name,
    const Validity& validity)
{
    return issue(issuer, key, common_name, validity, agent_extensions, nullptr);
}

Result<Certificate> issue_server(
    const Issuer& issuer, const PublicKey& key, const ServerNames& names, const Validity& validity)
{
    if (auto good = check_names(names); !good)
        return std::move(good).error();
    // Old software shows the common name; nothing decides by it. It holds 64 characters. Where
    // there are only addresses it must not look like a DNS name: OpenSSL then holds it against the
    // CA's constraints.
    const std::string first = names.dns_names.empty() ? "mimamori at " + names.addresses.front()
                                                      : names.dns_names.front();
    return issue(issuer, key, first.substr(0, 64), validity, server_extensions, &names);
}

Result<Certificate> make_web_ca(
    const PrivateKey& key,
    std::string_view common_name,
    const ServerNames& permitted,
    const Validity& validity)
{
    if (auto good = check_names(permitted); !good)
        return std::move(good).error();
    auto draft = begin(nullptr, key.public_key(), common_name, validity);
    if (!draft)
        return draft;
    if (!add_extensions(draft->native(), draft->native(), web_ca_extensions))
        return openssl_error(Errc::internal, "write the web CA's extensions");
    if (auto added = add_name_constraints(draft->native(), permitted); !added)
        return std::move(added).error();
    return finish(*draft, key);
}

} // namespace mimamori::tls
