#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule av_unknown: something about the antivirus that must be known is not: whether there is one,
/// how old its pattern is, or whether it is on. Never green by ignorance.
///
/// A newly enrolled device gets time to deliver its sections first.
Judgement judge_av_unknown(const Inputs& in);

} // namespace mimamori::collector::rules
