#pragma once

#include "agent/antivirus/definitions.hpp"
#include "agent/watch/watcher.hpp"
#include "common/wire/sections/antivirus.hpp"

#include <vector>

namespace mimamori::agent::app {

/// The folders whose changes are worth a look: those of every machine, and where the antivirus
/// products that are here keep their files.
std::vector<watch::WatchedFolder> watched_folders(
    const antivirus::Definitions& definitions, const wire::AntivirusSection& found);

} // namespace mimamori::agent::app
