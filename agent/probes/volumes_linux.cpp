#include "agent/probes/text.hpp"
#include "agent/probes/volumes.hpp"

namespace mimamori::agent::probes {
namespace {

constexpr int depth_max = 8;

/// The folder of a block device in /sys, by its number or, where a file system has a number of its
/// own (btrfs), by the name of its device.
std::string folder_of(const Tree& tree, const MountInfo& mount)
{
    const std::string by_number = "/sys/dev/block/" + mount.device_number;
    if (tree.exists(by_number))
        return by_number;
    const std::string name = mount.device.substr(mount.device.rfind('/') + 1);
    const std::string by_name = "/sys/class/block/" + name;
    if (tree.exists(by_name))
        return by_name;
    const auto blocks = tree.names("/sys/class/block");
    for (const std::string& block : blocks ? *blocks : std::vector<std::string>{})
    {
        const std::string folder = "/sys/class/block/" + block;
        const auto mapping = block.starts_with("dm-") ? tree.read_value(folder + "/dm/name")
                                                      : Result<std::string>{std::string{}};
        if (mapping && *mapping == name)
            return folder;
    }
    return {};
}

/// The encryption method anywhere below; empty: none.
std::string method_below(const Tree& tree, const std::string& folder, int depth)
{
    if (const auto uuid = tree.read_value(folder + "/dm/uuid"))
    {
        if (auto method = encryption_method_of(*uuid); !method.empty())
            return method;
    }
    const auto parts = tree.names(folder + "/slaves", 1'000);
    for (const std::string& part : parts ? *parts : std::vector<std::string>{})
    {
        if (depth == depth_max)
            break;
        auto method = method_below(tree, "/sys/class/block/" + part, depth + 1);
        if (!method.empty())
            return method;
    }
    return {};
}

} // namespace

wire::VolumeEncryption encryption_of(
    const Tree& tree, const MountInfo& mount, wire::Provenance& from)
{
    wire::VolumeEncryption volume;
    volume.volume = fact_text(mount.folder);
    const std::string folder = mount.type == "zfs" ? std::string{} : folder_of(tree, mount);
    if (folder.empty())
    {
        note_unknown(
            from, "encryption",
            "read /sys/dev/block/" + mount.device_number + ": no such device for " + mount.folder);
        return volume;
    }
    volume.method = method_below(tree, folder, 0);
    volume.encrypted = !volume.method.empty();
    return volume;
}

} // namespace mimamori::agent::probes
