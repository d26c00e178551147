#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule clock_wrong: the device's clock differs from the collector's.
Judgement judge_clock_wrong(const Inputs& in);

} // namespace mimamori::collector::rules
