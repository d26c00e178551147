// Certificates and requests for them, as files and strangers give them: read or refused with a
// reason, and what was read is the same after it was written and read again.
#include "common/tls/certificate.hpp"

#include "common/base/utf8.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace mimamori;

namespace {

void must(bool kept)
{
    if (!kept)
        std::abort();
}

void look_at(const tls::Certificate& certificate)
{
    const auto info = certificate.info();
    must(is_utf8(info.common_name) && is_utf8(info.issuer_common_name));
    for (const auto& name : info.dns_names)
        must(is_utf8(name));
    const auto again = tls::Certificate::from_pem(certificate.to_pem());
    must(again && again->fingerprint() == certificate.fingerprint());
    certificate.is_issued_by(certificate);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto one = tls::Certificate::from_der(text))
        look_at(*one);
    if (const auto all = tls::Certificate::all_from_pem(text))
    {
        must(!all->empty() && all->size() <= 16);
        for (const auto& one : *all)
            look_at(one);
    }
    if (const auto request = tls::CertificateRequest::from_pem(text))
    {
        must(is_utf8(request->common_name()));
        must(tls::CertificateRequest::from_pem(request->to_pem()).has_value());
    }
    if (const auto key = tls::PrivateKey::from_pem(text))
        must(tls::PrivateKey::from_pem(key->to_pem()).has_value());
    return 0;
}
