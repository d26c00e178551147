#include "agent/probes/mounts.hpp"

#include "agent/probes/text.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t mounts_max = 10'000;

} // namespace

/// "\040" is a blank, "\011" a tab, "\012" a line end, "\134" a backslash.
std::string unescaped_mount_name(std::string_view text)
{
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        const auto value = text[at] == '\\' && at + 3 < text.size()
                               ? to_number<std::uint8_t>(text.substr(at + 1, 3), 8)
                               : std::nullopt;
        if (value)
            at += 3;
        plain += value ? static_cast<char>(*value) : text[at];
    }
    return plain;
}

bool is_below_folder(std::string_view path, std::string_view folder)
{
    if (folder == "/")
        return path.starts_with('/');
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

Mounts::Mounts(std::vector<Mount> mounts)
    : mounts_{std::move(mounts)}
{}

const Mount* Mounts::holding(std::string_view path) const
{
    const Mount* best = nullptr;
    for (const Mount& mount : mounts_)
    {
        // Of several on one folder the last one is on top.
        if (is_below_folder(path, mount.folder)
            && (best == nullptr || mount.folder.size() >= best->folder.size()))
            best = &mount;
    }
    return best;
}

bool Mounts::may_wait(std::string_view path) const
{
    constexpr std::array<std::string_view, 12> remote{"nfs",       "nfs4",   "cifs",  "smb3",
                                                      "smbfs",     "afs",    "ceph",  "9p",
                                                      "glusterfs", "autofs", "ncpfs", "coda"};
    const Mount* const mount = holding(path);
    return mount != nullptr
           && (mount->type.starts_with("fuse")
               || std::find(remote.begin(), remote.end(), mount->type) != remote.end());
}

Mounts parse_mounts(std::string_view text)
{
    std::vector<Mount> mounts;
    while (auto line = next_line(text))
    {
        Mount mount;
        mount.device = unescaped_mount_name(next_word(*line));
        mount.folder = unescaped_mount_name(next_word(*line));
        mount.type = next_word(*line);
        mount.options = next_word(*line);
        if (!mount.type.empty() && mounts.size() < mounts_max)
            mounts.push_back(std::move(mount));
    }
    return Mounts{std::move(mounts)};
}

Mounts read_mounts(const Tree& tree)
{
    const auto text = tree.read("/proc/self/mounts", 4U * 1024 * 1024);
    return text ? parse_mounts(*text) : Mounts{};
}

} // namespace mimamori::agent::probes
