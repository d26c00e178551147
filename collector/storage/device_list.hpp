#pragma once

#include "collector/storage/list_filter.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What list pages show of devices, with what people know of them. Functions for works of
/// `Database`.
namespace mimamori::collector::storage {

/// A rule that found something on a device, which nobody has put off.
struct OpenRule
{
    std::string rule;
    std::string variant; ///< The case of it that texts tell apart; usually empty.

    friend bool operator==(const OpenRule&, const OpenRule&) = default;
};

struct DeviceRow
{
    std::int64_t device_no{0};
    DeviceId id;
    std::string site_id;
    std::string device_class;
    std::string name;
    std::string hostname;
    std::string os;
    std::string os_version;
    std::string vendor;
    std::string model;
    std::string serial;
    std::string addresses; ///< Separated by spaces, like those below.
    std::string macs;
    std::string antivirus;
    std::optional<Timestamp> pattern_built_at;
    std::string agent_version;
    std::optional<Timestamp> last_seen;

    /// "good", "warning", "action", "silent", "unknown"; "none": nobody watches it, or it is not in
    /// use.
    std::string state;

    std::int64_t open_action{0};
    std::int64_t open_warning{0};
    std::int64_t unknown_rules{0};
    std::vector<OpenRule> todo;          ///< What is to be done about it, the worst first.
    std::int64_t version{0};             ///< Of its ledger entry.
    std::string stage;                   ///< One of `stages`.
    std::vector<std::string> ledger;     ///< In the order of `ledger_columns`.
    SqlValue order_key{std::int64_t{0}}; ///< What it is sorted by.
};

/// Columns of table `ledger` that people fill, in their order.
inline constexpr std::array<std::string_view, 13> ledger_columns{
    "kind",           "place",       "owner",        "supplier",     "contract",
    "contract_until", "bought_year", "renewal_year", "asset_number", "me_number",
    "note",           "stage_day",   "stage_note"};

/// What devices can be narrowed and sorted by.
const ListFields& device_fields();

/// Which devices, in which order.
struct DeviceQuery
{
    std::vector<FilterTerm> terms;
    FilterTime time;
    std::string sort{"name"}; ///< A field of `device_fields`; "-name": the other way round.

    /// Where the page before ended: its last row.
    struct Place
    {
        SqlValue order_key;
        std::string name;
        std::string id;
    };

    std::optional<Place> after;
    std::int64_t skip{0}; ///< Rows that are left out at the beginning.
    std::size_t rows_max{100};
};

/// One page. Errors: invalid_input for a filter or an order that devices do not have.
Result<std::vector<DeviceRow>> list_devices(Session& session, const DeviceQuery& query);

/// A page, and how many there are on all pages together.
struct DeviceRows
{
    std::vector<DeviceRow> rows;
    std::int64_t total{0};
};

/// As list_devices. `rows_max` is more than 0.
Result<DeviceRows> list_and_count_devices(Session& session, const DeviceQuery& query);

/// How many there are on all pages together.
Result<std::int64_t> count_devices(Session& session, const DeviceQuery& query);

/// A value that devices of the query have, and how many have it.
struct ValueCount
{
    std::string value;
    std::int64_t devices{0};
};

/// The most frequent values of a field of texts. Errors: as `list_devices`.
Result<std::vector<ValueCount>> count_values(
    Session& session, const DeviceQuery& query, std::string_view field, std::size_t rows_max);

/// How many watched devices in use are in which state; "info" counts as good.
struct StateCounts
{
    std::int64_t total{0};
    std::int64_t good{0};
    std::int64_t warning{0};
    std::int64_t action{0};
    std::int64_t silent{0};
    std::int64_t unknown{0};
};

/// Counts `count` more devices in that state; a state that nobody knows is "unknown".
void add_to(StateCounts& counts, std::string_view state, std::int64_t count);

Result<StateCounts> count_states(Session& session);

/// Devices by the age of their newest pattern: 0–1, 2–3, 4–7, 8–14, 15–30, 31 and more days,
/// no date known.
Result<std::array<std::int64_t, 7>> count_pattern_ages(Session& session, Timestamp now);

} // namespace mimamori::collector::storage
