#pragma once

#include "collector/rules/system_rule.hpp"

namespace mimamori::collector::rules {

/// Rule mail_failing: alerts are configured and have not been delivered for a while. Not applicable
/// where nobody is to be told.
Judgement judge_mail_failing(const SystemInputs& in);

} // namespace mimamori::collector::rules
