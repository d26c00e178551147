#pragma once

#include "collector/rules/system_rule.hpp"

namespace mimamori::collector::rules {

/// Rule knowledge_old: what the collector knows about end of support, updates or antivirus programs
/// was not brought up to date for long, so verdicts rest on old dates.
Judgement judge_knowledge_old(const SystemInputs& in);

} // namespace mimamori::collector::rules
