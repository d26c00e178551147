#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule device_moved: the device is in a network in which it never was during its first weeks.
/// Closed by a person, it stays closed. Only information for a notebook, which is made to be
/// carried about.
Judgement judge_device_moved(const Inputs& in);

} // namespace mimamori::collector::rules
