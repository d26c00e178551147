#include "tests/support/private_machine.hpp"

#include "tests/support/child_process.hpp"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdexcept>

namespace mimamori::tests {
namespace {

[[noreturn]] void fail(const std::string& step)
{
    throw std::runtime_error{step + ": " + std::strerror(errno)};
}

std::vector<std::string> in_own_mounts()
{
    std::vector<std::string> words{"unshare", "--mount", "--propagation", "private"};
    if (::geteuid() != 0)
        words.emplace_back("--map-root-user");
    return words;
}

/// A user who is not root becomes the root of a namespace of users.
void map_root(uid_t user, gid_t group)
{
    std::ofstream{"/proc/self/setgroups"} << "deny";
    std::ofstream{"/proc/self/uid_map"} << "0 " << user << " 1";
    std::ofstream{"/proc/self/gid_map"} << "0 " << group << " 1";
}

void raise_loopback()
{
    const int handle = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    const int done = handle < 0 ? -1 : ::ioctl(handle, SIOCSIFFLAGS, &request);
    if (done != 0)
        fail("loopback");
    ::close(handle);
}

} // namespace

bool can_hide_folders()
{
    auto words = in_own_mounts();
    words.insert(words.end(), {"sh", "-c", "mount --bind / /mnt"});
    return run_program(words).exit_code == 0;
}

std::vector<std::string> seeing(const std::vector<SeenAt>& changes)
{
    auto words = in_own_mounts();
    std::string script;
    for (std::size_t i = 0; i < changes.size(); ++i)
        script += "mount --bind \"$1\" \"$2\" && shift 2 && ";
    words.insert(words.end(), {"sh", "-c", script + "exec \"$@\"", "sh"});
    for (const auto& change : changes)
        words.insert(words.end(), {change.source.string(), change.place.string()});
    return words;
}

void enter_private_network()
{
    const uid_t user = ::geteuid();
    const gid_t group = ::getegid();
    if (::unshare(CLONE_NEWNET | (user != 0 ? CLONE_NEWUSER : 0)) != 0)
        fail("own network");
    if (user != 0)
        map_root(user, group);
    raise_loopback();
}

void announce_device(
    std::string_view action, std::string_view device, const std::vector<std::string>& variables)
{
    std::string said = std::string{action} + '@' + std::string{device} + '\0';
    said += "ACTION=" + std::string{action} + '\0';
    said += "DEVPATH=" + std::string{device} + '\0';
    for (const auto& variable : variables)
        said += variable + '\0';

    // The kernel takes such a message from whoever owns the network, numbers it, and hands it to
    // all listeners as its own (lib/kobject_uevent.c).
    nlmsghdr head{};
    head.nlmsg_len = static_cast<std::uint32_t>(NLMSG_LENGTH(said.size()));
    head.nlmsg_type = NLMSG_MIN_TYPE;
    head.nlmsg_flags = NLM_F_REQUEST;
    std::string message(NLMSG_SPACE(said.size()), '\0');
    std::memcpy(message.data(), &head, sizeof head);
    std::memcpy(message.data() + NLMSG_HDRLEN, said.data(), said.size());

    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    const int handle = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
    const bool sent = handle >= 0
                      && ::sendto(
                             handle, message.data(), message.size(), 0,
                             reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel)
                             == static_cast<ssize_t>(message.size());
    if (!sent)
        fail("announce device");
    ::close(handle);
}

} // namespace mimamori::tests
