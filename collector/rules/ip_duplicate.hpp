#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule ip_duplicate: another device of the same site that reports now has the same IPv4 address.
/// A warning; only information where nothing says that both are in one network, since closed
/// networks of makers often use the same numbers. Devices whose gateways are different machines are
/// in different networks.
Judgement judge_ip_duplicate(const Inputs& in);

} // namespace mimamori::collector::rules
