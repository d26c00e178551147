#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule device_cloned: two machines use the identity of this device. Only the end of the conflict
/// closes it, which a person brings about by revoking the certificate that both hold; the real one
/// is enrolled again.
Judgement judge_device_cloned(const Inputs& in);

} // namespace mimamori::collector::rules
