#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule av_licence_ending: the licence of the antivirus ends soon, or has ended.
Judgement judge_av_licence_ending(const Inputs& in);

} // namespace mimamori::collector::rules
