#pragma once

#include "collector/rules/site_view.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <boost/describe/enum.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What devices and their models usually have. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// What sightings are about.
enum class SightingKind
{
    network,
    administrator
};
BOOST_DESCRIBE_ENUM(SightingKind, network, administrator)

std::vector<rules::Sighting> sightings_of(
    Session& session, std::int64_t device_no, SightingKind kind);

/// Keeps the earlier time when it was seen before.
void put_sighting(
    Session& session, std::int64_t device_no, SightingKind kind, const rules::Sighting& sighting);

/// Makes `addresses` those of the device. Returns the other devices that have one of them, or had
/// one that this device gives up.
std::vector<std::int64_t> put_device_addresses(
    Session& session, std::int64_t device_no, const std::vector<std::string>& addresses);

/// A device that has an address of another one.
struct AddressRow
{
    std::string address;
    std::int64_t device_no{0};
    DeviceId device;
    std::string name;
    std::optional<Timestamp> last_seen_at; ///< Up to minutes old; Liveness has the exact one.
};

/// Other devices of the same site that have one of its addresses, at most `rows_max`.
std::vector<AddressRow> holders_of_addresses(
    Session& session, std::int64_t device_no, std::size_t rows_max);

/// What the antivirus of the device found since `since`, oldest first; the newest `rows_max`.
std::vector<rules::Detection> detections_of(
    Session& session, std::int64_t device_no, Timestamp since, std::size_t rows_max);

/// Whether a device is the row that stands for a site.
bool is_site_row(const DeviceId& device);

/// The row that stands for a site in the table of devices, if there is one yet.
std::optional<std::int64_t> find_site_row(Session& session, const SiteId& site);

/// The row that stands for a site in the table of devices, made when there is none. Errors:
/// not_found for an unknown site.
Result<std::int64_t> site_row_no(Session& session, const SiteId& site, Timestamp now);

} // namespace mimamori::collector::storage
