#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule usb_unregistered: a USB storage medium that is not in the register was plugged in.
///
/// The subject is vendor, product and serial. It stays after the medium was pulled out: what was
/// copied stays copied.
Judgement judge_usb_unregistered(const Inputs& in);

} // namespace mimamori::collector::rules
