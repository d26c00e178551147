#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule second_gateway: the device has two ways out at once.
Judgement judge_second_gateway(const Inputs& in);

} // namespace mimamori::collector::rules
