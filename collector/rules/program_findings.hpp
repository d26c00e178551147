#pragma once

#include "collector/rules/rule.hpp"

/// What the rules about programs share: each takes its own part of the unknown ones.
namespace mimamori::collector::rules {

/// Which programs a rule is about, and how much each matters.
struct ProgramRule
{
    bool (*is_about)(const SeenProgram&);
    Severity (*severity)(const SeenProgram&);
    bool counts_not_kept{false}; ///< Programs beyond those that are kept are among its own.
};

/// Unknown programs that the rule is about: the newest with a finding each, the rest in one. What
/// could not be read is unknown, and so is nothing that was found before.
Judgement judge_programs(const Inputs& in, const ProgramRule& rule);

} // namespace mimamori::collector::rules
