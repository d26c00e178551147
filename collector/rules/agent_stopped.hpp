#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule agent_stopped: the device fell silent without a goodbye, and others on its network still
/// see it: it runs, and its agent does not. It is told instead of device_silent.
Judgement judge_agent_stopped(const Inputs& in);

/// Whether the above is so now, and the rule is in force.
bool runs_without_agent(const Inputs& in);

} // namespace mimamori::collector::rules
