#include "common/tls/openssl.hpp"

#include <openssl/err.h>

#include <limits>

namespace mimamori::tls {

Error openssl_error(Errc code, std::string_view step)
{
    std::string message{step};
    const unsigned long first = ERR_get_error();
    ERR_clear_error();
    if (first != 0)
    {
        const char* const reason = ERR_reason_error_string(first);
        message += ": ";
        message += reason != nullptr ? reason : "openssl error " + std::to_string(first);
    }
    return Error{code, std::move(message)};
}

BioOwner bio_over(std::string_view text)
{
    if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        return nullptr;
    return BioOwner{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

std::string text_in(BIO* bio)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string{};
}

} // namespace mimamori::tls
