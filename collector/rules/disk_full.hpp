#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule disk_full: little is left of the disk that the system of the device lies on. A large disk
/// has room long after its share looks small, so both count.
Judgement judge_disk_full(const Inputs& in);

} // namespace mimamori::collector::rules
