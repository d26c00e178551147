#pragma once

// Private to common/tls: owners of OpenSSL objects and its error queue as a Result.

#include "common/base/result.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

namespace mimamori::tls {

/// Frees with the function it names: `Owned<BIO, BIO_free_all>`.
template <auto release>
struct Release
{
    template <class T>
    void operator()(T* object) const
    {
        release(object);
    }
};

template <class T, auto release>
using Owned = std::unique_ptr<T, Release<release>>;

using BioOwner = Owned<BIO, BIO_free_all>;
using KeyContextOwner = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using ExtensionOwner = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using GeneralNameOwner = Owned<GENERAL_NAME, GENERAL_NAME_free>;
using GeneralNamesOwner = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;

/// Empties this thread's error queue into "<step>: <first reason>"; "<step>" alone when it is
/// empty.
Error openssl_error(Errc code, std::string_view step);

/// Memory to read PEM or DER from; it must outlive the BIO.
BioOwner bio_over(std::string_view text);

/// What has been written into a memory BIO.
std::string text_in(BIO* bio);

} // namespace mimamori::tls
