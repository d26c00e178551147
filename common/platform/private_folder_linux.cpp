#include "common/platform/private_folder.hpp"

#include <system_error>

namespace mimamori::platform {

Result<void> make_private_folder(const std::filesystem::path& folder)
{
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (!failed)
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
    if (failed)
        return Error{Errc::io, "folder " + folder.string() + ": " + failed.message()};
    return {};
}

Result<void> check_trusted(const std::filesystem::path&)
{
    return {};
}

} // namespace mimamori::platform
