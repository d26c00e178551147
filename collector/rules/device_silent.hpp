#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule device_silent: the device stopped reporting without a goodbye, or did not come back from
/// one, and nobody sees that it runs (agent_stopped). Hours in which it is usually not heard
/// excuse it (UsualHours). Unknown while the collector itself has not
/// listened long enough to tell.
Judgement judge_device_silent(const Inputs& in);

} // namespace mimamori::collector::rules
