#pragma once

#include "collector/api/services.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace mimamori::collector::api {

/// What the bars of an age mean, by the policy of the hospital as a whole: those of departments,
/// models and single devices may differ.
struct AgeMeaning
{
    std::int64_t warning{0}; ///< Days of a pattern, months of updates.
    std::int64_t action{0};  ///< The same.
    std::vector<std::string>
        states; ///< Of each bar (storage::age_bars), as its oldest day is judged.
};
BOOST_DESCRIBE_STRUCT(AgeMeaning, (), (warning, action, states))

struct AgeMeanings
{
    AgeMeaning pattern;
    AgeMeaning patch;
};
BOOST_DESCRIBE_STRUCT(AgeMeanings, (), (pattern, patch))

/// As they are now. Reads the whole database: the hospital's policy is everybody's.
awaitable<Result<AgeMeanings>> age_meanings(Services& services);

} // namespace mimamori::collector::api
