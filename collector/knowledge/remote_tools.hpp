#pragma once

#include "collector/knowledge/knowledge_file.hpp"
#include "common/base/result.hpp"

#include <boost/describe/class.hpp>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mimamori::collector::knowledge {

/// A program file of a tool.
struct ToolProcess
{
    std::string file;
    bool generic{false};                   ///< Other programs use the name too.
    std::vector<std::string> also_used_by; ///< Other tools with the same file name.
    bool unverified{false};
};
BOOST_DESCRIBE_STRUCT(ToolProcess, (), (file, generic, also_used_by, unverified))

/// A service or unit of a tool.
struct ToolService
{
    std::string name;
    bool unverified{false};
};
BOOST_DESCRIBE_STRUCT(ToolService, (), (name, unverified))

/// A default port of a tool: "5938/tcp". 80 and 443 identify nothing.
struct ToolPort
{
    std::string port;
    bool unverified{false};
};
BOOST_DESCRIBE_STRUCT(ToolPort, (), (port, unverified))

/// A remote access, remote maintenance or management tool. Hospitals agree on many of them: a hit
/// says "present", never "attack".
struct RemoteTool
{
    std::string id;
    std::string name;
    std::string kind; ///< "screen_control", "rmm_agent", "malware_rat", …
    std::vector<std::string> platforms;
    bool common_in_japan{false};
    std::vector<ToolProcess> processes;
    std::vector<ToolService> services;
    std::vector<ToolPort> ports;
    std::string source;
};
BOOST_DESCRIBE_STRUCT(
    RemoteTool,
    (),
    (id, name, kind, platforms, common_in_japan, processes, services, ports, source))

/// The content of remote_tools.json.
struct RemoteToolsTable
{
    std::string licence;
    std::vector<RemoteTool> tools;
};
BOOST_DESCRIBE_STRUCT(RemoteToolsTable, (), (licence, tools))

/// A tool that a file or service name points to.
struct ToolMatch
{
    const RemoteTool* tool{nullptr};

    /// The name alone proves nothing: it is generic, shared by tools, or nobody verified it.
    bool needs_second_sign{false};
};

/// Names of remote tools. Immutable; may be shared by threads.
class RemoteTools
{
public:
    /// Reads a table of tools. Errors: `invalid_input`, `too_large`.
    static Result<RemoteTools> parse(std::string_view text);

    const KnowledgeHead& head() const { return file_.head; }

    const RemoteToolsTable& table() const { return file_.table; }

    /// The tools that have a program file of that name (without folder, case ignored).
    std::vector<ToolMatch> by_process(std::string_view file_name) const;

    /// The tools that have a service of that name (case ignored).
    std::vector<ToolMatch> by_service(std::string_view service_name) const;

private:
    explicit RemoteTools(KnowledgeFile<RemoteToolsTable> file);

    struct Named
    {
        std::size_t tool;
        bool weak;
    };

    using Index = std::unordered_multimap<std::string, Named>;

    std::vector<ToolMatch> find(const Index& index, std::string_view name) const;

    KnowledgeFile<RemoteToolsTable> file_;
    Index processes_;
    Index services_;
};

} // namespace mimamori::collector::knowledge
