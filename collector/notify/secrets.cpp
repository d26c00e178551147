#include "collector/notify/secrets.hpp"

#include "common/crypto/random.hpp"
#include "common/platform/file.hpp"
#include "common/platform/private_folder.hpp"

#include <algorithm>

namespace mimamori::collector::notify {

namespace {

constexpr std::size_t secret_bytes_max = 1'024;

/// As crypto::random_id_text makes them: nothing that leads out of the folder.
bool is_name(std::string_view name)
{
    return name.size() == 26 && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           });
}

} // namespace

Result<std::string> Secrets::put(std::string_view secret) const
{
    if (secret.empty() || secret.size() > secret_bytes_max)
        return Error{Errc::invalid_input, "secret: 1 to 1024 bytes"};
    if (auto made = platform::make_private_folder(folder_); !made)
        return Error{made.error()}.in("folder of secrets");
    std::string name = crypto::random_id_text();
    const auto written =
        platform::replace_file(folder_ / name, secret, platform::FileAccess::owner_only);
    if (!written)
        return Error{written.error()}.in("secret");
    return name;
}

Result<std::string> Secrets::get(const std::string& name) const
{
    if (!is_name(name))
        return Error{Errc::forbidden, "not the name of a secret"};
    return platform::read_file(folder_ / name, secret_bytes_max);
}

void Secrets::forget(const std::string& name) const
{
    if (!is_name(name))
        return;
    std::error_code ignored;
    std::filesystem::remove(folder_ / name, ignored);
}

} // namespace mimamori::collector::notify
