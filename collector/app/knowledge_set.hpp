#pragma once

#include "collector/api/services.hpp"
#include "collector/knowledge/os_lifecycle.hpp"
#include "collector/knowledge/remote_tools.hpp"
#include "collector/knowledge/windows_builds.hpp"
#include "common/base/result.hpp"

#include <vector>

namespace mimamori::collector::app {

/// The knowledge that is compiled in.
struct Knowledge
{
    knowledge::OsLifecycle lifecycle;
    knowledge::WindowsBuilds windows_builds;
    knowledge::RemoteTools remote_tools;

    /// Errors: invalid_input (a damaged build).
    static Result<Knowledge> load();

    /// What pages say about it.
    std::vector<api::KnowledgeFile> files() const;
};

} // namespace mimamori::collector::app
