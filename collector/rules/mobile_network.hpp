#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule mobile_network: the device has a way out over the mobile network, past the hospital's own.
Judgement judge_mobile_network(const Inputs& in);

} // namespace mimamori::collector::rules
