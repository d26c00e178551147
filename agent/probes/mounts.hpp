#pragma once

#include "agent/probes/tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::probes {

/// One mounted file system.
struct Mount
{
    std::string device;
    std::string folder;
    std::string type;    ///< "ext4", "nfs4", "overlay", …
    std::string options; ///< "rw,relatime".
};

/// The mounted file systems, in the order in which they were mounted.
class Mounts
{
public:
    Mounts() = default;
    explicit Mounts(std::vector<Mount> mounts);

    /// The one that holds `path`, or nullptr.
    const Mount* holding(std::string_view path) const;

    /// Whether reading there may wait for another machine or a program: network, FUSE, autofs.
    bool may_wait(std::string_view path) const;

    const std::vector<Mount>& all() const { return mounts_; }

private:
    std::vector<Mount> mounts_;
};

/// A name as /proc/mounts writes it with "\040" for a blank and so on, as it is.
std::string unescaped_mount_name(std::string_view text);

/// Whether `path` is `folder` or something below it.
bool is_below_folder(std::string_view path, std::string_view folder);

/// Understands /proc/mounts; `\040` and the like in names are resolved.
Mounts parse_mounts(std::string_view text);

/// /proc/self/mounts; empty when it cannot be read.
Mounts read_mounts(const Tree& tree);

} // namespace mimamori::agent::probes
