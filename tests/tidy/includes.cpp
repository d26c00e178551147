#include "tests/tidy/checks.hpp"

#include <algorithm>
#include <stdexcept>

namespace mimamori::tidy {
namespace {

struct Include
{
    std::string name;
    bool angled{false};
    std::size_t line{0};
};

std::vector<Include> includes_of(const Source& source)
{
    std::vector<Include> includes;
    std::size_t number = 0;
    for (std::string_view line : lines_of(source.code))
    {
        ++number;
        line = trimmed(line);
        if (!line.starts_with("#include"))
            continue;
        line = trimmed(line.substr(8));
        const std::size_t end = line.find_first_of(">\"", 1);
        if (line.size() > 2 && end != std::string_view::npos)
            includes.push_back({std::string{line.substr(1, end - 1)}, line[0] == '<', number});
    }
    return includes;
}

/// The longest folder of `table` that `path` lies below; empty when none.
template <class Table>
std::string folder_in(const Table& table, std::string_view path)
{
    std::string folder{path};
    for (;;)
    {
        const std::size_t slash = folder.rfind('/');
        if (slash == std::string::npos)
            return {};
        folder.resize(slash);
        if (table.contains(folder))
            return folder;
    }
}

bool is_home(const std::set<std::string>& homes, const Source& source)
{
    return std::any_of(homes.begin(), homes.end(), [&](const std::string& home) {
        return source.path == home || source.is_below(home);
    });
}

void check_angled(
    const Source& source, const Layers& layers, const Include& include, Complaints& complaints)
{
    for (const auto& [prefix, homes] : layers.homes)
    {
        if (include.name.starts_with(prefix) && !source.is_below("tests")
            && !is_home(homes, source))
            complaints.push_back(
                {"include", source.path, include.line,
                 '<' + include.name + "> has its home elsewhere (layers.txt)"});
    }
    const bool is_umbrella = include.name == "boost/asio.hpp" || include.name == "boost/beast.hpp"
                             || include.name == "boost/beast/core.hpp";
    if (is_umbrella)
        complaints.push_back(
            {"include", source.path, include.line,
             '<' + include.name + "> brings everything: include what is named"});
}

void check_quoted(
    const Source& source,
    const Layers& layers,
    const std::set<std::string>& paths,
    const Include& include,
    Complaints& complaints)
{
    const auto complain = [&](std::string text) {
        complaints.push_back(
            {"include", source.path, include.line, '"' + include.name + "\" " + std::move(text)});
    };
    if (include.name.starts_with("embed/"))
        return; // Made by mimamori_embed() in the build folder.
    if (!paths.contains(include.name))
        return complain("is no file: write it from the root");
    if (source.is_below("tests"))
        return;

    const std::string from = folder_in(layers.folders, source.path);
    const std::string to = folder_in(layers.folders, include.name);
    if (from.empty())
        return complain("is included by a folder that layers.txt does not know");
    if (to.empty())
        return complain("lies in a folder that layers.txt does not know");
    if (from != to && !layers.folders.at(from).contains(to))
        complain("may not be included from " + from + " (layers.txt)");
}

} // namespace

Layers parse_layers(std::string_view text)
{
    Layers layers;
    std::size_t number = 0;
    for (std::string_view line : lines_of(text))
    {
        ++number;
        line = trimmed(line);
        if (line.empty() || line[0] == '#')
            continue;
        const std::size_t arrow = line.find(" -> ");
        const std::size_t bar = line.find(" | ");
        if (arrow == std::string_view::npos || bar == std::string_view::npos || bar < arrow
            || trimmed(line.substr(bar + 3)).empty())
            throw std::runtime_error{
                "layers.txt:" + std::to_string(number) + ": expected: folder -> folders | reason"};

        std::string from{trimmed(line.substr(0, arrow))};
        const bool is_home = from[0] == '<';
        auto& table = is_home ? layers.homes : layers.folders;
        if (is_home)
            from.erase(0, 1);
        if (table.contains(from))
            throw std::runtime_error{
                "layers.txt:" + std::to_string(number) + ": " + from + " stands twice"};
        auto& targets = table[from];
        std::string_view list = trimmed(line.substr(arrow + 4, bar - arrow - 4));
        while (!list.empty())
        {
            const std::size_t end = std::min(list.find(' '), list.size());
            if (list.substr(0, end) != "nothing")
                targets.emplace(list.substr(0, end));
            list = trimmed(list.substr(end));
        }
    }
    return layers;
}

Complaints check_includes(
    const Source& source, const Layers& layers, const std::set<std::string>& paths)
{
    Complaints complaints;
    if (!source.is_cpp() || source.is_below("common/boost_src"))
        return complaints;
    for (const auto& include : includes_of(source))
    {
        if (include.angled)
            check_angled(source, layers, include, complaints);
        else
            check_quoted(source, layers, paths, include, complaints);
    }
    return complaints;
}

Complaints check_platform(const Source& source)
{
    Complaints complaints;
    const bool is_platform_file = source.path.ends_with("_linux.cpp")
                                  || source.path.ends_with("_windows.cpp")
                                  || source.is_below("common/platform");
    if (!source.is_cpp() || !source.is_product() || is_platform_file)
        return complaints;

    static constexpr std::string_view conditions[] = {
        "_WIN32", "__linux__", "__linux", "__unix__", "_MSC_VER", "__MINGW32__", "__MINGW64__"};
    std::size_t number = 0;
    for (std::string_view line : lines_of(source.code))
    {
        ++number;
        line = trimmed(line);
        if (!line.starts_with("#if") && !line.starts_with("#elif"))
            continue;
        for (const auto condition : conditions)
        {
            if (find_word(line, condition) != std::string_view::npos)
                complaints.push_back(
                    {"platform", source.path, number,
                     std::string{condition} + " outside of platform files"});
        }
    }

    // The collector runs on Linux only; the agent and common are for every platform.
    if (source.is_below("collector"))
        return complaints;
    static constexpr std::string_view headers[] = {
        "sys/",      "linux/", "net/",     "netinet/",  "arpa/",     "unistd.h", "fcntl.h",
        "dirent.h",  "poll.h", "pwd.h",    "grp.h",     "signal.h",  "netdb.h",  "pthread.h",
        "termios.h", "utmp",   "ifaddrs.", "windows.h", "winsock2.", "ws2tcpip", "wscapi",
        "mntent.h",  "glob.h", "dlfcn.h",  "sched.h",   "shadow.h"};
    for (const auto& include : includes_of(source))
    {
        const bool is_of_system =
            std::any_of(std::begin(headers), std::end(headers), [&](std::string_view header) {
                return include.name.starts_with(header);
            });
        if (include.angled && is_of_system)
            complaints.push_back(
                {"platform", source.path, include.line,
                 '<' + include.name + "> belongs into *_linux.cpp or *_windows.cpp"});
    }
    return complaints;
}

} // namespace mimamori::tidy
