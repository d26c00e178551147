#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule process_unknown: a program ran that nobody approved and that was not there while the device
/// model was being learned. The subject is its path. Beyond `Policy::programs_named` the rest share
/// one finding with their count.
Judgement judge_process_unknown(const Inputs& in);

} // namespace mimamori::collector::rules
