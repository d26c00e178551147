#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule account_weak: a local account that can be used has no password.
Judgement judge_account_weak(const Inputs& in);

} // namespace mimamori::collector::rules
