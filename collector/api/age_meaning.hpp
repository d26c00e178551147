#pragma once

#include "collector/rules/policy.hpp"
#include "collector/storage/database.hpp"
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

/// Reads the whole database: the hospital's policy is everybody's. `base`: where nothing is set.
Result<AgeMeanings> age_meanings(storage::Session& session, const rules::Policy& base);

} // namespace mimamori::collector::api
