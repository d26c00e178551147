#pragma once

#include "collector/rules/system_rule.hpp"

namespace mimamori::collector::rules {

/// Rule disk_low: the disk of the collector is nearly full, or will be soon as its database grows.
Judgement judge_disk_low(const SystemInputs& in);

} // namespace mimamori::collector::rules
