#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/event.hpp"
#include "common/wire/report.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What happened on devices. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// An event in the form in which it is kept.
struct PackedEvent
{
    std::uint64_t number{0};
    Timestamp at{};
    std::string kind; ///< Name of wire::EventKind.
    std::string body; ///< JSON of the rest.

    friend bool operator==(const PackedEvent&, const PackedEvent&) = default;
};

PackedEvent pack_event(wire::Event event);

/// Stores an event. The stream's number must be new.
void put_event(
    Session& session,
    std::int64_t stream_no,
    std::int64_t device_no,
    const PackedEvent& event,
    Timestamp received_at);

/// Notes that events of a stream will never come. False: that was known.
bool put_lost(
    Session& session,
    std::int64_t stream_no,
    std::int64_t device_no,
    const wire::LostEvents& range,
    Timestamp received_at);

/// The event of a stream with this number; nothing when it is not stored.
std::optional<PackedEvent> find_event(
    Session& session, std::int64_t stream_no, std::uint64_t number);

/// Whether the first `count` of these events are stored with the same content.
bool all_stored(
    Session& session,
    std::int64_t stream_no,
    const std::vector<PackedEvent>& events,
    std::size_t count);

/// A stored event as pages and rules see it.
struct StoredEvent
{
    std::int64_t no{0}; ///< Rises in the order of arrival; names a place in the list.
    DeviceId device;
    std::string stream_id;
    Timestamp received_at{};
    wire::Event event;
};

class Statement;

/// The event at a row of: number in the list, id of the device, id of the stream, when it arrived,
/// its number, time, kind and body. Errors: invalid_input when it is damaged.
Result<StoredEvent> stored_event(const Statement& row);

/// Which events to list, newest arrivals first.
struct EventQuery
{
    std::optional<DeviceId> device;
    std::string kind;                      ///< Empty: all.
    std::optional<std::int64_t> before_no; ///< The last `no` of the page before.
    std::size_t count_max{100};
};

/// Errors: not_found for an unknown device.
Result<std::vector<StoredEvent>> list_events(Session& session, const EventQuery& query);

/// Removes events received before `before`, at most `rows_max`. Returns how many went.
std::size_t forget_events(Session& session, Timestamp before, std::size_t rows_max);

/// Removes logons that arrived before `before`, at most `rows_max`. How many.
std::size_t forget_logons(Session& session, Timestamp before, std::size_t rows_max);

/// Takes the names of people out of events that arrived before `before`; looks at `rows_max` events
/// behind the last one that was looked at. How many it looked at.
std::size_t forget_names(Session& session, Timestamp before, std::size_t rows_max);

} // namespace mimamori::collector::storage
