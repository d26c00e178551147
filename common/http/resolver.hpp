#pragma once

#include "common/async/asio.hpp"
#include "common/base/result.hpp"

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace mimamori::http {

/// Turns host names into addresses.
class Resolver
{
public:
    virtual ~Resolver() = default;

    /// At least one address, best first. A numeric host is its own answer. Errors: not_found,
    /// timeout, cancelled, io.
    virtual awaitable<Result<std::vector<asio::ip::address>>> resolve(
        std::string host, std::chrono::steady_clock::time_point deadline) = 0;
};

/// Asks the hosts file, then DNS (c-ares; no NSS, so it works in a static executable). Reads the
/// system's settings anew for each question and keeps nothing in between.
class SystemResolver final : public Resolver
{
public:
    /// `servers`: DNS servers to ask in place of the system's, "192.0.2.53,192.0.2.54:5353".
    explicit SystemResolver(std::string servers = {});

    awaitable<Result<std::vector<asio::ip::address>>> resolve(
        std::string host, std::chrono::steady_clock::time_point deadline) override;

private:
    std::string servers_;
};

} // namespace mimamori::http
