#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule smb1_on: the device speaks the first version of file sharing (SMB 1), which has no
/// protection against what spreads by itself.
Judgement judge_smb1_on(const Inputs& in);

} // namespace mimamori::collector::rules
