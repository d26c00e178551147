#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule ip_not_issued: the device uses an address outside of the networks that the policy says are
/// issued to its place. Not applicable where no issued networks are written down.
Judgement judge_ip_not_issued(const Inputs& in);

} // namespace mimamori::collector::rules
