#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace mimamori::agent::watch {

/// What rtnetlink(7) has said about links and addresses, so that repetitions (statistics, lifetimes
/// that a router renews every few minutes, scans of a wireless card) are told from changes.
class NetworkState
{
public:
    /// Takes one datagram of RTNLGRP_LINK and the two IFADDR groups. True when something changed.
    bool take(std::string_view datagram);

private:
    bool take_link(std::string_view message, bool is_gone);
    bool take_address(std::string_view message, bool is_gone);
    bool note(const std::string& key, std::string value, bool is_gone);

    static constexpr std::size_t entries_max = 4096;

    std::map<std::string, std::string> known_;
};

} // namespace mimamori::agent::watch
