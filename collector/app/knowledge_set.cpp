#include "collector/app/knowledge_set.hpp"

#include "collector/knowledge/knowledge_file.hpp"
#include "common/crypto/signature.hpp"
#include "common/wire/signed_document.hpp"

#include <initializer_list>
#include <utility>

namespace mimamori::collector::app {
namespace {

/// The file in use: the shelf takes only what is newer than the compiled-in one.
std::string text_in_use(const knowledge::Shelf& shelf, std::string_view name)
{
    if (const auto carried_in = shelf.find(name))
        return carried_in->payload;
    return std::string{knowledge::embedded_knowledge(name)};
}

/// Whether a file that is carried in can be read. The antivirus sources are the agents' business;
/// only their head is looked at here.
Result<void> check_payload(const std::string& name, std::string_view payload)
{
    const auto without_value = [](auto parsed) -> Result<void> {
        if (!parsed)
            return std::move(parsed).error();
        return {};
    };
    if (name == "os_lifecycle")
        return without_value(knowledge::OsLifecycle::parse(payload));
    if (name == "windows_builds")
        return without_value(knowledge::WindowsBuilds::parse(payload));
    if (name == "remote_tools")
        return without_value(knowledge::RemoteTools::parse(payload));
    const auto json = wire::parse_json(payload, knowledge::knowledge_limits);
    if (!json)
        return json.error();
    knowledge::KnowledgeHead head;
    if (auto done = wire::decode(*json, head, {}); !done)
        return done.error();
    return knowledge::check_head(head, name);
}

} // namespace

knowledge::Shelf::Options shelf_options(
    const std::filesystem::path& folder, const std::string& site_key)
{
    knowledge::Shelf::Options options;
    options.folder = folder;
    options.keys = wire::publisher_keys();
    if (const auto key = crypto::parse_ed25519_key(site_key))
        options.keys.push_back(*key);
    options.known["antivirus_sources"] = 0; // Agents know which one they have.
    for (const char* name : {"os_lifecycle", "windows_builds", "remote_tools"})
    {
        knowledge::KnowledgeHead head;
        const auto json =
            wire::parse_json(knowledge::embedded_knowledge(name), knowledge::knowledge_limits);
        const bool read = json && wire::decode(*json, head, {}).has_value();
        options.known[name] = read ? head.version : 0;
    }
    options.check = &check_payload;
    return options;
}

Result<Knowledge> Knowledge::load(const knowledge::Shelf& shelf)
{
    auto lifecycle = knowledge::OsLifecycle::parse(text_in_use(shelf, "os_lifecycle"));
    if (!lifecycle)
        return lifecycle.error();
    auto builds = knowledge::WindowsBuilds::parse(text_in_use(shelf, "windows_builds"));
    if (!builds)
        return builds.error();
    auto tools = knowledge::RemoteTools::parse(text_in_use(shelf, "remote_tools"));
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
