#include "collector/http/security_headers.hpp"

namespace mimamori::collector::http {

std::string_view security_headers()
{
    // No Strict-Transport-Security: the host may serve other things over plain HTTP.
    return "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
           "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
           "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
           "trusted-types 'none'\r\n"
           "X-Content-Type-Options: nosniff\r\n"
           "Referrer-Policy: no-referrer\r\n"
           "Permissions-Policy: camera=(), display-capture=(), geolocation=(), microphone=(), "
           "payment=(), usb=()\r\n"
           "Cross-Origin-Opener-Policy: same-origin\r\n"
           "Cross-Origin-Resource-Policy: same-origin\r\n";
}

} // namespace mimamori::collector::http
