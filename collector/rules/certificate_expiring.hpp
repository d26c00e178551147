#pragma once

#include "collector/rules/system_rule.hpp"

namespace mimamori::collector::rules {

/// Rule certificate_expiring: a certificate that the collector needs ends soon. Those that renew
/// themselves are told only when that has not happened in time.
Judgement judge_certificate_expiring(const SystemInputs& in);

} // namespace mimamori::collector::rules
