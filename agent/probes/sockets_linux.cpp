#include "agent/probes/process.hpp"
#include "agent/probes/sockets.hpp"
#include "agent/probes/text.hpp"

namespace mimamori::agent::probes {
namespace {

using namespace std::chrono_literals;

/// The number in "socket:[12345]".
std::optional<std::uint64_t> socket_inode(std::string_view target)
{
    constexpr std::string_view prefix = "socket:[";
    if (!target.starts_with(prefix) || !target.ends_with(']'))
        return std::nullopt;
    target.remove_prefix(prefix.size());
    target.remove_suffix(1);
    return to_number<std::uint64_t>(target);
}

} // namespace

Result<std::vector<Socket>> SocketLists::read(
    const Tree& tree, const std::string& protocol, Timestamp now)
{
    const auto unused = unused_.extract(protocol);
    if (unused && now >= unused.mapped().read_at && now - unused.mapped().read_at < 1s)
        return std::move(unused.mapped().sockets);
    const auto text = tree.read("/proc/net/" + protocol, 16U * 1024 * 1024);
    if (!text)
        return text.error();
    auto sockets = parse_sockets(*text, protocol);
    unused_[protocol] = {now, sockets};
    return sockets;
}

void SocketOwners::walk(const Tree& tree, const std::set<std::uint64_t>& wanted)
{
    blind_spot_.clear();
    for (const std::uint64_t inode : wanted)
        programs_[inode]; // Looked for.
    const auto processes = all_processes(tree);
    if (!processes)
    {
        blind_spot_ = processes.error().message;
        return;
    }
    std::size_t missing = wanted.size();
    for (const std::uint32_t process : *processes)
    {
        const std::string folder = "/proc/" + std::to_string(process) + "/fd";
        const auto names = tree.names(folder);
        if (!names)
        {
            if (names.error().code == Errc::forbidden)
                blind_spot_ = "list /proc/PID/fd: Permission denied";
            continue;
        }
        std::string path;
        for (const std::string& name : *names)
        {
            const auto target = tree.link_target(folder + '/' + name);
            const auto inode = target ? socket_inode(*target) : std::nullopt;
            if (!inode || !wanted.contains(*inode) || !programs_[*inode].empty())
                continue;
            if (path.empty())
            {
                const auto executable = executable_of(tree, process);
                if (!executable)
                    break;
                path = executable->path;
            }
            programs_[*inode] = path;
            if (--missing == 0)
                return;
        }
    }
}

} // namespace mimamori::agent::probes
