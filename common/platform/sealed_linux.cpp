#include "common/platform/sealed.hpp"

namespace mimamori::platform {

Result<std::string> seal(std::string_view bytes)
{
    return std::string{bytes};
}

Result<std::string> unseal(std::string_view sealed)
{
    return std::string{sealed};
}

std::string sealed_name(std::string_view name)
{
    return std::string{name};
}

} // namespace mimamori::platform
