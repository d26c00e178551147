#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule peer_unexpected: the device talks to machines in a way in which no device of the same model
/// did while the model was being learned, and that nobody added to the model's profile: another
/// program, another port, or for the first time outside the house. Who the peer is does not count.
/// Info within the house, but for ports by which machines are ruled from afar.
Judgement judge_peer_unexpected(const Inputs& in);

} // namespace mimamori::collector::rules
