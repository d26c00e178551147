#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule os_support_ending: security updates end on a known day that is near enough to plan for.
Judgement judge_os_support_ending(const Inputs& in);

} // namespace mimamori::collector::rules
