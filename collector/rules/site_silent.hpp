#pragma once

#include "collector/rules/system_rule.hpp"

namespace mimamori::collector::rules {

/// Rule site_silent: many devices of one site fell silent at about the same time, as in a power
/// cut. What is told of their silence is told here, once, with a list of those that came back.
Judgement judge_site_silent(const SystemInputs& in);

} // namespace mimamori::collector::rules
