#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule firewall_off: a packet filter of the device is switched off, or one of its profiles.
Judgement judge_firewall_off(const Inputs& in);

} // namespace mimamori::collector::rules
