#include "collector/findings/alerting.hpp"

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
    const bool news = change.kind == ChangeKind::worsened || change.kind == ChangeKind::woken;
    if ((record.alerted && !news) || !counts(record) || record.severity < policy.least)
        return {};
    record.alerted = true;
    change.store = true;
    return AlertKind::opened;
}

} // namespace mimamori::collector::findings
