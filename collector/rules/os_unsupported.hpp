#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule os_unsupported: the operating system gets no security updates any more, or only under a
/// paid programme of which nobody knows whether this device has it (a warning).
Judgement judge_os_unsupported(const Inputs& in);

} // namespace mimamori::collector::rules
