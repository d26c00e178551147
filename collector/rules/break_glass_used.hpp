#pragma once

#include "collector/rules/system_rule.hpp"

namespace mimamori::collector::rules {

/// Rule break_glass_used: somebody signed in with an account of the collector's own although people
/// sign in through the directory. That way is for the day on which the directory is down.
Judgement judge_break_glass_used(const SystemInputs& in);

/// So long after it the finding ends by itself.
inline constexpr std::chrono::days break_glass_shown{30};

} // namespace mimamori::collector::rules
