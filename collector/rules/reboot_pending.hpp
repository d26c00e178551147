#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule reboot_pending: updates are installed and wait for a restart.
Judgement judge_reboot_pending(const Inputs& in);

} // namespace mimamori::collector::rules
