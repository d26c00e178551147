#pragma once

#include "collector/rules/rule.hpp"

namespace mimamori::collector::rules {

/// Rule service_unexpected: a service starts by itself that no device of the same model had while
/// the model was being learned, or starts another program than there, and nobody added it to the
/// model's profile. Numbers in names do not count: they go up with each version.
Judgement judge_service_unexpected(const Inputs& in);

} // namespace mimamori::collector::rules
