#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule remote_tool: a remote access or maintenance tool ran that nobody approved. Many are agreed
/// with a maker: approve those, with an end date. The names are those of the knowledge file
/// remote_tools.
Judgement judge_remote_tool(const Inputs& in);

} // namespace mimamori::collector::rules
