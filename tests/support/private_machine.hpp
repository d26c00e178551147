#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// Lets a story change what an agent sees of the machine without changing the machine: Linux
/// namespaces, which root may make, and others where the system allows user namespaces.
namespace mimamori::tests {

/// Whether this system lets us; a story that needs it is skipped where it does not (a container
/// without CAP_SYS_ADMIN).
bool can_hide_folders();

/// A folder or file that is seen in place of another.
struct SeenAt
{
    std::filesystem::path source;
    std::filesystem::path place; ///< Exists.
};

/// Put before a command: it alone sees each `source` at its `place`.
std::vector<std::string> seeing(const std::vector<SeenAt>& changes);

/// Moves this test program, and whatever it starts from now on, into a network of its own that
/// has nothing but loopback. Once a program. Throws when it cannot.
void enter_private_network();

/// Makes the kernel announce a device, as it does for a real one, in the network that this program
/// is in: "add", "/devices/…/usb1/1-2", {"SUBSYSTEM=usb", …}.
void announce_device(
    std::string_view action, std::string_view device, const std::vector<std::string>& variables);

} // namespace mimamori::tests
