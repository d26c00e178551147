#include "collector/knowledge/remote_tools.hpp"

#include "common/base/ascii.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::knowledge {
namespace {

std::string lower(std::string_view text)
{
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), ascii_lower);
    return out;
}

} // namespace

Result<RemoteTools> RemoteTools::parse(std::string_view text)
{
    auto file = read_knowledge<RemoteToolsTable>(text, "remote_tools");
    if (!file)
        return file.error();
    if (file->table.tools.empty())
        return Error{Errc::invalid_input, "remote_tools: tools: missing"};
    return RemoteTools{std::move(*file)};
}

RemoteTools::RemoteTools(KnowledgeFile<RemoteToolsTable> file)
    : file_{std::move(file)}
{
    for (std::size_t i = 0; i < file_.table.tools.size(); ++i)
    {
        for (const ToolProcess& process : file_.table.tools[i].processes)
        {
            const bool weak =
                process.generic || process.unverified || !process.also_used_by.empty();
            processes_.emplace(lower(process.file), Named{i, weak});
        }
        for (const ToolService& service : file_.table.tools[i].services)
            services_.emplace(lower(service.name), Named{i, service.unverified});
    }
}

std::vector<ToolMatch> RemoteTools::by_process(std::string_view file_name) const
{
    return find(processes_, file_name);
}

std::vector<ToolMatch> RemoteTools::by_service(std::string_view service_name) const
{
    return find(services_, service_name);
}

std::vector<ToolMatch> RemoteTools::find(const Index& index, std::string_view name) const
{
    std::vector<ToolMatch> matches;
    const auto [first, last] = index.equal_range(lower(name));
    for (auto it = first; it != last; ++it)
        matches.push_back({&file_.table.tools[it->second.tool], it->second.weak});
    // The order of a hash table is not one to show to people.
    std::sort(matches.begin(), matches.end(), [](const ToolMatch& a, const ToolMatch& b) {
        return a.tool->id < b.tool->id;
    });
    if (matches.size() > 1)
    {
        for (ToolMatch& match : matches)
            match.needs_second_sign = true;
    }
    return matches;
}

} // namespace mimamori::collector::knowledge
