#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule av_detection: the antivirus program of the device found something in the last 30 days.
/// Closed by a person, it stays closed until the next detection. Without any detection it is
/// unknown where the agent does not watch the program's log: silence is no proof.
Judgement judge_av_detection(const Inputs& in);

} // namespace mimamori::collector::rules
