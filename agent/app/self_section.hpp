#pragma once

#include "agent/app/settings.hpp"
#include "agent/app/status_file.hpp"
#include "common/settings/table.hpp"
#include "common/wire/sections/self.hpp"

#include <vector>

namespace mimamori::agent::app {

/// What the agent says about itself: the settings in force and who said each, and as unknown what
/// policy or installer say that is not allowed.
wire::SelfSection self_section_of(
    const Settings& settings,
    const std::vector<settings::Shown>& shown,
    const std::vector<settings::PassedOver>& passed_over,
    const RunningStatus& status);

} // namespace mimamori::agent::app
