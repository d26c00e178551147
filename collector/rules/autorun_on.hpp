#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule autorun_on: programs on a medium start by themselves when it is plugged in.
Judgement judge_autorun_on(const Inputs& in);

} // namespace mimamori::collector::rules
