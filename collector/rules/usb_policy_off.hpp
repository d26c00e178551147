#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule usb_policy_off: nothing keeps USB media from being used on the device.
Judgement judge_usb_policy_off(const Inputs& in);

} // namespace mimamori::collector::rules
