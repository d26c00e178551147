#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule port_unexpected: a program takes connections from the network on a port that no device of
/// the same model had while the model was being learned, and that nobody added to the model's
/// profile. Ports that the system hands out by chance (32768 and above) count by their program.
Judgement judge_port_unexpected(const Inputs& in);

} // namespace mimamori::collector::rules
