#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule service_unneeded: the device offers a service of old that sends passwords in the clear.
Judgement judge_service_unneeded(const Inputs& in);

} // namespace mimamori::collector::rules
