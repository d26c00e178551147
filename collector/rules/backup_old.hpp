#pragma once

#include "collector/rules/system_rule.hpp"

namespace mimamori::collector::rules {

/// Rule backup_old: no copy of the collector's data was made and verified for long
/// (`mimamorictl backup`), or ever since the site was made.
Judgement judge_backup_old(const SystemInputs& in);

} // namespace mimamori::collector::rules
