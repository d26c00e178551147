#include "collector/findings/alerting.hpp"

#include <algorithm>

namespace mimamori::collector::findings {

std::optional<AlertKind> alert_of(Change& change, const AlertPolicy& policy)
{
    FindingRecord& record = change.record;
    if (change.kind == ChangeKind::resolved)
    {
        if (!record.alerted)
            return {};
        record.alerted = false;
        return AlertKind::resolved;
    }
    if (!policy.enabled || change.kind == ChangeKind::kept || change.kind == ChangeKind::eased)
        return {};
    if (record.alerted || !counts(record))
        return {};
    const bool always =
        std::find(policy.always.begin(), policy.always.end(), record.rule) != policy.always.end();
    if (record.severity < policy.least && !always)
        return {};
    record.alerted = true;
    change.store = true;
    return AlertKind::opened;
}

} // namespace mimamori::collector::findings
