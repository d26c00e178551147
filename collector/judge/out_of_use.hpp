#pragma once

#include "collector/rules/rule.hpp"

#include <chrono>
#include <string_view>

namespace mimamori::collector::judge {

/// A device that is not in use and was not heard for so long is taken to be switched off.
inline constexpr std::chrono::hours at_rest_after{24};

/// What the rule says of a device at that stage of its life. Of one that is not in use nobody
/// expects to hear; while it runs, its dangers are those of any other, and are told.
rules::Judgement judgement_of(
    const rules::Rule& rule, const rules::Inputs& inputs, std::string_view stage);

} // namespace mimamori::collector::judge
