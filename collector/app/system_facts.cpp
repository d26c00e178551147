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

/// Size and free space of the disk that holds the database, and how long it lasts.
void add_disk(rules::SystemFacts& facts, const SystemState& state)
{
    std::error_code failed;
    const auto space = std::filesystem::space(state.folder, failed);
    if (failed)
        return;
    facts.disk_size_bytes = space.capacity;
    facts.disk_free_bytes = space.available;
    facts.disk_days_left = state.disk.days_left;
}

void add_delivery(rules::SystemFacts& facts, const notify::NotifierHealth& health)
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

} // namespace

rules::SystemFacts system_facts(const SystemState& state, Timestamp now)
{
    rules::SystemFacts facts;
    for (const pki::Expiry& expiry : state.expiries)
        facts.certificates.push_back(
            {pki::to_text(expiry.what), expiry.name, expiry.not_after, as_fact(expiry, now)});
    for (const api::KnowledgeFile& file : state.knowledge)
    {
        if (const auto day = parse_iso_date(file.data_date))
            facts.knowledge.push_back({file.name, *day});
    }
    add_disk(facts, state);
    add_delivery(facts, state.delivery);
    return facts;
}

} // namespace mimamori::collector::app
