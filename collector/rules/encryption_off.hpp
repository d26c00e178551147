#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule encryption_off: a device that can be carried away has a disk that is not encrypted.
Judgement judge_encryption_off(const Inputs& in);

} // namespace mimamori::collector::rules
