#include "collector/app/system_facts.hpp"

namespace mimamori::collector::app {

namespace {

rules::Urgency as_fact(const pki::Expiry& expiry, Timestamp now)
{
    switch (pki::urgency_of(expiry, now))
    {
    case pki::ExpiryUrgency::none:
        return rules::Urgency::none;
    case pki::ExpiryUrgency::soon:
        return rules::Urgency::soon;
    case pki::ExpiryUrgency::now:
        return rules::Urgency::now;
    case pki::ExpiryUrgency::expired:
        break;
    }
    return rules::Urgency::over;
}

} // namespace

std::vector<rules::CertificateFact> certificate_facts(
    const std::vector<pki::Expiry>& expiries, Timestamp now)
{
    std::vector<rules::CertificateFact> facts;
    for (const pki::Expiry& expiry : expiries)
        facts.push_back(
            {pki::to_text(expiry.what), expiry.name, expiry.not_after, as_fact(expiry, now)});
    return facts;
}

void add_disk_facts(
    rules::SystemFacts& facts,
    const std::filesystem::path& folder,
    const storage::DiskForecast& forecast)
{
    std::error_code failed;
    const auto space = std::filesystem::space(folder, failed);
    if (failed)
        return;
    facts.disk_size_bytes = space.capacity;
    facts.disk_free_bytes = space.available;
    facts.disk_days_left = forecast.days_left;
}

void add_delivery_facts(rules::SystemFacts& facts, const notify::NotifierHealth& health)
{
    facts.delivery_configured = health.configured || !health.failing.empty();
    for (const storage::FailingChannel& channel : health.failing)
    {
        for (const auto& since : {channel.since, channel.dead_since})
        {
            if (!since || (facts.delivery_failing_since && *facts.delivery_failing_since <= *since))
                continue;
            facts.delivery_failing_since = since;
            facts.delivery_problem = channel.name + ": " + channel.problem;
        }
    }
}

} // namespace mimamori::collector::app
