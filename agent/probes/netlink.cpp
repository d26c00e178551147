#include "agent/probes/netlink.hpp"

#include "agent/probes/text.hpp"

#include <cstring>
#include <optional>

namespace mimamori::agent::probes {
namespace {

// Sizes and numbers of <linux/netlink.h>, <linux/rtnetlink.h>, <linux/if_addr.h>,
// <linux/neighbour.h> and <linux/netfilter/nf_tables.h>.
constexpr std::size_t header_bytes = 16;
constexpr std::size_t attribute_bytes = 4;
constexpr std::uint16_t new_address = 20;
constexpr std::uint16_t new_neighbour = 28;
constexpr std::uint16_t attribute_type_mask = 0x3fff;

template <class Number>
Number number_at(std::string_view bytes, std::size_t at)
{
    Number value{};
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

constexpr std::size_t aligned(std::size_t size)
{
    return (size + 3) & ~std::size_t{3};
}

struct Message
{
    std::uint16_t type{0};
    std::string_view body;
};

/// Takes the next message off `messages`.
std::optional<Message> next_message(std::string_view& messages)
{
    if (messages.size() < header_bytes)
        return std::nullopt;
    const auto size = number_at<std::uint32_t>(messages, 0);
    if (size < header_bytes || size > messages.size())
        return std::nullopt;
    const Message message{
        number_at<std::uint16_t>(messages, 4), messages.substr(header_bytes, size - header_bytes)};
    messages.remove_prefix(std::min(messages.size(), aligned(size)));
    return message;
}

struct Attribute
{
    std::uint16_t type{0};
    std::string_view value;
};

std::optional<Attribute> next_attribute(std::string_view& attributes)
{
    if (attributes.size() < attribute_bytes)
        return std::nullopt;
    const auto size = number_at<std::uint16_t>(attributes, 0);
    if (size < attribute_bytes || size > attributes.size())
        return std::nullopt;
    const auto type = number_at<std::uint16_t>(attributes, 2);
    const Attribute attribute{
        static_cast<std::uint16_t>(type & attribute_type_mask),
        attributes.substr(attribute_bytes, size - attribute_bytes)};
    attributes.remove_prefix(std::min(attributes.size(), aligned(size)));
    return attribute;
}

std::vector<std::uint8_t> bytes_of(std::string_view value)
{
    return {value.begin(), value.end()};
}

} // namespace

std::vector<NetlinkAddress> parse_addresses(std::string_view messages)
{
    constexpr std::size_t body_bytes = 8; // struct ifaddrmsg
    constexpr std::uint16_t attribute_address = 1;
    constexpr std::uint16_t attribute_local = 2;
    constexpr std::uint16_t attribute_flags = 8;
    constexpr std::uint32_t flag_temporary = 0x01;
    constexpr std::uint32_t flag_duplicate = 0x08;
    constexpr std::uint32_t flag_deprecated = 0x20;
    constexpr std::uint32_t flag_tentative = 0x40;
    constexpr std::uint32_t flag_permanent = 0x80;

    std::vector<NetlinkAddress> found;
    while (const auto message = next_message(messages))
    {
        if (message->type != new_address || message->body.size() < body_bytes)
            continue;
        NetlinkAddress address;
        address.prefix_length = number_at<std::uint8_t>(message->body, 1);
        std::uint32_t flags = number_at<std::uint8_t>(message->body, 2);
        address.adapter = number_at<std::uint32_t>(message->body, 4);
        const bool is_v4 = number_at<std::uint8_t>(message->body, 0) == 2;
        bool has_local = false;
        std::string_view attributes = message->body.substr(body_bytes);
        while (const auto attribute = next_attribute(attributes))
        {
            if (attribute->type == attribute_local)
            {
                address.address = bytes_of(attribute->value);
                has_local = true;
            }
            else if (attribute->type == attribute_address && !has_local)
                address.address = bytes_of(attribute->value);
            else if (attribute->type == attribute_flags && attribute->value.size() >= 4)
                flags = number_at<std::uint32_t>(attribute->value, 0);
        }
        if (address.address.size() != (is_v4 ? 4U : 16U))
            continue;
        address.permanent = (flags & flag_permanent) != 0;
        // On IPv4 the same bit marks a second address of a network.
        address.temporary = !is_v4 && (flags & flag_temporary) != 0;
        address.usable = (flags & (flag_duplicate | flag_deprecated | flag_tentative)) == 0;
        found.push_back(std::move(address));
    }
    return found;
}

std::vector<NetlinkNeighbour> parse_neighbours(std::string_view messages)
{
    constexpr std::size_t body_bytes = 12; // struct ndmsg
    constexpr std::uint16_t attribute_destination = 1;
    constexpr std::uint16_t attribute_mac = 2;
    // struct nda_cacheinfo: confirmed, used, updated, references. Ages, in hundredths of a second
    // (USER_HZ) on every architecture that we build for.
    constexpr std::uint16_t attribute_ages = 3;
    constexpr std::chrono::milliseconds tick{10};
    constexpr std::uint16_t state_permanent = 0x80;
    // reachable, stale, delay, probe, permanent
    constexpr std::uint16_t states_answered = 0x02 | 0x04 | 0x08 | 0x10 | 0x80;

    std::vector<NetlinkNeighbour> found;
    while (const auto message = next_message(messages))
    {
        if (message->type != new_neighbour || message->body.size() < body_bytes)
            continue;
        NetlinkNeighbour neighbour;
        const auto family = number_at<std::uint8_t>(message->body, 0);
        neighbour.adapter = number_at<std::uint32_t>(message->body, 4);
        const auto state = number_at<std::uint16_t>(message->body, 8);
        neighbour.answered = (state & states_answered) != 0;
        std::string_view attributes = message->body.substr(body_bytes);
        while (const auto attribute = next_attribute(attributes))
        {
            if (attribute->type == attribute_destination)
                neighbour.address = bytes_of(attribute->value);
            else if (attribute->type == attribute_mac && attribute->value.size() <= 32)
                neighbour.mac = bytes_of(attribute->value);
            // One that an administrator wrote down was never confirmed by anybody.
            else if (
                attribute->type == attribute_ages && attribute->value.size() >= 4
                && (state & state_permanent) == 0)
                neighbour.confirmed_ago = number_at<std::uint32_t>(attribute->value, 0) * tick;
        }
        // Bridges keep tables of their own in the same list (family 7).
        const bool is_ip = (family == 2 && neighbour.address.size() == 4)
                           || (family == 10 && neighbour.address.size() == 16);
        if (is_ip)
            found.push_back(std::move(neighbour));
    }
    return found;
}

std::vector<std::string> parse_nftables_tables(std::string_view messages)
{
    constexpr std::size_t body_bytes = 4; // struct nfgenmsg
    constexpr std::uint16_t attribute_name = 1;
    std::vector<std::string> names;
    while (const auto message = next_message(messages))
    {
        if (message->body.size() < body_bytes)
            continue;
        const auto family = number_at<std::uint8_t>(message->body, 0);
        std::string name = family == 1    ? "inet "
                           : family == 2  ? "ip "
                           : family == 10 ? "ip6 "
                                          : "family " + std::to_string(family) + ' ';
        std::string_view attributes = message->body.substr(body_bytes);
        while (const auto attribute = next_attribute(attributes))
        {
            if (attribute->type == attribute_name)
                name += fact_text(attribute->value.substr(0, attribute->value.find('\0')), 128);
        }
        names.push_back(std::move(name));
    }
    return names;
}

} // namespace mimamori::agent::probes
