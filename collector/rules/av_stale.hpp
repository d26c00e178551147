#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule av_stale: the antivirus pattern was built too long ago.
///
/// Age counts from the build date, by the collector's clock; when the device took the pattern and
/// when it last tried explain it. One current product is enough. Where products are switched on,
/// only those count. Not applicable without a product that has patterns.
Judgement judge_av_stale(const Inputs& in);

} // namespace mimamori::collector::rules
