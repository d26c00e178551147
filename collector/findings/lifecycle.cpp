#include "collector/findings/lifecycle.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

namespace mimamori::collector::findings {

namespace {

using rules::Bad;
using rules::Finding;
using rules::Unknown;

/// How old `last_seen_at` may get: nobody needs it to the minute, and writing it costs.
constexpr std::chrono::hours last_seen_written_every{1};

void show(FindingRecord& record, const Finding& finding)
{
    record.severity = finding.severity;
    record.evidence = finding.evidence;
    record.data_date = finding.data_date;
    record.happened_at = finding.happened_at;
}

Change open_new(const std::string& rule, const Finding& finding, Timestamp now)
{
    Change change{ChangeKind::opened, true, {}};
    change.record.rule = rule;
    change.record.subject = finding.subject;
    change.record.first_seen_at = now;
    change.record.opened_at = now;
    change.record.last_seen_at = now;
    show(change.record, finding);
    return change;
}

/// Whether a person closed it and nothing has happened since.
bool stays_closed(const FindingRecord& record, const Finding& finding)
{
    if (record.resolved_by == resolved_by_facts || !record.resolved_at)
        return false;
    return finding.happened_at && *finding.happened_at <= *record.resolved_at;
}

Change reopen(FindingRecord record, const Finding& finding, Timestamp now)
{
    Change change{ChangeKind::reopened, true, std::move(record)};
    change.record.state = FindingState::open;
    change.record.opened_at = now;
    change.record.last_seen_at = now;
    change.record.resolved_at.reset();
    change.record.resolved_by.clear();
    change.record.until.reset();
    change.record.reason.clear();
    change.record.due.reset();
    change.record.alerted = false;
    ++change.record.reopened;
    show(change.record, finding);
    return change;
}

bool is_put_off(FindingState state)
{
    return state == FindingState::acknowledged || state == FindingState::snoozed;
}

/// Ends snoozing and waivers whose time is over.
void wake_if_due(Change& change, Timestamp now)
{
    FindingRecord& record = change.record;
    if (!record.until || now < *record.until || !is_active(record))
        return;
    record.state = FindingState::open;
    record.until.reset();
    record.reason.clear();
    change.kind = ChangeKind::woken;
    change.store = true;
}

/// Ends a waiver of which a condition is broken.
void wake_if_broken(Change& change, const Measured& measured)
{
    FindingRecord& record = change.record;
    if (record.state != FindingState::waived)
        return;
    std::string broken = broken_condition(record, measured);
    if (broken.empty())
        return;
    record.state = FindingState::open;
    record.until.reset();
    record.broken = std::move(broken);
    change.kind = ChangeKind::woken;
    change.store = true;
}

Change keep(FindingRecord record, const Finding& finding, const Measured& measured, Timestamp now)
{
    Change change{ChangeKind::kept, false, std::move(record)};
    wake_if_due(change, now);
    wake_if_broken(change, measured);
    FindingRecord& kept = change.record;
    const auto severity_before = kept.severity;
    const bool again =
        finding.happened_at && kept.happened_at && *finding.happened_at > *kept.happened_at;
    const bool differs = kept.severity != finding.severity || kept.evidence != finding.evidence
                         || kept.data_date != finding.data_date
                         || kept.happened_at != finding.happened_at;
    if (differs)
        show(kept, finding);
    if (differs || now - kept.last_seen_at >= last_seen_written_every)
    {
        kept.last_seen_at = now;
        change.store = true;
    }

    // Who put it off knew less than what is known now. A waiver has its own conditions.
    if ((again || kept.severity > severity_before) && is_put_off(kept.state))
    {
        kept.state = FindingState::open;
        kept.until.reset();
        change.kind = ChangeKind::woken;
    }
    if (kept.severity > severity_before)
        change.kind = ChangeKind::worsened;
    else if (kept.severity < severity_before && change.kind == ChangeKind::kept)
        change.kind = ChangeKind::eased;
    return change;
}

Change end(FindingRecord record, std::string_view by, Timestamp now)
{
    Change change{ChangeKind::resolved, true, std::move(record)};
    change.record.state = FindingState::resolved;
    change.record.resolved_at = now;
    change.record.resolved_by = by;
    change.record.until.reset();
    change.record.due.reset();
    return change;
}

FindingRecord* find(
    std::vector<FindingRecord>& records, const std::string& rule, const std::string& subject)
{
    for (FindingRecord& record : records)
    {
        if (record.rule == rule && record.subject == subject)
            return &record;
    }
    return nullptr;
}

} // namespace

bool is_active(const FindingRecord& record)
{
    return record.state != FindingState::resolved;
}

bool counts(const FindingRecord& record)
{
    return is_active(record) && record.state != FindingState::waived;
}

std::vector<Change> advance(
    std::vector<FindingRecord> records,
    const std::vector<RuleOutcome>& outcomes,
    Resolving resolving,
    Timestamp now,
    const Measured& measured)
{
    std::vector<Change> changes;
    std::set<const FindingRecord*> still_wrong;
    for (const RuleOutcome& outcome : outcomes)
    {
        const auto* bad = std::get_if<Bad>(&outcome.verdict);
        if (!bad)
            continue;
        for (const Finding& finding : bad->findings)
        {
            const FindingRecord* known = find(records, outcome.rule, finding.subject);
            if (known)
                still_wrong.insert(known);
            if (!known)
                changes.push_back(open_new(outcome.rule, finding, now));
            else if (is_active(*known))
                changes.push_back(keep(*known, finding, measured, now));
            else if (!stays_closed(*known, finding))
                changes.push_back(reopen(*known, finding, now));
        }
    }

    for (const FindingRecord& record : records)
    {
        if (!is_active(record) || still_wrong.contains(&record))
            continue;
        const auto outcome =
            std::find_if(outcomes.begin(), outcomes.end(), [&record](const RuleOutcome& one) {
                return one.rule == record.rule;
            });
        const bool looked =
            outcome == outcomes.end() || !std::holds_alternative<Unknown>(outcome->verdict);
        if (looked && resolving == Resolving::allowed)
        {
            changes.push_back(end(record, resolved_by_facts, now));
            continue;
        }
        Change change{ChangeKind::kept, false, record};
        wake_if_due(change, now);
        wake_if_broken(change, measured);
        changes.push_back(std::move(change));
    }
    return changes;
}

std::optional<Timestamp> next_waking(const std::vector<FindingRecord>& records, Timestamp now)
{
    std::optional<Timestamp> next;
    for (const FindingRecord& record : records)
    {
        if (!is_active(record) || !record.until)
            continue;
        const Timestamp wakes = std::max(*record.until, now);
        if (!next || wakes < *next)
            next = wakes;
    }
    return next;
}

} // namespace mimamori::collector::findings
