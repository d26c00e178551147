#include "collector/judge/finding_changes.hpp"

#include "collector/storage/alert_store.hpp"
#include "collector/storage/finding_store.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <utility>

namespace mimamori::collector::judge {

using findings::Change;
using findings::ChangeKind;
using findings::FindingRecord;
using findings::RuleOutcome;

std::vector<Change> changes_of(
    storage::Session& session,
    std::int64_t device_no,
    std::vector<FindingRecord> active,
    const std::vector<RuleOutcome>& outcomes,
    findings::Resolving resolving,
    Timestamp now,
    const findings::Measured& measured)
{
    std::vector<FindingRecord> records = std::move(active);
    const std::size_t active_count = records.size();
    for (const RuleOutcome& outcome : outcomes)
    {
        const auto* bad = std::get_if<rules::Bad>(&outcome.verdict);
        if (!bad)
            continue;
        for (const rules::Finding& finding : bad->findings)
        {
            const auto end = records.begin() + static_cast<std::ptrdiff_t>(active_count);
            const bool known = std::any_of(records.begin(), end, [&](const FindingRecord& record) {
                return record.rule == outcome.rule && record.subject == finding.subject;
            });
            if (known)
                continue;
            auto resolved =
                storage::find_finding(session, device_no, outcome.rule, finding.subject);
            if (resolved)
                records.push_back(std::move(*resolved));
        }
    }
    return findings::advance(std::move(records), outcomes, resolving, now, measured);
}

std::vector<FindingRecord> records_of(const std::vector<Change>& changes)
{
    std::vector<FindingRecord> records;
    for (const Change& change : changes)
        records.push_back(change.record);
    return records;
}

StoredChanges store_changes(
    storage::Session& session,
    std::int64_t device_no,
    std::vector<Change>& changes,
    const findings::AlertPolicy& alerts,
    Timestamp now)
{
    StoredChanges stored;
    for (Change& change : changes)
    {
        const auto alert = findings::alert_of(change, alerts);
        FindingRecord& record = change.record;
        record.device_no = device_no;
        if (change.store || alert)
            storage::put_finding(session, record);
        if (change.kind != ChangeKind::kept)
        {
            const char* what = boost::describe::enum_to_string(change.kind, "kept");
            std::string note = boost::describe::enum_to_string(record.severity, "");
            if (change.kind == ChangeKind::woken && !record.broken.empty())
                note = record.broken;
            storage::add_finding_event(session, record.no, {now, what, {}, std::move(note)});
            ++stored.changes;
        }
        if (alert)
        {
            storage::put_alert(session, *alert, record, now);
            ++stored.alerts;
        }
    }
    return stored;
}

} // namespace mimamori::collector::judge
