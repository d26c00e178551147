#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule disk_failing: a disk says that it is about to fail.
Judgement judge_disk_failing(const Inputs& in);

} // namespace mimamori::collector::rules
