#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// The agent about itself: what it was told to do and who told it.
namespace mimamori::wire {

/// One setting in force.
struct SettingInForce
{
    std::string key;
    std::string value;  ///< Secrets are never listed.
    std::string origin; ///< "default", "installer", "file", "policy", "command line".

    friend bool operator==(const SettingInForce&, const SettingInForce&) = default;
};
BOOST_DESCRIBE_STRUCT(SettingInForce, (), (key, value, origin))

/// Section `self`. The measured footprint changes all the time and travels in `Report::self`.
struct SelfSection
{
    Provenance from;
    std::string version;
    std::string build; ///< Commit or package version.
    std::string platform;
    std::vector<SettingInForce> settings;
    std::string process_watch; ///< "events" or "polling".
    std::string usb_watch;
    std::uint64_t memory_cap_bytes{0};
    bool signed_build{false};

    friend bool operator==(const SelfSection&, const SelfSection&) = default;
};
BOOST_DESCRIBE_STRUCT(
    SelfSection,
    (),
    (from,
     version,
     build,
     platform,
     settings,
     process_watch,
     usb_watch,
     memory_cap_bytes,
     signed_build))

} // namespace mimamori::wire
