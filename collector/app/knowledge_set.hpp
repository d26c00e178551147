#pragma once

#include "collector/api/services.hpp"
#include "collector/knowledge/os_lifecycle.hpp"
#include "collector/knowledge/remote_tools.hpp"
#include "collector/knowledge/shelf.hpp"
#include "collector/knowledge/windows_builds.hpp"
#include "common/base/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mimamori::collector::app {

/// The shelf of what may be carried in: its folder, whose signatures count, what is compiled in.
/// `site_key`: 64 hexadecimal digits or empty.
knowledge::Shelf::Options shelf_options(
    const std::filesystem::path& folder, const std::string& site_key);

/// The knowledge that verdicts rest on: what is compiled in, or what was carried in since.
struct Knowledge
{
    knowledge::OsLifecycle lifecycle;
    knowledge::WindowsBuilds windows_builds;
    knowledge::RemoteTools remote_tools;

    /// Errors: invalid_input (a damaged build).
    static Result<Knowledge> load(const knowledge::Shelf& shelf);

    /// What pages say about it.
    std::vector<api::KnowledgeFile> files() const;
};

} // namespace mimamori::collector::app
