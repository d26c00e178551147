#include "collector/app/private_text.hpp"

#include "collector/pki/ca_folder.hpp"
#include "common/platform/file.hpp"

namespace mimamori::collector::app {

Result<std::string> read_password(const std::filesystem::path& path)
{
    constexpr std::size_t password_bytes_max = 1'024;
    if (auto secret = pki::check_private_file(path); !secret)
        return secret.error();
    auto text = platform::read_file(path, password_bytes_max);
    if (!text)
        return text.error();
    while (!text->empty() && (text->back() == '\n' || text->back() == '\r'))
        text->pop_back();
    return std::move(*text);
}

} // namespace mimamori::collector::app
