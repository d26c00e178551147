#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule av_off: real-time protection is switched off in every product.
///
/// One product that is on is enough. Linux gets a warning only: scanning on a schedule is the usual
/// way there, on-access scanning the exception.
Judgement judge_av_off(const Inputs& in);

} // namespace mimamori::collector::rules
