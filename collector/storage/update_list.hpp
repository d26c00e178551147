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
#include <vector>

/// How current systems and antivirus patterns are, over all devices, and what replacing them costs.
/// Functions for works of `Database`.
namespace mimamori::collector::storage {

/// Devices of one site whose systems are alike.
struct SupportGroup
{
    std::string site;
    std::string os;            ///< "Windows 10 22H2"; empty: not known.
    std::string support;       ///< "supported", "extended_only", "unsupported", "unknown".
    std::optional<Date> until; ///< Last day of updates that nothing need be bought for.
    bool free_update{false};   ///< A later version is an update, no purchase.
    std::int64_t devices{0};
    std::int64_t waived{0}; ///< Of these, with an accepted risk about their support.
};

/// By last day, then system and site. Devices that are retired or disposed of are left out.
std::vector<SupportGroup> support_groups(Session& session);

/// What lists of these pages show of a device.
struct UpdateRow
{
    DeviceId id;
    std::string name;
    std::string site;
    std::string model;
    std::string os; ///< As judged, else as the device tells.
    std::string support;
    std::optional<Date> until;
    bool free_update{false};
    std::string antivirus;
    std::optional<Timestamp> pattern_built_at;
    std::optional<Date> patched_until;
    std::optional<Timestamp> last_seen;
    std::string state;
};

/// Devices whose support ends, or ended, by that day and is not prolonged by a free update: those
/// that need a decision, so none that is retired or disposed of. By last day.
std::vector<UpdateRow> list_support_ending(Session& session, Date by, std::size_t rows_max);

/// Which age a list is about.
enum class Age
{
    pattern, ///< Of the newest antivirus pattern.
    patch    ///< Of the newest security update that the device has.
};

/// Devices in use by age: six bars of rising age, then those whose age is not known.
inline constexpr std::size_t age_bars = 7;
using AgeBars = std::array<std::int64_t, age_bars>;

/// The days with which bars end; the sixth has no end.
inline constexpr std::array<std::int64_t, age_bars - 2> pattern_bar_days{1, 3, 7, 14, 30};
inline constexpr std::array<std::int64_t, age_bars - 2> patch_bar_days{35, 65, 95, 185, 365};

/// Bars of one site, or of one antivirus product.
struct AgeCounts
{
    std::string of;
    AgeBars bars{};
};

std::vector<AgeCounts> count_ages_by_site(Session& session, Age age, Timestamp now);

/// Pattern ages by product; a device with several counts once, under all their names.
std::vector<AgeCounts> count_ages_by_product(Session& session, Timestamp now);

struct AgeFilter
{
    Age age{Age::pattern};
    std::optional<std::size_t> bar; ///< Index of the bar; absent: all.
    std::string site;               ///< Empty: all.
    std::vector<FilterTerm> terms;  ///< Of `age_fields`.
    FilterTime time;
    std::string sort; ///< Of `age_fields`; "-name": the other way round. Empty: oldest first.
    std::size_t rows_before{0}; ///< On the pages before.
    std::size_t rows_max{200};
};

/// What lists of devices by age can be narrowed and sorted by.
const ListFields& age_fields();

/// Oldest first, those of unknown age last, unless it is asked otherwise. Errors: invalid_input for
/// a filter or an order that `age_fields` lacks.
Result<std::vector<UpdateRow>> list_by_age(Session& session, const AgeFilter& filter);

/// What a device in place of one with this system costs, in yen; the empty system: any other.
struct Price
{
    std::string os;
    std::int64_t price{0};
};

std::vector<Price> list_prices(Session& session);

/// 0 takes the price away. Errors: invalid_input for more than 100,000,000 or less than 0, or a
/// name of more than 200 bytes.
Result<void> put_price(Session& session, const Price& price);

} // namespace mimamori::collector::storage
