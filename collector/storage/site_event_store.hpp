#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Devices of a site that fell silent together, and which of them are back. Functions for works of
/// `Database`.
namespace mimamori::collector::storage {

struct SiteEvent
{
    std::int64_t no{0}; ///< 0: not stored yet.
    std::string id;     ///< For the outside; empty: not stored yet.
    SiteId site;
    std::string site_name;
    bool whole{false};     ///< The root with everything below it, not only its own devices.
    Timestamp began_at{};  ///< When the first of its devices was heard last.
    Timestamp opened_at{}; ///< When it was noticed.
    std::optional<Timestamp> listed_at; ///< People were told who is back and who is not.
    std::optional<Timestamp> closed_at;
    std::string closed_by; ///< "facts", or who said so.

    // Of its members, as far as the connection shows them.
    std::uint32_t devices{0};
    std::uint32_t back{0};
    std::optional<Timestamp> last_back_at;
};

struct SiteEventMember
{
    std::int64_t device_no{0};
    DeviceId device;
    std::string name;
    Timestamp last_heard_at{};
    std::optional<Timestamp> back_at;
};

/// A device whose silence is a finding and that belongs to no open event.
struct Silence
{
    std::int64_t device_no{0};
    SiteId site;
    Timestamp opened_at{};     ///< When its silence became a finding.
    Timestamp last_heard_at{}; ///< Its last report.
};

/// Silences that became findings at `since` or later. One that follows a goodbye is none, nor is
/// one that somebody put off or accepted.
std::vector<Silence> fresh_silences(Session& session, Timestamp since);

/// How many devices of each site were heard at `since` or later, those of sites below not counted.
std::map<std::string, std::uint32_t, std::less<>> reporting_by_site(
    Session& session, Timestamp since);

/// Those that are open, the oldest first.
std::vector<SiteEvent> open_site_events(Session& session);

/// The newest first, at most `rows_max`; below number `before_no` unless that is 0.
std::vector<SiteEvent> list_site_events(
    Session& session, std::int64_t before_no, std::size_t rows_max);

std::optional<SiteEvent> find_site_event(Session& session, std::string_view id);

/// Those that are not back first, each part by name; at most `rows_max`.
std::vector<SiteEventMember> site_event_members(
    Session& session, std::int64_t event_no, std::size_t rows_max);

/// Gives number and id.
void add_site_event(Session& session, SiteEvent& event);

/// Adds the device, or says that it is silent again.
void put_site_event_member(Session& session, std::int64_t event_no, const Silence& silence);

void set_site_event_back(
    Session& session, std::int64_t event_no, std::int64_t device_no, Timestamp at);

void set_site_event_listed(Session& session, std::int64_t event_no, Timestamp now);

/// Ends the event: what was not told of its silent devices on its behalf is told now. Errors:
/// not_found; conflict when it has ended.
Result<void> close_site_event(
    Session& session, std::string_view id, std::string_view who, Timestamp now);

/// Whether the finding's device is missing in an open event.
bool is_missing_in_event(Session& session, std::int64_t finding_no);

/// Sites about which a finding of that rule is open.
std::vector<SiteId> sites_with_finding(Session& session, std::string_view rule);

/// Removes events that ended before `before`.
void forget_site_events(Session& session, Timestamp before);

} // namespace mimamori::collector::storage
