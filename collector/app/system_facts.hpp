#pragma once

#include "collector/notify/notifier.hpp"
#include "collector/pki/expiry.hpp"
#include "collector/rules/system_rule.hpp"
#include "collector/storage/forecast.hpp"
#include "common/base/time.hpp"

#include <filesystem>
#include <vector>

namespace mimamori::collector::app {

/// The certificates of the collector as rules see them.
std::vector<rules::CertificateFact> certificate_facts(
    const std::vector<pki::Expiry>& expiries, Timestamp now);

/// Size and free space of the disk that holds `folder`, and how long it lasts.
void add_disk_facts(
    rules::SystemFacts& facts,
    const std::filesystem::path& folder,
    const storage::DiskForecast& forecast);

/// Since when alerts do not reach somebody: a channel fails, or dead letters lie there.
void add_delivery_facts(rules::SystemFacts& facts, const notify::NotifierHealth& health);

} // namespace mimamori::collector::app
