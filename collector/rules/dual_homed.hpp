#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule dual_homed: the device is in two networks at once. Many devices have a network of their own
/// behind them, so this is for knowing, unless it passes packets from one to the other.
Judgement judge_dual_homed(const Inputs& in);

} // namespace mimamori::collector::rules
