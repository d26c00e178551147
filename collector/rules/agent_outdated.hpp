#pragma once

#include "collector/rules/rule.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace mimamori::collector::rules {

/// Rule agent_outdated: the agent is older than this collector. Information, since an old agent
/// goes on working; a warning when its first number differs by more than one, which is further
/// apart than the two are made to understand each other.
Judgement judge_agent_outdated(const Inputs& in);

/// "1.12.3" or "1.12.3-rc1" as three numbers; nothing when it does not begin with them.
std::optional<std::array<int, 3>> version_numbers(std::string_view version);

} // namespace mimamori::collector::rules
