#pragma once

#include "collector/storage/session.hpp"

#include <cstdint>

/// Functions for works of `Database`.
namespace mimamori::collector::storage {

/// How far two lists have come that only grow: changes of findings, events of devices.
struct LiveMarks
{
    std::int64_t findings{0};
    std::int64_t events{0};

    friend bool operator==(const LiveMarks&, const LiveMarks&) = default;
};

/// The newest rows of the two lists, or `after` where there are none behind it. Only those are
/// looked at, so that on a narrow connection nobody searches all that is closed to them.
LiveMarks read_live_marks(Session& session, const LiveMarks& after);

} // namespace mimamori::collector::storage
