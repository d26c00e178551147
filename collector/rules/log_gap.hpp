#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule log_gap: events of the device are missing or doubtful: dropped by a full spool, numbers
/// that never came, a spool set back to an older copy, a number with two contents.
Judgement judge_log_gap(const Inputs& in);

} // namespace mimamori::collector::rules
