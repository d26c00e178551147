#pragma once

#include "common/base/time.hpp"
#include "common/wire/enrollment.hpp"
#include "common/wire/report.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace mimamori::agent::app {

/// Everything about a machine on which no agent may be installed, or that has no network: one JSON
/// file that a person carries.
struct Snapshot
{
    std::uint32_t format{1};
    std::string agent_version;
    Timestamp taken_at{};
    std::string boot_id;
    wire::MachineFacts machine;
    std::vector<wire::SectionReport> sections;

    friend bool operator==(const Snapshot&, const Snapshot&) = default;
};
BOOST_DESCRIBE_STRUCT(Snapshot, (), (format, agent_version, taken_at, boot_id, machine, sections))

/// Runs every probe once.
Snapshot take_snapshot(const Clock& clock);

} // namespace mimamori::agent::app
