#pragma once

#include "common/base/time.hpp"

#include <string>
#include <vector>

namespace mimamori::collector::pki {

/// One certificate that the collector needs, and when it ends.
struct Expiry
{
    enum class What
    {
        root,
        agents_ca,
        servers_ca,
        agent_port,
        web_ca,
        web_port
    };

    What what{What::root};
    std::string name; ///< The certificate's common name.
    Timestamp not_after;

    /// The collector replaces it in time without anybody's help.
    bool renews_itself{false};
};

/// "root", "agents_ca", "servers_ca", "agent_port", "web_ca", "web_port".
std::string to_text(Expiry::What what);

/// How urgent the end of a certificate is.
enum class ExpiryUrgency
{
    none,
    soon,    ///< Plan it.
    now,     ///< Less than a quarter of the time for planning is left.
    expired, ///< Connections fail.
};

/// Pure: the judgement behind the finding certificate_expiring. Time to plan: a root 730 days, an
/// issuing CA 300, the web CA 180 (browsers must learn the new one), the web port's certificate 45,
/// the agent port's 20. What renews itself is only late when less than half of that is left.
ExpiryUrgency urgency_of(const Expiry& expiry, Timestamp now);

} // namespace mimamori::collector::pki
