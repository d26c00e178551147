#pragma once

#include "collector/api/services.hpp"
#include "collector/notify/notifier.hpp"
#include "collector/pki/expiry.hpp"
#include "collector/rules/system_rule.hpp"
#include "collector/storage/forecast.hpp"
#include "common/base/time.hpp"

#include <filesystem>
#include <vector>

namespace mimamori::collector::app {

/// What the collector's parts know of themselves at one moment.
struct SystemState
{
    std::vector<pki::Expiry> expiries;
    std::vector<api::KnowledgeFile> knowledge;
    std::filesystem::path folder; ///< Of the database.
    storage::DiskForecast disk;
    notify::NotifierHealth delivery;
};

/// The same as rules see it. Alerts do not reach somebody since the first channel that fails, or
/// has dead letters, came to that.
rules::SystemFacts system_facts(const SystemState& state, Timestamp now);

} // namespace mimamori::collector::app
