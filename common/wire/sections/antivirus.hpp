#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Antivirus products and how fresh their patterns are.
namespace mimamori::wire {

/// A state that a source may or may not tell.
enum class Switch
{
    unknown,
    on,
    off
};
BOOST_DESCRIBE_ENUM(Switch, unknown, on, off)

/// One antivirus product as its own sources describe it.
struct AntivirusProduct
{
    std::string id; ///< Key of the definitions file: "clamav", "defender".
    std::string vendor;
    std::string name;
    std::string version;
    std::string engine_version;
    bool has_pattern{false}; ///< False for allow-list and EDR products: their age is not judged.
    std::string pattern_version;
    std::optional<Timestamp> pattern_built_at;   ///< When the vendor made it. Age counts from here.
    std::optional<Timestamp> pattern_applied_at; ///< When this machine took it.
    std::optional<Timestamp> update_tried_at;    ///< When this machine last asked for a newer one.
    Switch realtime{Switch::unknown};
    std::optional<Timestamp> last_scan_at;
    std::optional<Date> licence_until;
    std::vector<std::string> sources; ///< Which sources of the definitions answered.
    std::vector<UnknownFact> unknown; ///< Which members could not be read, and why.

    friend bool operator==(const AntivirusProduct&, const AntivirusProduct&) = default;
};
BOOST_DESCRIBE_STRUCT(
    AntivirusProduct,
    (),
    (id,
     vendor,
     name,
     version,
     engine_version,
     has_pattern,
     pattern_version,
     pattern_built_at,
     pattern_applied_at,
     update_tried_at,
     realtime,
     last_scan_at,
     licence_until,
     sources,
     unknown))

/// Something that a product found, as its own log tells.
struct AntivirusDetection
{
    std::string product; ///< `AntivirusProduct::id`.
    std::string id;      ///< The product's own name for this find; empty: it has none.
    Timestamp at{};
    std::string threat; ///< As the vendor calls it.
    std::string path;   ///< What it was found in.
    std::string action; ///< What became of it, in the product's words; empty: not told.

    friend bool operator==(const AntivirusDetection&, const AntivirusDetection&) = default;
};
BOOST_DESCRIBE_STRUCT(AntivirusDetection, (), (product, id, at, threat, path, action))

/// Section `antivirus`.
struct AntivirusSection
{
    Provenance from;
    std::vector<AntivirusProduct> products;
    std::uint64_t definitions_version{0}; ///< Version of the source definitions that were used.
    std::vector<AntivirusDetection> detections; ///< Of the last week, the newest first.
    std::vector<std::string> detection_logs;    ///< The products whose logs could be read.

    friend bool operator==(const AntivirusSection&, const AntivirusSection&) = default;
};
BOOST_DESCRIBE_STRUCT(
    AntivirusSection, (), (from, products, definitions_version, detections, detection_logs))

} // namespace mimamori::wire
