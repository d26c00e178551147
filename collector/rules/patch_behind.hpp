#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule patch_behind: security updates that exist are not installed.
///
/// Windows is judged by the monthly releases that are missing, Linux by the security updates that
/// its package manager knows and by how old that knowledge is. A Windows that is newer than our
/// table is good while the table is current, and unknown when releases are due that it lacks.
Judgement judge_patch_behind(const Inputs& in);

} // namespace mimamori::collector::rules
