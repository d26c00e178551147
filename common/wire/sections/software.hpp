#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

/// Installed programs.
namespace mimamori::wire {

/// One installed program or package.
struct InstalledSoftware
{
    std::string name;
    std::string vendor;
    std::string version;
    std::optional<Date> installed_on;
    std::string architecture;

    friend bool operator==(const InstalledSoftware&, const InstalledSoftware&) = default;
};
BOOST_DESCRIBE_STRUCT(InstalledSoftware, (), (name, vendor, version, installed_on, architecture))

/// Section `software`.
struct SoftwareSection
{
    Provenance from;
    std::vector<InstalledSoftware> software;

    friend bool operator==(const SoftwareSection&, const SoftwareSection&) = default;
};
BOOST_DESCRIBE_STRUCT(SoftwareSection, (), (from, software))

} // namespace mimamori::wire
