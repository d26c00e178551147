#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"

#include <string>

/// Things as the record of changes names them: what people call them first, then the id, which
/// stays when the name changes. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// "EMR-3E-0007 (1GM27JX6…)"; the id alone where nobody gave a name or nothing has that id.
std::string in_words(Session& session, const DeviceId& device);

/// "外来 (PHGAZ683…)"; as above.
std::string in_words(Session& session, const SiteId& site);

/// The device of the agent, in words; the agent's id where there is none.
std::string in_words(Session& session, const AgentId& agent);

} // namespace mimamori::collector::storage
