#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule account_dormant: a local account could be used, and was not for a long time.
Judgement judge_account_dormant(const Inputs& in);

} // namespace mimamori::collector::rules
