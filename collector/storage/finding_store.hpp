#pragma once

#include "collector/findings/record.hpp"
#include "collector/storage/list_page.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Findings and what happened to them. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// The device's findings that are not resolved, in the order in which they were first stored.
std::vector<findings::FindingRecord> active_findings(Session& session, std::int64_t device_no);

/// The finding of that identity, whatever its state.
std::optional<findings::FindingRecord> find_finding(
    Session& session, std::int64_t device_no, std::string_view rule, std::string_view subject);

/// The finding with that id.
std::optional<findings::FindingRecord> find_finding(Session& session, std::string_view id);

/// Stores a record; one without number gets number and id.
void put_finding(Session& session, findings::FindingRecord& record);

/// One line of a finding's history.
struct FindingEvent
{
    Timestamp at{};
    std::string what; ///< "opened", "worsened", "acknowledge", …
    std::string who;  ///< Empty: the rules.
    std::string note;
};

void add_finding_event(Session& session, std::int64_t finding_no, const FindingEvent& event);

/// Oldest first; at most the newest `rows_max`.
std::vector<FindingEvent> events_of_finding(
    Session& session, std::int64_t finding_no, std::size_t rows_max = 200);

/// A finding with the device it is about, for lists.
struct ListedFinding
{
    findings::FindingRecord record;
    DeviceId device;
    std::string device_name;
    std::string site_id;
};

/// The finding with that id and the device it is about; nothing when there is none.
std::optional<ListedFinding> find_listed(Session& session, std::string_view id);

class Statement;

/// The finding at a row of: id, name and site of the device, and all columns of the finding.
ListedFinding listed_finding(const Statement& row);

/// Where a finding stands in the list of findings.
struct FindingPlace
{
    std::int64_t severity{0};
    std::int64_t opened_at_ms{0};
    std::int64_t no{0};
};

FindingPlace place_of(const findings::FindingRecord& record);

/// What lists of findings can be narrowed by.
const ListFields& finding_fields();

/// Which findings to list: worst first, then the newest. Empty members do not narrow.
struct FindingQuery
{
    std::string state; ///< "active": all but resolved; else the name of a state.
    std::string rule;
    std::optional<rules::Severity> severity;
    DeviceId device;
    SiteId site;

    std::vector<FilterTerm> terms; ///< Of `finding_fields`.
    FilterTime time;

    std::optional<FindingPlace> after; ///< The last finding of the page before.

    std::string
        sort; ///< Of `finding_fields`; "-opened": the other way round. Empty: as said above.
    std::optional<ListPlace> after_sorted; ///< In place of `after`, when `sort` says something.

    std::size_t rows_max{100};
};

/// Errors: invalid_input for terms that `finding_fields` lacks.
Result<std::vector<ListedFinding>> list_findings(Session& session, const FindingQuery& query);

/// Where that finding stands in the list in the order of `query.sort`, which must not be empty.
ListPlace sorted_place(Session& session, const FindingQuery& query, std::int64_t no);

/// How many a query has on all pages together. Errors: as above.
Result<std::int64_t> count_findings(Session& session, const FindingQuery& query);

/// Findings of one rule that opened, or resolved, one after another.
struct RecentFindings
{
    ListedFinding newest;
    std::int64_t count{0}; ///< With the newest; of the last 500 that opened or resolved.
};

/// What opened or resolved last, each rule once a way, the newest first.
std::vector<RecentFindings> recent_findings(Session& session, std::size_t rows_max);

} // namespace mimamori::collector::storage
