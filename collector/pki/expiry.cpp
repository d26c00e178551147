#include "collector/pki/expiry.hpp"

#include <chrono>

namespace mimamori::collector::pki {
namespace {

std::chrono::hours time_to_plan(Expiry::What what)
{
    using std::chrono::days;
    switch (what)
    {
    case Expiry::What::root:
        return days{730};
    case Expiry::What::agents_ca:
    case Expiry::What::servers_ca:
        return days{300};
    case Expiry::What::web_ca:
        return days{180};
    case Expiry::What::web_port:
        return days{45};
    case Expiry::What::agent_port:
        return days{20};
    }
    return days{0};
}

} // namespace

std::string to_text(Expiry::What what)
{
    switch (what)
    {
    case Expiry::What::root:
        return "root";
    case Expiry::What::agents_ca:
        return "agents_ca";
    case Expiry::What::servers_ca:
        return "servers_ca";
    case Expiry::What::agent_port:
        return "agent_port";
    case Expiry::What::web_ca:
        return "web_ca";
    case Expiry::What::web_port:
        return "web_port";
    }
    return "";
}

ExpiryUrgency urgency_of(const Expiry& expiry, Timestamp now)
{
    const auto left = expiry.not_after - now;
    const auto plan = time_to_plan(expiry.what);
    if (left <= std::chrono::milliseconds{0})
        return ExpiryUrgency::expired;
    if (left < plan / 4)
        return ExpiryUrgency::now;
    if (left < (expiry.renews_itself ? plan / 2 : plan))
        return ExpiryUrgency::soon;
    return ExpiryUrgency::none;
}

} // namespace mimamori::collector::pki
