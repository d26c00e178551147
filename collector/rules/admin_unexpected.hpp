#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule admin_unexpected: an account became an administrator of the device after its first weeks.
/// Closed by a person, it stays closed. Says how many, not who: names of people are for those who
/// may see the accounts.
Judgement judge_admin_unexpected(const Inputs& in);

} // namespace mimamori::collector::rules
