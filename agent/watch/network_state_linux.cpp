#include "agent/watch/network_state_linux.hpp"

#include <algorithm>
#include <cstring>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <optional>

namespace mimamori::agent::watch {
namespace {

/// Whether the cable is in and the other side is there. Counters and queues do not count.
constexpr unsigned link_flags = IFF_UP | IFF_RUNNING;

template <class T>
std::optional<T> head_of(std::string_view message)
{
    T head{};
    if (message.size() < sizeof head)
        return std::nullopt;
    std::memcpy(&head, message.data(), sizeof head);
    return head;
}

/// The content of one attribute; empty when it is not there.
std::string attribute(std::string_view attributes, unsigned short wanted)
{
    while (const auto head = head_of<rtattr>(attributes))
    {
        if (head->rta_len < sizeof(rtattr) || head->rta_len > attributes.size())
            return {};
        if (head->rta_type == wanted)
            return std::string{attributes.substr(RTA_LENGTH(0), head->rta_len - RTA_LENGTH(0))};
        attributes.remove_prefix(
            std::min<std::size_t>(attributes.size(), RTA_ALIGN(head->rta_len)));
    }
    return {};
}

} // namespace

bool NetworkState::take(std::string_view datagram)
{
    bool is_changed = false;
    while (const auto head = head_of<nlmsghdr>(datagram))
    {
        if (head->nlmsg_len < sizeof(nlmsghdr) || head->nlmsg_len > datagram.size())
            break;
        const auto body = datagram.substr(NLMSG_HDRLEN, head->nlmsg_len - NLMSG_HDRLEN);
        switch (head->nlmsg_type)
        {
        case RTM_NEWLINK:
        case RTM_DELLINK:
            is_changed = take_link(body, head->nlmsg_type == RTM_DELLINK) || is_changed;
            break;
        case RTM_NEWADDR:
        case RTM_DELADDR:
            is_changed = take_address(body, head->nlmsg_type == RTM_DELADDR) || is_changed;
            break;
        default:
            break;
        }
        datagram.remove_prefix(
            std::min<std::size_t>(datagram.size(), NLMSG_ALIGN(head->nlmsg_len)));
    }
    return is_changed;
}

bool NetworkState::take_link(std::string_view message, bool is_gone)
{
    const auto link = head_of<ifinfomsg>(message);
    if (!link || link->ifi_family != AF_UNSPEC)
        return false; // Bridges repeat their ports under their own family.
    const auto attributes = message.substr(NLMSG_ALIGN(sizeof *link));
    return note(
        "link " + std::to_string(link->ifi_index),
        std::to_string(link->ifi_flags & link_flags) + attribute(attributes, IFLA_IFNAME)
            + attribute(attributes, IFLA_ADDRESS),
        is_gone);
}

bool NetworkState::take_address(std::string_view message, bool is_gone)
{
    const auto address = head_of<ifaddrmsg>(message);
    if (!address)
        return false;
    const auto attributes = message.substr(NLMSG_ALIGN(sizeof *address));
    std::string local = attribute(attributes, IFA_LOCAL);
    if (local.empty())
        local = attribute(attributes, IFA_ADDRESS);
    return note(
        "address " + std::to_string(address->ifa_index) + ' ' + local,
        std::to_string(address->ifa_prefixlen), is_gone);
}

bool NetworkState::note(const std::string& key, std::string value, bool is_gone)
{
    if (is_gone)
    {
        // What was there before we began to listen is not known, and goes all the same.
        known_.erase(key);
        return true;
    }
    if (known_.size() >= entries_max)
        known_.clear(); // Then one repetition counts as a change; no harm.
    const auto [known, is_new] = known_.emplace(key, value);
    if (is_new)
        return true;
    return std::exchange(known->second, value) != value;
}

} // namespace mimamori::agent::watch
