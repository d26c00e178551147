#pragma once

#include "common/base/result.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::enroll {

/// The networks from which an enrolment key may be used; none: from anywhere.
class AddressRanges
{
public:
    static constexpr std::size_t count_max = 32;

    /// Reads "10.20.0.0/16, 192.0.2.7 2001:db8::/32": separated by blanks or commas, an address
    /// alone stands for itself. Errors: invalid_input naming the piece; too many of them.
    static Result<AddressRanges> parse(std::string_view text);

    /// Whether `address` lies in one of them. An IPv4 address inside IPv6 counts as IPv4.
    bool contain(const boost::asio::ip::address& address) const;

    /// As stored: canonical, separated by blanks.
    std::string text() const;

private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

} // namespace mimamori::collector::enroll
