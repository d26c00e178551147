#include "agent/app/given_settings.hpp"

namespace mimamori::agent::app {

Result<GivenSettings> read_given_settings()
{
    return GivenSettings{};
}

Result<std::optional<std::string>> read_given_ticket()
{
    return std::optional<std::string>{};
}

Result<void> erase_given_ticket()
{
    return {};
}

} // namespace mimamori::agent::app
