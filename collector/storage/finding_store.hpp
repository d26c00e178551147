#pragma once

#include "collector/findings/record.hpp"
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

/// Which findings to list: worst first, then the newest. Empty members do not narrow.
struct FindingQuery
{
    std::string state; ///< "active": all but resolved; else the name of a state.
    std::string rule;
    std::optional<rules::Severity> severity;
    DeviceId device;
    SiteId site;

    /// The last finding's id of the page before.
    std::string after_id;

    std::size_t rows_max{100};
};

/// Errors: not_found when `after_id` is no finding.
Result<std::vector<ListedFinding>> list_findings(Session& session, const FindingQuery& query);

/// How many a query has on all pages together.
std::int64_t count_findings(Session& session, const FindingQuery& query);

/// What opened or resolved last, the newest first.
std::vector<ListedFinding> recent_findings(Session& session, std::size_t rows_max);

} // namespace mimamori::collector::storage
