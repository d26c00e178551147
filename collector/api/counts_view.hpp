#pragma once

#include "collector/storage/device_list.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>

namespace mimamori::collector::api {

/// How many devices are in which state, as answers tell it.
struct CountsView
{
    std::int64_t total{0};
    std::int64_t good{0};
    std::int64_t warning{0};
    std::int64_t action{0};
    std::int64_t silent{0};
    std::int64_t unknown{0};
};
BOOST_DESCRIBE_STRUCT(CountsView, (), (total, good, warning, action, silent, unknown))

inline CountsView view_of(const storage::StateCounts& counts)
{
    return {counts.total,  counts.good,   counts.warning,
            counts.action, counts.silent, counts.unknown};
}

} // namespace mimamori::collector::api
