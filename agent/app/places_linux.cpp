#include "agent/app/places.hpp"

namespace mimamori::agent::app {

const Places& default_places()
{
    static const Places places{
        "/etc/mimamori/agent.toml", "/etc/mimamori/enrolment.key", "/var/lib/mimamori/agent", {}};
    return places;
}

Result<void> secure(const Places&)
{
    return {};
}

} // namespace mimamori::agent::app
