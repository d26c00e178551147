#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule rdp_on: the desktop can be used over the network. Often wanted, for maintenance; so that it
/// is known.
Judgement judge_rdp_on(const Inputs& in);

} // namespace mimamori::collector::rules
