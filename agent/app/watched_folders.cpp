#include "agent/app/watched_folders.hpp"

#include <algorithm>

namespace mimamori::agent::app {

std::vector<watch::WatchedFolder> watched_folders(
    const antivirus::Definitions& definitions, const wire::AntivirusSection& found)
{
    using namespace std::chrono_literals;
    auto folders = watch::common_folders();
    for (const auto& product : definitions.products)
    {
        const bool is_here =
            std::any_of(found.products.begin(), found.products.end(), [&](const auto& one) {
                return one.id == product.id;
            });
        if (!is_here)
            continue;
        for (const auto& place : product.places.files)
            folders.push_back({place, {"antivirus"}, 1s, 5s});
    }
    return folders;
}

} // namespace mimamori::agent::app
