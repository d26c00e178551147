#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule av_missing: the device was looked through and no antivirus was found.
///
/// Allow-list and behaviour-watching products count as protection. Unknown while a source that
/// might name a product could not be read.
Judgement judge_av_missing(const Inputs& in);

} // namespace mimamori::collector::rules
