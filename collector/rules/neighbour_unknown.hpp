#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule neighbour_unknown: devices on the network that are in no list, and that this device was the
/// first to see. One finding per device with their number, however many there are.
Judgement judge_neighbour_unknown(const Inputs& in);

} // namespace mimamori::collector::rules
