#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule agent_stopped: the device fell silent without a goodbye, and others on its network still
/// see it: it runs, and its agent does not. It is told instead of device_silent. The network card
/// of a PC that sleeps may answer, too: a warning, unless the device was heard in every hour of the
/// week; for action once it has missed a whole hour in which it was heard in every week, at latest
/// when silence is.
Judgement judge_agent_stopped(const Inputs& in);

/// Whether the above is so now, and the rule is in force.
bool runs_without_agent(const Inputs& in);

} // namespace mimamori::collector::rules
