#include "collector/app/knowledge_set.hpp"

#include "collector/knowledge/knowledge_file.hpp"

namespace mimamori::collector::app {

Result<Knowledge> Knowledge::load()
{
    auto lifecycle = knowledge::OsLifecycle::parse(knowledge::embedded_knowledge("os_lifecycle"));
    if (!lifecycle)
        return lifecycle.error();
    auto builds = knowledge::WindowsBuilds::parse(knowledge::embedded_knowledge("windows_builds"));
    if (!builds)
        return builds.error();
    auto tools = knowledge::RemoteTools::parse(knowledge::embedded_knowledge("remote_tools"));
    if (!tools)
        return tools.error();
    return Knowledge{std::move(*lifecycle), std::move(*builds), std::move(*tools)};
}

std::vector<api::KnowledgeFile> Knowledge::files() const
{
    return {
        {lifecycle.head().name, "OSのサポート期限", "Support of operating systems",
         to_iso_date(lifecycle.head().data_date)},
        {windows_builds.head().name, "Windowsの更新", "Windows updates",
         to_iso_date(windows_builds.head().data_date)},
        {remote_tools.head().name, "遠隔操作ソフト", "Remote-control programs",
         to_iso_date(remote_tools.head().data_date)}};
}

} // namespace mimamori::collector::app
