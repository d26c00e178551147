#pragma once

#include "collector/rules/rule.hpp"

#include <optional>
#include <string_view>

/// What the rules about protective settings share.
namespace mimamori::collector::rules {

/// A setting of section `security` that is bad when it is on. `fact` is its name there.
Judgement judge_switched_on(
    const Inputs& in,
    std::optional<bool> wire::SecuritySection::*setting,
    std::string_view fact,
    Severity severity);

} // namespace mimamori::collector::rules
