#pragma once

#include "collector/storage/event_store.hpp"
#include "collector/storage/list_filter.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// Events that a filter is looking for. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// What lists of events can be narrowed by. Who was signed in is not in it: not everybody may see
/// that.
const ListFields& event_fields();

/// Events that one page looks through, so that what nobody finds costs no more than this.
inline constexpr std::size_t events_looked_through_max = 100'000;

struct FoundEvents
{
    std::vector<StoredEvent> events; ///< At most `count_max`, newest arrivals first.

    /// The `before_no` of the following page; nothing: all were looked through. A page may have
    /// fewer events than asked for, or none, and still be followed by another.
    std::optional<std::int64_t> next;
};

/// Errors: not_found for an unknown device; invalid_input for terms that `event_fields` lacks.
Result<FoundEvents> find_events(
    Session& session,
    const EventQuery& query,
    const std::vector<FilterTerm>& terms,
    const FilterTime& time,
    std::size_t looked_through_max = events_looked_through_max);

} // namespace mimamori::collector::storage
