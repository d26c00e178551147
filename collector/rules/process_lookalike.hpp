#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule process_lookalike: a program ran whose name imitates a part of the system ("svch0st.exe"),
/// or that has such a name in a folder where no system part lives. It is never learned; a person
/// may approve it.
Judgement judge_process_lookalike(const Inputs& in);

} // namespace mimamori::collector::rules
