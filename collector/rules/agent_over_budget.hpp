#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule agent_over_budget: the agent costs the device more than it may: more memory than the limit
/// it was given, more processor time than the policy allows on average since it started, or it held
/// itself back. From what the agent measured of itself.
Judgement judge_agent_over_budget(const Inputs& in);

} // namespace mimamori::collector::rules
